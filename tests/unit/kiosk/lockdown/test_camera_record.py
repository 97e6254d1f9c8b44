"""What is wrong with the camera is on record, and a shell that says much fills no disk."""

from kiosk.lockdown.camera_record import CameraRecord
from kiosk.lockdown.few_records import MOST_AT_ONCE
from kiosk.ports import Data
from kiosk.scenes import CameraFault
from tests.fakes.clock import FakeClock


class Trail:
    """Keeps what is noted."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, Data]] = []
        self.record = CameraRecord(FakeClock(), lambda event, data: self.noted.append((event, data)))


def test_each_change_is_on_record() -> None:
    trail = Trail()
    for fault in (None, CameraFault.BUSY, CameraFault.BUSY, None):
        trail.record.heard(fault, "b1")
    assert trail.noted == [
        ("camera_fault", {"booking_id": "b1", "fault": CameraFault.BUSY}),
        ("camera_well", {"booking_id": "b1"}),
    ]


def test_without_a_call_there_is_nothing_to_record() -> None:
    trail = Trail()
    trail.record.heard(CameraFault.BUSY, None)
    assert trail.noted == []


def test_of_many_changes_few_are_recorded() -> None:
    trail = Trail()
    for _ in range(1000):
        trail.record.heard(CameraFault.FROZEN, "b1")
        trail.record.heard(None, "b1")
    assert len(trail.noted) <= MOST_AT_ONCE
