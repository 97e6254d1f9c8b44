"""What an officer reads in the panel, and what of it shows on the screens that a prisoner sees."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contract.documents import DocumentFault, DocumentKind
from contract.words import Revocation
from kiosk.ipc import Key, LinkNow, Show
from kiosk.notices import from_guard
from kiosk.scenes import InCall, NextCall, NothingBooked, Notice, NoticeKind
from tests.fakes.bookings import booking, revoked, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day

LATER = NOON + timedelta(hours=2)
BANNED_LATER = revoked("b2", starts_at=LATER)
REFUSED = from_guard({DocumentKind.POLICY: DocumentFault.EXPIRED, DocumentKind.TIME: DocumentFault.MALFORMED})


def read(day: Day) -> list[Notice]:
    return list(day.shell.last(Show).panel.notices)


def kinds(day: Day) -> list[NoticeKind]:
    return [notice.kind for notice in read(day)]


def wanted(day: Day) -> bool:
    return day.shell.last(Show).frame.officer_wanted


def test_a_day_on_which_all_is_well_has_nothing_to_read() -> None:
    day = Day().starts(sheet(booking(starts_at=LATER)))
    assert (read(day), wanted(day)) == ([], False)


def test_offline_is_said_after_a_moment_with_its_time_and_gone_when_the_line_is_back() -> None:
    day = Day().starts(sheet(booking(starts_at=LATER)))
    day.session.hear(LinkNow(up=False, gateway=True))
    assert read(day) == []
    day.passes(16)
    day.session.hear(LinkNow(up=False, gateway=False))  # more is known of the same outage
    assert read(day) == [Notice(kind=NoticeKind.OFFLINE, at=NOON)]
    assert wanted(day)
    day.session.hear(LinkNow(up=True))
    assert (read(day), wanted(day)) == ([], False)


def test_offline_is_counted_by_one_clock_and_not_between_two() -> None:
    day = Day().starts(sheet(booking(starts_at=LATER)))
    day.told_time(NOON + timedelta(seconds=30))  # the laptop's clock is behind by less than matters
    day.session.hear(LinkNow(up=False))
    day.passes(16)
    assert kinds(day) == [NoticeKind.OFFLINE]


def test_an_old_list_of_officers_is_said() -> None:
    assert from_guard({}, roster_is_stale=True) == (Notice(kind=NoticeKind.ROSTER_STALE),)


def test_a_sheet_that_a_restart_would_forget_is_said() -> None:
    told = from_guard({}, unkept={DocumentKind.SHEET})
    assert told == (Notice(kind=NoticeKind.NOT_KEPT, document=DocumentKind.SHEET),)


def test_a_refused_document_is_named_with_its_reason_and_a_time_is_not() -> None:
    day = Day().starts(sheet())
    day.session.told(REFUSED)
    day.passes(0)
    assert read(day) == [
        Notice(kind=NoticeKind.REFUSED, document=DocumentKind.POLICY, why=DocumentFault.EXPIRED),
    ]


def test_a_revoked_call_is_named_when_it_is_known_whose_it_is() -> None:
    day = Day().starts(sheet(booking("b2", starts_at=LATER)))
    day.sheet(sheet(serial=2, revoked=(BANNED_LATER,)))
    assert read(day) == [Notice(kind=NoticeKind.VISITOR_BANNED, who="Siân Huws", at=LATER)]
    fresh = Day().starts(sheet(revoked=(BANNED_LATER,)))
    assert read(fresh) == [Notice(kind=NoticeKind.VISITOR_BANNED, at=LATER)]


@pytest.mark.parametrize("minutes", [-11, -10, 0, 14, 15])
def test_around_its_time_the_screen_says_that_a_call_cannot_be_and_nothing_of_why(minutes: int) -> None:
    day = Day(wall=LATER + timedelta(minutes=minutes)).starts(sheet(revoked=(BANNED_LATER,)))
    expected = LATER if -10 <= minutes < 15 else None
    assert day.shell.scene == NothingBooked(off_at=expected)


def test_the_next_call_says_it_too() -> None:
    day = Day().starts(sheet(booking("b3", starts_at=LATER), revoked=(revoked("b2", starts_at=NOON),)))
    assert isinstance(scene := day.shell.scene, NextCall)
    assert (scene.starts_at, scene.off_at) == (LATER, NOON)


def test_in_a_held_call_the_officer_reads_who_and_what_to_decide_before_all_else() -> None:
    day = Day().starts(sheet(booking())).live()
    day.sheet(
        sheet(
            serial=2,
            revoked=(revoked(who=None, kind=Revocation.PRISONER_MOVED), revoked("b0", starts_at=NOON)),
        )
    )
    assert read(day)[:2] == [
        Notice(kind=NoticeKind.PRISONER_MOVED, who="Tomos Huws"),
        Notice(kind=NoticeKind.DECIDE),
    ]
    assert kinds(day)[2:] == [NoticeKind.VISITOR_BANNED]
    assert not wanted(day)  # nothing of it on the prisoner's screen


def test_after_a_call_that_could_not_be_the_officer_reads_why() -> None:
    day = Day().starts(sheet(booking()))
    day.press(Key.OPEN_IDENTITY)
    day.sheet(sheet(serial=2, revoked=(revoked(),)))
    assert read(day) == [Notice(kind=NoticeKind.VISITOR_BANNED, who="Siân Huws", at=NOON)]


def test_a_call_in_progress_shows_no_sign_of_what_the_panel_has_to_say() -> None:
    day = Day().starts(sheet(booking())).live()
    day.session.told(REFUSED)
    day.flows(1)
    assert isinstance(day.shell.scene, InCall)
    assert (len(read(day)), wanted(day)) == (1, False)


def test_yesterdays_sheet_says_so() -> None:
    midnight = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
    day = Day(wall=midnight).starts(sheet())
    (notice,) = [notice for notice in read(day) if notice.kind is NoticeKind.OLD_DAY]
    assert notice.at is not None
    assert notice.at.date() == date(2026, 11, 22)
