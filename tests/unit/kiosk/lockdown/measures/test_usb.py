"""The measure *usb*, on a laptop made of files."""

from pathlib import Path

import pytest

from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.usb import Usb
from kiosk.lockdown.usb_rules import Use, render_rules
from kiosk.policy.measures import Severity, Verdict
from tests.fakes.usb_laptop import CAMERA, HEADSET, HUB, STICK, UsbLaptop


@pytest.fixture
def laptop(tmp_path: Path) -> UsbLaptop:
    return UsbLaptop(tmp_path)


def is_lost(laptop: UsbLaptop, *words: str, severity: Severity = Severity.BLOCK) -> None:
    found = finding(Usb(laptop.machine))
    assert (found.verdict, found.severity) == (Verdict.LOST, severity), found
    assert all(word in found.evidence for word in words), found.evidence


def test_an_enrolled_laptop_holds(laptop: UsbLaptop) -> None:
    found = finding(Usb(laptop.machine))
    assert found.verdict is Verdict.HOLDS
    assert found.evidence == (
        "1 buses let nothing in; 2 devices let in, all enrolled; no drivers for what is plugged in; "
        "USBGuard runs as 812 with 2 rules"
    )


def test_a_device_that_is_kept_out_is_no_loss(laptop: UsbLaptop) -> None:
    laptop.plug("1-2", STICK, product="Ultra", authorized="0")
    assert finding(Usb(laptop.machine)).verdict is Verdict.HOLDS


def test_a_strange_device_that_is_let_in_blocks(laptop: UsbLaptop) -> None:
    laptop.plug("1-2", STICK, product="Ultra", authorized="1")
    is_lost(laptop, "0781:5567 at port 1-2")


def test_the_enrolled_camera_at_another_port_is_strange(laptop: UsbLaptop) -> None:
    laptop.plug("1-2", CAMERA, product="Integrated Camera", authorized="1")
    is_lost(laptop, "046d:0825 at port 1-2")


def test_a_stick_that_calls_itself_by_the_cameras_ids_is_strange(laptop: UsbLaptop) -> None:
    laptop.plug("1-4", CAMERA[:4] + bytes([8, 6, 80]) + CAMERA[7:], product="Integrated Camera", authorized="1")
    is_lost(laptop, "046d:0825 at port 1-4")


@pytest.mark.parametrize("value", ["1", "2", "-1"])
def test_a_bus_that_lets_in_by_default_blocks(laptop: UsbLaptop, value: str) -> None:
    laptop.put("/sys/bus/usb/devices/usb1/authorized_default", value)
    is_lost(laptop, "usb1/authorized_default", value)


def test_a_bus_without_a_default_blocks(laptop: UsbLaptop) -> None:
    laptop.machine.path("/sys/bus/usb/devices/usb1/authorized_default").unlink()
    is_lost(laptop, "could not look", "usb1/authorized_default")


def test_buses_to_come_must_deny_too(laptop: UsbLaptop) -> None:
    laptop.put("/sys/module/usbcore/parameters/authorized_default", "-1\n")
    is_lost(laptop, "usbcore/parameters/authorized_default is -1")


def test_applying_denies_and_shuts_out_what_is_strange(laptop: UsbLaptop) -> None:
    laptop.put("/sys/module/usbcore/parameters/authorized_default", "-1\n")
    laptop.put("/sys/bus/usb/devices/usb1/authorized_default", "1\n")
    laptop.plug("1-2", STICK, authorized="1")
    measure = Usb(laptop.machine)
    measure.apply()
    measure.apply()
    assert finding(measure).verdict is Verdict.HOLDS
    assert laptop.machine.text("/sys/bus/usb/devices/1-2/authorized") == "0"
    assert laptop.machine.text("/sys/bus/usb/devices/1-4/authorized") == "1"


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("kernel/drivers/usb/storage/usb-storage.ko", "usb-storage (storage)"),
        ("kernel/drivers/usb/storage/uas.ko.xz", "uas (storage)"),
        ("kernel/drivers/net/usb/cdc_ether.ko.zst", "cdc_ether (network)"),
        ("kernel/drivers/net/usb/rndis_host.ko", "rndis_host (network)"),
        ("kernel/drivers/usb/serial/ftdi_sio.ko", "ftdi_sio (serial line)"),
        ("kernel/drivers/usb/serial/cp210x.ko", "cp210x (serial line)"),
        ("kernel/drivers/usb/class/cdc-acm.ko", "cdc-acm (modem or printer)"),
        ("kernel/drivers/usb/class/usblp.ko", "usblp (modem or printer)"),
        ("kernel/drivers/bluetooth/btusb.ko", "btusb (Bluetooth)"),
        ("kernel/sound/usb/line6/snd-usb-line6.ko", "snd-usb-line6 (audio)"),
        ("kernel/drivers/hid/usbhid/usbkbd.ko", "usbkbd (keyboard and mouse)"),
    ],
)
@pytest.mark.parametrize("is_built_in", [False, True])
def test_a_driver_that_could_be_used_blocks(laptop: UsbLaptop, path: str, what: str, is_built_in: bool) -> None:
    if is_built_in:
        laptop.modules("", f"{path}\n")
    else:
        laptop.modules(f"{path}: kernel/drivers/usb/core/usbcore.ko\n")
    is_lost(laptop, what)


