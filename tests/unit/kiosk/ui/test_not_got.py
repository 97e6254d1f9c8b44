"""Which of several things that are wrong in a call is said: one sentence, the gravest first."""

import pytest

from kiosk.scenes import CameraFault, Fault, InCall
from kiosk.ui.scenes.bands import not_got
from kiosk.ui.words import say

CALL = InCall(who="Mum", left_s=700, whole_s=1800)


def said(**wrong: object) -> tuple[str, str]:
    return not_got(CALL.model_copy(update=wrong))


@pytest.mark.parametrize("fault", CameraFault)
def test_each_fault_of_the_camera_has_its_sentence(fault: CameraFault) -> None:
    icon, sentence = said(camera=fault, cannot_see=True)
    assert icon == "no_camera"
    assert sentence == say(f"in_call.camera.{fault.value}")
    assert len(sentence) <= 70


def test_not_to_be_heard_is_graver_than_not_to_be_seen() -> None:
    assert said(camera=CameraFault.BUSY, cannot_hear=True) == ("no_sound", "Mum cannot hear you. We are fixing it.")


def test_a_device_that_is_gone_is_said_first() -> None:
    for lacks, icon in (
        (Fault.NO_CAMERA, "no_camera"),
        (Fault.OTHER_CAMERA, "no_camera"),
        (Fault.NO_SOUND, "no_sound"),
    ):
        assert said(lacks=lacks, camera=CameraFault.UNPLUGGED) == (icon, say(f"in_call.lacks.{lacks.value}"))


def test_when_all_is_well_nothing_is_said() -> None:
    assert said()[1] == ""
