"""Tells the call of now whether this laptop itself is fit for it: its shell, its devices, its lockdown. No I/O."""

from kiosk import day_scenes
from kiosk.call import Call
from kiosk.calls import Calls
from kiosk.fitness import Fitness
from kiosk.ipc import CameraNow, DevicesNow
from kiosk.scenes import CameraFault
from kiosk.shell_seen import ShellSeen


class LaptopWorks:
    """What it lacks costs the two no time. A demo needs no devices."""

    def __init__(self, calls: Calls, shell: ShellSeen, fitness: Fitness, *, demo: bool) -> None:
        self._calls, self._shell, self._fitness, self._demo = calls, shell, fitness, demo

    def look(self) -> None:
        """Something of it has changed."""
        call, barred_by = self._calls.now, self._fitness.barred_by
        if call is None:
            return
        call.bar(barred_by)
        if self._shell.works:
            call.laptop_works(self._has_devices(call) and barred_by is None)
        elif barred_by is not None:
            call.laptop_works(False)

    def _has_devices(self, call: Call) -> bool:
        """Whether the call has all it needs; it is told what it lacks."""
        call.lacks = None if self._demo else day_scenes.device_fault(self._shell.devices)
        call.camera = self._shell.camera
        has_camera = call.camera is None or call.camera is CameraFault.COVERED  # that is no fault of the laptop's
        return call.lacks is None and has_camera

    def devices_now(self, fact: DevicesNow | CameraNow) -> None:
        """What the shell says of its devices."""
        if isinstance(fact, DevicesNow):
            self._shell.devices = fact
        else:
            self._shell.camera = fact.fault
        if self._shell.works:
            self.look()

    def shell_silent(self, silent_ms: int) -> None:
        """The shell is there and has said nothing for too long: what it does now is not known."""
        self._shell.works = False
        if self._calls.now is not None and self._shell.up:
            self._calls.now.shell_silent(silent_ms)

    def could_not_open(self, session: str) -> None:
        """The guard could not record that devices open: the laptop itself is at fault until it speaks again."""
        if self._calls.now is not None:
            self._shell.works = False
            self._calls.now.laptop_works(False)
            self._calls.now.session_failed(session)