def test_a_driver_that_was_loaded_by_hand_blocks(laptop: UsbLaptop) -> None:
    laptop.put("/sys/module/usb_storage/refcnt", "0")
    is_lost(laptop, "in the kernel", "usb_storage")


def test_a_driver_that_nobody_named_blocks(laptop: UsbLaptop) -> None:
    laptop.put("/sys/bus/usb/drivers/gadgetron/bind", "")
    is_lost(laptop, "in the kernel", "gadgetron")


def test_a_kernel_whose_drivers_cannot_be_listed_blocks(laptop: UsbLaptop) -> None:
    laptop.machine.path("/lib/modules/6.1.0-test/modules.dep").unlink()
    is_lost(laptop, "could not look", "modules.dep")


def test_drivers_are_looked_at_again_when_their_list_changes(laptop: UsbLaptop) -> None:
    measure = Usb(laptop.machine)
    assert finding(measure).verdict is Verdict.HOLDS
    laptop.modules("kernel/drivers/usb/storage/uas.ko:\n")
    assert "uas" in finding(measure).evidence


def test_a_driver_that_other_laptops_need_may_lie_on_the_disk_and_not_be_in_the_kernel(laptop: UsbLaptop) -> None:
    laptop.modules("kernel/sound/usb/snd-usb-audio.ko:\nkernel/drivers/hid/usbhid/usbhid.ko.xz:\n")
    assert finding(Usb(laptop.machine)).verdict is Verdict.HOLDS
    laptop.put("/sys/module/usbhid/refcnt", "0")
    is_lost(laptop, "in the kernel", "usbhid")


def test_a_headset_may_have_its_driver_only_if_it_was_enrolled(laptop: UsbLaptop) -> None:
    laptop.modules("kernel/sound/usb/snd-usb-audio.ko:\n")
    laptop.put("/sys/module/snd_usb_audio/refcnt", "0")
    laptop.put("/sys/bus/usb/drivers/snd-usb-audio/bind", "")
    laptop.plug("1-2", HEADSET, product="Headset", authorized="1")
    is_lost(laptop, "046d:0a4d at port 1-2", "snd-usb-audio")
    built_in = laptop.attached(Use.BUILT_IN, "usb1", "1-4").device
    both = laptop.attached(Use.HEADSET, "1-2")
    laptop.enrol(both.model_copy(update={"device": built_in + both.device}))
    assert finding(Usb(laptop.machine)).verdict is Verdict.HOLDS


@pytest.mark.attack("kill-usbguard")
def test_usbguard_that_does_not_run_only_warns_for_the_kernel_still_denies(laptop: UsbLaptop) -> None:
    laptop.machine.path("/proc/812/comm").unlink()
    is_lost(laptop, "USBGuard is not running", severity=Severity.WARN)


@pytest.mark.attack("kill-usbguard")
@pytest.mark.parametrize(("state", "uid"), [("T (stopped)", 0), ("Z (zombie)", 0), ("S (sleeping)", 1000)])
def test_usbguard_that_is_stopped_dead_or_not_roots_does_not_run(laptop: UsbLaptop, state: str, uid: int) -> None:
    laptop.run_usbguard(812, state, uid)
    is_lost(laptop, "USBGuard is not running", severity=Severity.WARN)


@pytest.mark.attack("kill-usbguard")
def test_another_program_by_its_name_is_not_usbguard(laptop: UsbLaptop) -> None:
    exe = laptop.machine.path("/proc/812/exe")
    exe.unlink()
    exe.symlink_to("/tmp/usbguard-daemon")
    is_lost(laptop, "USBGuard is not running", severity=Severity.WARN)


