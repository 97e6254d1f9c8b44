"""Reads one day's call sheet and photos from the day pack, checked as the guard checks them; it changes nothing."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from contract.documents import DocumentKind
from contract.enrolment import Identity
from contract.envelope import NotAccepted
from contract.sheet import CallSheet
from contract.signed_sheet import sheet_of
from kiosk.errors import Refused, Unavailable, Untrusted
from kiosk.lockdown.day_pack import SHEET, DayPack, photo_entry
from kiosk.lockdown.trust_file import TrustFile
from kiosk.slips.words import full_date
from kiosk.trusted import Trusted


def sheet_in(pack: DayPack, state: Path, identity: Identity, day: date, now: datetime) -> CallSheet:
    """The call sheet of that day. Raises Unavailable when there is none, and Refused when it does not count."""
    kept = pack.get(SHEET)
    if kept is None:
        raise Unavailable("This laptop has no call sheet. Connect it to the network, then try again.")
    trusted = Trusted(identity, TrustFile(state).read())
    try:
        sheet = sheet_of(trusted.judge(DocumentKind.SHEET, kept.decode(errors="replace"), now).envelope)
    except NotAccepted:
        raise Refused("The call sheet on this laptop does not count: something in it is wrong.") from None
    except Untrusted as why:
        raise Refused(f"The call sheet on this laptop does not count: {why}") from why
    if sheet.day != day:
        raise Refused(f"This laptop has the calls of {full_date(sheet.day)}, and not those of {full_date(day)}.")
    if not sheet.bookings:
        raise Refused(f"There are no calls on {full_date(day)}.")
    return sheet


def photo_in(pack: DayPack) -> Callable[[str], bytes | None]:
    """What looks a photo up by its hash."""

    def look(sha256: str) -> bytes | None:
        content = pack.get(photo_entry(sha256))
        return content if content is not None and hashlib.sha256(content).hexdigest() == sha256 else None

    return look
