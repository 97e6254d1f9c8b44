"""The sentences of what an officer should know; a pure reading of notices, which knows no widget."""

from datetime import datetime
from types import MappingProxyType
from typing import Final, assert_never

from contract.documents import SENTENCE, DocumentFault
from kiosk.scenes import Notice, NoticeKind
from kiosk.ui.words import clock, day_of, say

WARNS: Final = frozenset(
    {
        NoticeKind.DECIDE,
        NoticeKind.VISITOR_BANNED,
        NoticeKind.VETTING_ENDED,
        NoticeKind.PRISONER_MOVED,
        NoticeKind.NOT_READY,
    }
)
ICONS: Final = MappingProxyType(
    {
        NoticeKind.DECIDE: "pause",
        NoticeKind.VISITOR_BANNED: "person_off",
        NoticeKind.VETTING_ENDED: "person_off",
        NoticeKind.PRISONER_MOVED: "person_off",
        NoticeKind.OFFLINE: "no_network",
        NoticeKind.REFUSED: "warning",
        NoticeKind.NOT_KEPT: "warning",
        NoticeKind.NOT_READY: "laptop_off",
        NoticeKind.READY_BUT: "laptop",
        **dict.fromkeys(
            (
                NoticeKind.OLD_DAY,
                NoticeKind.POLICY_ENDED,
                NoticeKind.POLICY_STALE,
                NoticeKind.POLICY_ENDS_SOON,
                NoticeKind.SHEET_STALE,
                NoticeKind.ROSTER_STALE,
            ),
            "clock",
        ),
    }
)


def in_words(notice: Notice, timezone: str) -> str:
    """One or two short sentences."""
    match notice.kind:
        case NoticeKind.VISITOR_BANNED | NoticeKind.VETTING_ENDED | NoticeKind.PRISONER_MOVED:
            which = "_now" if notice.at is None else "" if notice.who else "_nameless"
            return say(f"notice.{notice.kind.value}{which}", who=notice.who, at=_clock(notice.at, timezone))
        case NoticeKind.OFFLINE:
            return say("notice.offline", at=_clock(notice.at, timezone))
        case NoticeKind.OLD_DAY:
            return say("notice.old_day", day="" if notice.at is None else day_of(notice.at, timezone))
        case NoticeKind.REFUSED:
            why = SENTENCE[notice.why or DocumentFault.MALFORMED]
            return say("notice.refused", document=_document(notice), why=why)
        case NoticeKind.NOT_KEPT:
            return say("notice.not_kept", document=_document(notice))
        case (
            NoticeKind.DECIDE
            | NoticeKind.POLICY_ENDED
            | NoticeKind.POLICY_STALE
            | NoticeKind.POLICY_ENDS_SOON
            | NoticeKind.SHEET_STALE
            | NoticeKind.ROSTER_STALE
            | NoticeKind.NOT_READY
            | NoticeKind.READY_BUT
        ):
            return say(f"notice.{notice.kind.value}")
        case _:
            assert_never(notice.kind)


def _document(notice: Notice) -> str:
    name = "document" if notice.document is None else notice.document.value.removeprefix("visit-")
    return say(f"notice.document.{name}")


def _clock(at: datetime | None, timezone: str) -> str:
    return "" if at is None else clock(at, timezone)