@pytest.mark.attack("kill-usbguard")
def test_usbguard_that_is_absent_blocks_by_its_missing_configuration(laptop: UsbLaptop) -> None:
    laptop.machine.path("/etc/usbguard/usbguard-daemon.conf").unlink()
    is_lost(laptop, "could not look", "usbguard-daemon.conf")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("ImplicitPolicyTarget=block", "ImplicitPolicyTarget=allow", "ImplicitPolicyTarget is allow"),
        ("ImplicitPolicyTarget=block", "", "ImplicitPolicyTarget is not set"),
        ("PresentDevicePolicy=apply-policy", "PresentDevicePolicy=keep", "PresentDevicePolicy is keep"),
        ("RestoreControllerDeviceState=false", "RestoreControllerDeviceState=true", "RestoreController"),
        ("HidePII=true", "IPCAllowedGroups=plugdev", "IPCAllowedGroups is set"),
        ("HidePII=true", "RuleFolder=/etc/usbguard/rules.d/", "RuleFolder is set"),
    ],
)
def test_a_usbguard_that_is_set_up_otherwise_blocks(laptop: UsbLaptop, old: str, new: str, word: str) -> None:
    place = "/etc/usbguard/usbguard-daemon.conf"
    laptop.put(place, laptop.machine.text(place).replace(old, new))
    is_lost(laptop, word)


def test_rules_by_class_block(laptop: UsbLaptop) -> None:
    laptop.put("/etc/usbguard/rules.conf", "allow with-interface equals { 03:00:01 }\n")
    is_lost(laptop, "rules.conf", "by class without id, hash, via-port")


def test_a_rule_for_what_was_not_enrolled_blocks(laptop: UsbLaptop) -> None:
    laptop.plug("1-2", STICK, authorized="0")
    laptop.put("/etc/usbguard/rules.conf", render_rules(laptop.attached(Use.BUILT_IN, "usb1", "1-4", "1-2")))
    is_lost(laptop, "lets in 0781:5567 at port 1-2")


def test_a_missing_rule_blocks(laptop: UsbLaptop) -> None:
    laptop.put("/etc/usbguard/rules.conf", render_rules(laptop.attached(Use.BUILT_IN, "usb1")))
    is_lost(laptop, "no rule for the enrolled 046d:0825 at port 1-4")


@pytest.mark.parametrize("text", ["[[device]]\nid = 1\n", "not toml at all [", 'other = "x"\n'])
def test_an_enrolment_that_does_not_check_out_blocks(laptop: UsbLaptop, text: str) -> None:
    laptop.put("/etc/visit-kiosk/usb.toml", text)
    is_lost(laptop, "usb.toml")


def test_without_an_enrolment_it_blocks(laptop: UsbLaptop) -> None:
    laptop.machine.path("/etc/visit-kiosk/usb.toml").unlink()
    is_lost(laptop, "could not look", "usb.toml")


def test_a_sys_that_is_not_there_blocks(tmp_path: Path) -> None:
    laptop = UsbLaptop(tmp_path / "laptop")
    laptop.machine.path("/sys").rename(tmp_path / "gone")
    is_lost(laptop, "could not look", "/sys/bus")


def test_a_kernel_without_usb_has_nothing_to_lock(laptop: UsbLaptop, tmp_path: Path) -> None:
    laptop.machine.path("/sys/bus/usb").rename(tmp_path / "gone")
    laptop.put("/sys/bus/pci/devices/x", "")
    Usb(laptop.machine).apply()
    assert finding(Usb(laptop.machine)).verdict is Verdict.NOT_APPLICABLE


def test_a_kernel_update_keeps_the_hash_of_a_root_hub(laptop: UsbLaptop) -> None:
    laptop.plug(
        "usb1",
        HUB[:12] + b"\x01\x07" + HUB[14:],
        product="xHCI Host Controller",
        authorized="1",
        authorized_default="0",
    )
    assert finding(Usb(laptop.machine)).verdict is Verdict.HOLDS


def test_usbguard_is_found_again_after_it_was_restarted(laptop: UsbLaptop, tmp_path: Path) -> None:
    measure = Usb(laptop.machine)
    assert "runs as 812" in finding(measure).evidence
    laptop.machine.path("/proc/812").rename(tmp_path / "gone")
    assert finding(measure).severity is Severity.WARN
    laptop.run_usbguard(977)
    assert "runs as 977" in finding(measure).evidence
