"""Endings: remembered, said until they are kept, revised, and never without bound."""

from contract.laptop_link import CallNow
from contract.record import OutcomeKept, OutcomeReport
from contract.words import CallState, EndedBy, Outcome, Reason
from kiosk.ended import MOST_KEPT, MOST_UNSENT, Ended
from kiosk.lockdown.journal_file import LONGEST_BYTES
from tests.fakes.clock import NOON


def ending(number: int = 1) -> CallNow:
    return CallNow(booking_id=f"b{number}", state=CallState.ENDED, talk_ms=1, left_ms=0, outcome=Outcome.NOT_RECORDED)


def report(number: int = 1, revision: int = 1) -> OutcomeReport:
    return OutcomeReport(
        booking_id=f"b{number}",
        revision=revision,
        outcome=Outcome.NOT_RECORDED,
        ended_by=EndedBy.TIME,
        reason=Reason.TIME_UP,
        code=None,
        ended_at=NOON,
        talk_ms=1,
        lost_ms={},
        extended_ms=0,
        returned_ms=0,
        owed_ms=0,
    )


def test_an_ending_is_news_once_for_each_revision() -> None:
    ended = Ended()
    assert [ended.add(ending(), report()) for _ in range(3)] == [True, False, False]
    assert ended.add(ending(), report(revision=2))
    assert [each.revision for each in ended.unsent] == [2]


def test_a_late_answer_to_an_older_revision_keeps_the_newer_on_its_way() -> None:
    ended = Ended()
    ended.add(ending(), report())
    ended.add(ending(), report(revision=2))
    assert not ended.kept(OutcomeKept(booking_id="b1", revision=1))
    assert ended.kept(OutcomeKept(booking_id="b1", revision=2))
    assert not ended.kept(OutcomeKept(booking_id="b1", revision=2))
    assert ended.unsent == ()


def test_what_was_kept_is_recalled() -> None:
    ended = Ended()
    ended.add(ending(), report())
    again = Ended(ended.keep())
    assert (again.bookings, again.unsent, again.of("b1")) == (frozenset({"b1"}), (report(),), ending())
    assert not again.add(ending(), report())


def test_only_so_many_are_remembered_and_what_is_unsent_outlasts_that() -> None:
    ended = Ended()
    for number in range(MOST_KEPT + 3):
        ended.add(ending(number), report(number))
    assert len(ended.bookings) == MOST_KEPT
    assert len(ended.unsent) == MOST_KEPT + 3
    assert ended.give_up() == ()


def test_after_a_month_of_full_days_the_oldest_is_given_up_and_the_journal_still_holds_the_rest() -> None:
    ended = Ended()
    for number in range(MOST_UNSENT + 2):
        ended.add(ending(number), report(number))
    assert [each.booking_id for each in ended.give_up()] == ["b0", "b1"]
    assert [each.booking_id for each in ended.unsent] == [f"b{number}" for number in range(2, MOST_UNSENT + 2)]
    assert len(ended.keep().model_dump_json()) < LONGEST_BYTES / 2
