"""Measure *usb*: the kernel lets no USB device in but those enrolled, and has no driver for what people plug in."""

from typing import Final

from kiosk.errors import Untrusted
from kiosk.lockdown import usbguard
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import OFTEN_S, Look, all_of, holds, lost, not_here
from kiosk.lockdown.usb_bus import DEVICES, attached, buses
from kiosk.lockdown.usb_drivers import Loadable, loaded
from kiosk.lockdown.usb_rules import Enrolment, parse_enrolment
from kiosk.policy.measures import MeasureName, Severity

ENROLMENT: Final = "/etc/visit-kiosk/usb.toml"
NEW_BUSES: Final = "/sys/module/usbcore/parameters/authorized_default"
# 0: nothing is let in. Not 2 (what the firmware calls internal): firmware mislabels ports, and USBGuard lets in
# the built-in devices by name anyway.
DENY: Final = "0"
MOST_NAMED: Final = 4


class Usb:
    """Drivers that must not exist do not; every bus denies; what is let in was enrolled; USBGuard is there.

    A device that arrives and is kept out is no loss: the watch reports it.
    """

    name = MeasureName.USB
    threat = "a stick, keyboard, phone or adapter that is plugged in becomes a way in, or a way out"
    severity = Severity.BLOCK
    every_s = OFTEN_S

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._loadable = Loadable(machine)
        self._pid: int | None = None  # where USBGuard was last found

    def apply(self) -> None:
        """Have the kernel deny on every bus and on buses to come, and shut out what was not enrolled."""
        machine = self._machine
        if not self._has_usb():
            return
        places = (NEW_BUSES, *(f"{DEVICES}/{bus}/authorized_default" for bus in buses(machine)))
        for place in places:
            if machine.text(place) != DENY:
                machine.write(place, DENY)
        enrolled = self._enrolment().devices
        for each in attached(machine):
            if each.is_authorised and each.device not in enrolled:
                machine.write(f"{DEVICES}/{each.device.port}/authorized", DENY)

    def look(self) -> Look:
        """Ask the kernel first: what it denies stays denied whatever becomes of USBGuard."""
        if not self._has_usb():
            return not_here("this kernel has no USB: there is no /sys/bus/usb")
        try:
            enrolment = self._enrolment()
        except Untrusted as error:
            return lost(f"{ENROLMENT}: {error}")
        return all_of(
            self._kernel_denies(),
            self._only_enrolled(enrolment),
            self._no_drivers(enrolment),
            self._usbguard(enrolment),
        )

    def _has_usb(self) -> bool:
        if not self._machine.names("/sys/bus"):
            raise OSError("/sys/bus is empty or missing, so the USB buses cannot be seen")
        return self._machine.has("/sys/bus/usb")

    def _enrolment(self) -> Enrolment:
        return parse_enrolment(self._machine.text(ENROLMENT))

    def _kernel_denies(self) -> Look:
        found = buses(self._machine)
        places = (NEW_BUSES, *(f"{DEVICES}/{bus}/authorized_default" for bus in found))
        for place in places:
            value = self._machine.text(place)
            if value != DENY:
                return lost(f"{place} is {value[:8]}, not {DENY}: new devices would be let in")
        return holds(f"{len(found)} buses let nothing in")

    def _only_enrolled(self, enrolment: Enrolment) -> Look:
        let_in = [each.device for each in attached(self._machine) if each.is_authorised]
        strange = [f"{each.id} at port {each.port}" for each in let_in if each not in enrolment.devices]
        if strange:
            return lost(f"let in though not enrolled: {_some(strange)}")
        return holds(f"{len(let_in)} devices let in, all enrolled")

    def _no_drivers(self, enrolment: Enrolment) -> Look:
        if there := loaded(self._machine, enrolment):
            return lost(f"drivers in the kernel that must not exist: {_some(there)}")
        if could_be := self._loadable.forbidden():
            return lost(f"drivers on the disk that must not exist: {_some(could_be)}")
        return holds("no drivers for what is plugged in")

    def _usbguard(self, enrolment: Enrolment) -> Look:
        """A dead daemon lets nothing in: systemd starts it again, and until then only what was enrolled stays out.

        That is said and interrupts nothing, for else whoever makes it stumble could interrupt calls.
        """
        wrong = usbguard.why_not_configured(self._machine) or usbguard.why_not_our_rules(self._machine, enrolment)
        if wrong:
            return lost(wrong)
        self._pid = pid = usbguard.pid(self._machine, self._pid)
        if pid is None:
            return lost("USBGuard is not running; the kernel still lets nothing new in", Severity.WARN)
        return holds(f"USBGuard runs as {pid} with {len(enrolment.devices)} rules")


def _some(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
