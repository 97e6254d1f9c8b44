"""To which part of the day each fact of the shell goes; those that the guard itself takes are passed over. No I/O."""

from typing import Final

from contract.documents import DocumentKind
from contract.record import OutcomeKept
from kiosk.call_facts import CallFacts
from kiosk.ipc import (
    Alive,
    Asked,
    CameraNow,
    CertificateArrived,
    DevicesNow,
    DevicesShut,
    DocumentArrived,
    FarSide,
    FromService,
    FromShell,
    Key,
    KeysSwallowed,
    LinkNow,
    MediaNow,
    Painted,
    PhotoArrived,
    PhotoWanted,
    Pressed,
    ProvenHere,
    ScreensNow,
    SelfChecked,
    SessionFailed,
    SessionJoined,
    SessionRenewed,
    ShellHello,
    VisitorSeen,
)
from kiosk.laptop_works import LaptopWorks
from kiosk.outcomes import Outcomes
from kiosk.service_line import ServiceLine
from kiosk.sheet_taking import SheetTaking

ELSEWHERE: Final = frozenset({Key.CHECK_LAPTOP, Key.END_NOW})  # the guard's own, and the session's


class DayFacts:
    """A table of who hears what. Nothing is decided here."""

    def __init__(
        self, sheets: SheetTaking, line: ServiceLine, laptop: LaptopWorks, call: CallFacts, outcomes: Outcomes
    ) -> None:
        self._sheets, self._line, self._laptop = sheets, line, laptop
        self._call, self._outcomes = call, outcomes

    def hear(self, fact: FromShell) -> None:
        """Pass one fact on. Raises Refused, IllegalTransition or Untrusted; nothing has changed then."""
        match fact:
            case DocumentArrived(kind=DocumentKind.SHEET, document=document):
                self._sheets.arrived(document)
            case LinkNow():
                self._line.link_now(fact)
            case DocumentArrived(kind=DocumentKind.TIME, document=document):
                self._line.time_came(document)
            case VisitorSeen():
                self._call.visitor_seen(fact)
            case DevicesNow() | CameraNow():
                self._laptop.devices_now(fact)
            case Pressed(key=key) if key not in ELSEWHERE:
                self._call.pressed(key)
            case FromService(answer=OutcomeKept() as kept):
                self._outcomes.kept(kept)
            case (
                Alive()
                | ShellHello()
                | DevicesShut()
                | Asked()
                | CertificateArrived()
                | ProvenHere()
                | KeysSwallowed()
                | ScreensNow()
                | Painted()
                | SelfChecked()
                | Pressed()
                | PhotoWanted()
                | PhotoArrived()
                | FromService()
                | DocumentArrived()
            ):
                pass  # the guard's own, or the session's
            case MediaNow() | FarSide() | SessionFailed() | SessionRenewed() | SessionJoined():
                self._call.media(fact)
