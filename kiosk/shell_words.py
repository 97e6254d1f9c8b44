"""What the shell says, brought to whoever it is for: first the guard's own parts, then the day. It decides nothing."""

import logging
from dataclasses import dataclass
from typing import Final

from contract.readiness import CheckedFor
from contract.record import Cosigned
from kiosk.errors import IllegalTransition, Refused, Unavailable, Untrusted
from kiosk.guarded_day import GuardedDay
from kiosk.ipc import (
    Alive,
    Asked,
    CameraNow,
    CertificateArrived,
    DevicesNow,
    DevicesShut,
    FromService,
    FromShell,
    Key,
    KeysSwallowed,
    MediaNow,
    Painted,
    Pressed,
    ProvenHere,
    ScreensNow,
    SelfChecked,
    ShellHello,
)
from kiosk.lockdown.camera_record import CameraRecord
from kiosk.lockdown.day_journal import DayJournal
from kiosk.lockdown.identity_care import IdentityCare
from kiosk.lockdown.officer_desk import OfficerDesk
from kiosk.lockdown.swallowed_presses import SwallowedPresses
from kiosk.lockdown.trail_care import TrailCare
from kiosk.lockdown.update_desk import UpdateDesk

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listeners:
    """The parts beside the day that the shell has something to say to."""

    identity: IdentityCare | None
    camera: CameraRecord
    swallowed: SwallowedPresses
    trail: TrailCare
    journal: DayJournal
    desk: OfficerDesk
    updates: UpdateDesk


class ShellWords:
    """Each message is heard to its end before the next; then the day goes to the journal."""

    def __init__(self, day: GuardedDay, listeners: Listeners) -> None:
        self._day, self._to = day, listeners

    def hear(self, fact: FromShell) -> None:
        """One message. What comes to nothing is said in the log; it raises nothing of that."""
        day = self._day
        day.shell_spoke()
        if isinstance(fact, DevicesNow) and day.laptop is not None:
            fact = day.laptop.follow()  # the shell cannot look outside a call
        try:
            self._attend(fact)
            day.session.checks_itself(day.ready.seen())
            day.session.hear(fact)
        except (Refused, Untrusted, Unavailable, IllegalTransition) as error:
            LOG.warning("%s: %s", type(error).__name__, error)
            day.papers.refused(fact, error)
            day.session.tick()
        else:
            for document in day.papers.to_hear_again(fact):
                self.hear(document)
        if isinstance(fact, Alive | MediaNow | ProvenHere):
            self._to.journal.time_went_by()
        else:
            self._to.journal.keep()

    def _attend(self, fact: FromShell) -> None:
        """What is the guard's own and not the day's. Raises Untrusted."""
        match fact:
            case ShellHello():
                self._to.updates.has_painted = False
                self._day.gate.shell_came()
            case Painted():
                self._to.updates.has_painted = True
            case CertificateArrived() if self._to.identity is not None:
                self._to.identity.arrived(fact, self._day.socket.send)
            case CameraNow(fault=fault):
                call = self._day.session.call
                self._to.camera.heard(fault, None if call is None else call.booking.booking_id)
            case DevicesShut():
                self._day.gate.devices_shut()
            case ProvenHere(findings=found):
                self._day.shell_found([each.finding for each in found])
            case Asked():
                self._to.desk.ask(fact)
            case SelfChecked() | Pressed():
                self._self_check(fact)
            case ScreensNow(names=names):
                self._day.lockdown.shell_draws_on(names)
            case KeysSwallowed(count=count):
                self._to.swallowed.heard(count)
            case FromService(answer=Cosigned(note=note)):
                self._to.trail.cosigned(note)
            case _:
                self._day.papers.hear(fact)

    def _self_check(self, fact: SelfChecked | Pressed) -> None:
        """A person who wants the laptop for a call does not wait for its check of itself."""
        ready = self._day.ready
        match fact:
            case SelfChecked():
                ready.heard(fact)
            case Pressed(key=Key.CHECK_LAPTOP):
                ready.ask(CheckedFor.OFFICER)
            case Pressed(key=Key.OPEN_IDENTITY | Key.END_NOW):
                ready.stop()
            case Pressed():
                pass
