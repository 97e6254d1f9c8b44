"""Which devices are used: the default ones, behind an echo canceller where it stands before these and no others."""

from kiosk.media.sound_choice import Choice, Listed, choose

MIC = Listed("alsa_input.pci", "Built-in Microphone", is_default=True)
BOX = Listed("alsa_output.pci", "Built-in Loudspeaker", is_default=True)
OLD_MIC, OLD_BOX = Listed("alsa_input.pci", "Built-in Microphone"), Listed("alsa_output.pci", "Built-in Loudspeaker")
BOOM = Listed("alsa_input.usb", "Headset", is_default=True)
EARS = Listed("alsa_output.usb", "Headset", is_default=True)
CLEAN_MIC = Listed("clean", "Built-in Microphone (echo cancelled with Built-in Loudspeaker)")
CLEAN_BOX = Listed("clean_out", "Built-in Loudspeaker (echo cancelled with Built-in Microphone)")
PIPEWIRE_MIC, PIPEWIRE_BOX = Listed("echo-cancel-source", "Echo-Cancel Source"), Listed("echo-cancel-sink", "Sink")
NONE_IN, NONE_OUT = (
    Listed("auto_null_source", "Nothing", is_default=True),
    Listed("auto_null", "Dummy", is_default=True),
)


def test_without_a_canceller_the_defaults_are_used() -> None:
    found = choose([OLD_MIC, BOOM], [EARS, OLD_BOX])
    assert (found.microphone, found.speaker) == ("alsa_input.usb", "alsa_output.usb")
    assert not found.is_cancelled


def test_the_canceller_of_the_default_devices_is_used_in_their_place() -> None:
    found = choose([MIC, CLEAN_MIC], [BOX, CLEAN_BOX])
    assert found == Choice("clean", "clean_out", "alsa_input.pci", "alsa_output.pci")
    assert found.is_cancelled


def test_a_canceller_that_is_the_default_itself_is_used() -> None:
    clean = Listed(CLEAN_MIC.name, CLEAN_MIC.description, is_default=True)
    assert choose([OLD_MIC, clean], [BOX, CLEAN_BOX]).is_cancelled


def test_pipewires_canceller_is_known_by_its_name() -> None:
    found = choose([MIC, PIPEWIRE_MIC], [BOX, PIPEWIRE_BOX])
    assert (found.microphone, found.speaker) == ("echo-cancel-source", "echo-cancel-sink")


def test_a_headset_is_not_put_behind_the_canceller_of_the_loudspeaker() -> None:
    found = choose([OLD_MIC, BOOM, CLEAN_MIC], [OLD_BOX, EARS, CLEAN_BOX])
    assert (found.microphone, found.speaker) == ("alsa_input.usb", "alsa_output.usb")


def test_half_a_canceller_is_none() -> None:
    assert not choose([MIC, CLEAN_MIC], [BOX]).is_cancelled
    assert not choose([MIC], [BOX, CLEAN_BOX]).is_cancelled


def test_what_a_server_makes_up_is_no_device_with_a_canceller_or_without() -> None:
    made_of_nothing = Listed("clean", "Nothing (echo cancelled with Dummy)")
    assert choose([NONE_IN, made_of_nothing], [NONE_OUT]) == Choice()
    assert choose([], []) == Choice()


def test_a_device_that_is_not_the_default_is_better_than_none() -> None:
    assert choose([NONE_IN, OLD_MIC], [NONE_OUT, OLD_BOX]).microphone == "alsa_input.pci"
