"""Puts on record what the shell says of the camera in a call: each change, and few of many. It decides nothing."""

from collections.abc import Callable

from kiosk.lockdown.few_records import FewRecords
from kiosk.ports import Clock, Data
from kiosk.scenes import CameraFault

Note = Callable[[str, Data], None]


class CameraRecord:
    """A camera is well until something is said of it; a shell that says something new all the time is not followed."""

    def __init__(self, clock: Clock, note: Note) -> None:
        self._few, self._note = FewRecords(clock), note
        self._few.heard(None)

    def heard(self, fault: CameraFault | None, booking_id: str | None) -> None:
        """What is wrong with it now; outside a call there is none to speak of."""
        if booking_id is None or (more := self._few.heard(fault)) is None:
            return
        if fault is None:
            self._note("camera_well", {"booking_id": booking_id, **more})
        else:
            self._note("camera_fault", {"booking_id": booking_id, "fault": fault, **more})
