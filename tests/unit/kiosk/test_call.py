"""One call, from waiting to ended, with fakes all round."""

import pytest

from contract.media import JoinSteps
from contract.words import CallState, Cause, EndedBy, Outcome, Presence, Purpose, Reason
from kiosk.call_report import call_now, outcome_report
from kiosk.deeds import Admit, EndSoon
from kiosk.errors import Refused
from kiosk.ipc import (
    Connect,
    Disconnect,
    FarSide,
    Key,
    LinkNow,
    SessionFailed,
    SessionJoined,
    SessionRenewed,
    ShellHello,
    Show,
    Tell,
)
from kiosk.policy.permissions import DeedKind
from kiosk.scenes import InCall
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day, received


@pytest.fixture
def day() -> Day:
    return Day().starts(sheet(booking()))


def test_a_booking_within_its_window_waits_for_the_officer(day: Day) -> None:
    assert day.is_now(CallState.WAITING)
    assert day.shell.all(Connect) == []


def test_the_officers_preview_asks_for_no_camera_or_microphone_of_ours(day: Day) -> None:
    day.visitor(Presence.WAITING)
    day.press(Key.OPEN_IDENTITY)
    assert [connect.purpose for connect in day.shell.all(Connect)] == [Purpose.PREVIEW]


def test_admitting_needs_every_person_ticked(day: Day) -> None:
    day.visitor(Presence.WAITING)
    day.press(Key.OPEN_IDENTITY)
    with pytest.raises(Refused, match="Tick every person"):
        day.does(Admit(ticked=("mum",)))
    assert day.is_now(CallState.IDENTITY)


def test_a_call_cannot_be_admitted_from_the_waiting_scene(day: Day) -> None:
    with pytest.raises(Refused):
        day.does(
            Admit(
                ticked=(
                    "mum",
                    "jac",
                )
            )
        )
    assert day.is_now(CallState.WAITING)


def test_admission_shuts_the_preview_and_opens_the_call(day: Day) -> None:
    day.admitted()
    assert day.is_now(CallState.JOINING)
    assert day.shell.last(Connect).purpose is Purpose.CALL
    assert len(day.shell.all(Disconnect)) == 1


def test_the_call_is_live_only_when_both_sides_receive(day: Day) -> None:
    day.admitted().flows(1, there=False)
    assert day.is_now(CallState.JOINING)
    day.flows(1)
    assert day.is_now(CallState.LIVE)


def test_time_counts_only_while_live_and_the_call_ends_when_it_is_used() -> None:
    day = Day().starts(sheet(booking(duration_s=60, hard_stop_after_s=600)))
    day.passes(30)
    day.live().flows(60)
    assert day.call.time.account.talk_ms == 60_000
    assert day.is_now(CallState.ENDED)
    assert day.call.course.ending is not None
    assert day.call.course.ending.outcome is Outcome.COMPLETED_NORMALLY
    assert dict(outcome_report(day.call).lost_ms) == {Cause.NOT_BROUGHT: 31_000}  # with a second of joining


def test_the_call_ends_at_the_hard_stop_however_little_was_talked() -> None:
    day = Day().starts(sheet(booking(duration_s=60)))
    day.passes(30)
    day.live().flows(29)
    assert call_now(day.call).outcome is Outcome.COMPLETED_NORMALLY
    assert call_now(day.call).ended_by is EndedBy.TIME
    assert 28_000 <= day.call.time.account.talk_ms <= 30_000


@pytest.mark.parametrize(
    ("key", "outcome", "by", "reason"),
    [
        (Key.END_NOW, Outcome.TERMINATED_BY_STAFF, EndedBy.OFFICER, Reason.OFFICER_ENDED),
        (Key.LEAVE, Outcome.PRISONER_COMPLETED_EARLY, EndedBy.PRISONER, Reason.PRISONER_LEFT),
    ],
)
def test_a_person_at_the_laptop_ends_the_call_at_once(
    day: Day, key: Key, outcome: Outcome, by: EndedBy, reason: Reason
) -> None:
    day.live()
    day.press(key)
    now = day.shell.last(Tell).call
    assert (now.state, now.outcome, now.ended_by, now.reason) == (CallState.ENDED, outcome, by, reason)
    assert isinstance(day.shell.last(Disconnect), Disconnect)


def test_devices_are_shut_before_the_goodbye_is_shown(day: Day) -> None:
    day.live()
    day.shell.heard.clear()
    day.press(Key.END_NOW)
    assert [message.type for message in day.shell.heard] == ["disconnect", "tell", "carry", "show"]


@pytest.mark.parametrize("state", [CallState.WAITING, CallState.IDENTITY, CallState.JOINING, CallState.LIVE])
def test_the_officer_ends_the_call_in_any_state(day: Day, state: CallState) -> None:
    day.visitor(Presence.WAITING)
    if state is CallState.IDENTITY:
        day.press(Key.OPEN_IDENTITY)
    elif state is CallState.JOINING:
        day.admitted()
    elif state is CallState.LIVE:
        day.live()
    assert day.is_now(state)
    day.press(Key.END_NOW)
    assert day.is_now(CallState.ENDED)


def test_end_in_60_s_ends_it_then_and_not_before(day: Day) -> None:
    day.live()
    day.does(EndSoon())
    day.flows(30)
    day.does(EndSoon())  # asking again does not begin again
    day.flows(29)
    assert day.is_now(CallState.LIVE)
    day.flows(1.5)
    assert call_now(day.call).outcome is Outcome.TERMINATED_BY_STAFF


def test_a_prisoner_cannot_leave_what_was_not_admitted(day: Day) -> None:
    with pytest.raises(Refused):
        day.press(Key.LEAVE)


def test_the_visitors_goodbye_ends_an_admitted_call(day: Day) -> None:
    day.live()
    day.visitor(Presence.LEFT)
    assert call_now(day.call).outcome is Outcome.VISITOR_COMPLETED_EARLY


def test_a_visitor_who_left_before_admission_may_come_back(day: Day) -> None:
    day.visitor(Presence.LEFT)
    assert day.is_now(CallState.WAITING)


def test_a_visitor_who_never_comes_is_written_down_so_only_when_we_were_ready() -> None:
    ready = Day().starts(sheet(booking(duration_s=60)))
    ready.press(Key.OPEN_IDENTITY)
    ready.passes(61)
    assert call_now(ready.call).outcome is Outcome.VISITOR_DID_NOT_ARRIVE
    not_ready = Day().starts(sheet(booking(duration_s=60)))
    not_ready.passes(61)
    assert call_now(not_ready.call).outcome is Outcome.NOT_RECORDED
    assert call_now(not_ready.call).reason is Reason.NEVER_STARTED


def test_media_that_stops_interrupts_and_media_that_returns_resumes(day: Day) -> None:
    day.live()
    day.passes(2.5)
    assert day.is_now(CallState.INTERRUPTED)
    day.flows(1)
    assert day.is_now(CallState.LIVE)


def test_a_visitor_who_cannot_hear_us_interrupts_the_call(day: Day) -> None:
    day.live().flows(4, deaf=True)
    assert day.is_now(CallState.INTERRUPTED)


def test_a_page_that_says_nothing_any_more_interrupts_the_call_later_than_a_dead_line_is_noticed(day: Day) -> None:
    day.live().flows(5, there=False)
    assert day.is_now(CallState.LIVE)
    day.flows(1, there=False)
    assert day.is_now(CallState.INTERRUPTED)


def test_a_lost_line_to_the_service_does_not_touch_media_that_flows(day: Day) -> None:
    day.live()
    day.call.link_now(LinkNow(up=False))
    day.flows(10, there=False)
    assert day.is_now(CallState.LIVE)
    day.call.link_now(LinkNow(up=True))
    day.flows(5, there=False)  # the far side's next report is on its way
    assert day.is_now(CallState.LIVE)
    day.flows(1, there=False)
    assert day.is_now(CallState.INTERRUPTED)


def test_without_a_line_to_the_service_rtcp_says_whether_the_far_side_receives(day: Day) -> None:
    day.live()
    day.session.hear(LinkNow(up=False))
    for packets in range(50, 400, 50):  # a browser's report on sound every five seconds
        day.flows(5, there=False, rtcp=packets)
        assert day.is_now(CallState.LIVE)
    day.flows(13, there=False, rtcp=350)
    assert day.is_now(CallState.INTERRUPTED)


def test_a_reloaded_page_is_connected_anew(day: Day) -> None:
    day.live()
    day.visitor(Presence.GONE, None)
    day.visitor(Presence.WAITING, "page-0002")
    assert day.shell.last(Connect).page == "page-0002"
    assert day.is_now(CallState.INTERRUPTED)
    day.flows(1)
    assert day.is_now(CallState.LIVE)


def test_the_same_page_back_on_the_line_is_left_alone(day: Day) -> None:
    day.live()
    connects = len(day.shell.all(Connect))
    day.visitor(Presence.GONE, None)
    day.flows(1)
    day.visitor(Presence.WAITING)
    day.flows(1)
    assert len(day.shell.all(Connect)) == connects
    assert day.is_now(CallState.LIVE)


def test_a_session_that_comes_to_nothing_is_tried_again_after_a_pause(day: Day) -> None:
    day.admitted()
    first = day.shell.last(Connect).session
    day.session.hear(SessionFailed(session=first))
    day.passes(2)
    assert day.shell.last(Connect).session == first
    day.passes(4)
    assert day.shell.last(Connect).session != first


def test_a_call_that_falls_silent_is_left_to_renew_itself_before_it_is_begun_anew(day: Day) -> None:
    day.live()
    connects = len(day.shell.all(Connect))
    day.passes(11)
    assert day.is_now(CallState.INTERRUPTED)
    assert len(day.shell.all(Connect)) == connects
    day.passes(2)
    assert len(day.shell.all(Connect)) == connects + 1


def test_a_renewed_connection_goes_on_with_the_call_its_devices_and_its_clock(day: Day) -> None:
    day.live()
    day.flows(30)
    first, talked, shut = day.shell.last(Connect), call_now(day.call).talk_ms, len(day.shell.all(Disconnect))
    day.session.hear(SessionRenewed(session=first.session, renewed="session-renewed"))
    renewed = first.model_copy(update={"session": "session-renewed"})
    for second in range(1, 6):
        day.clock.advance(1)
        day.frames += 30
        day.session.hear(day._media("session-renewed", 0))
        day.session.hear(FarSide(received=received(renewed, 30 * second)))  # far fewer than before
        day.session.tick()
        assert day.is_now(CallState.LIVE)
    assert call_now(day.call).talk_ms == talked + 5000
    assert day.shell.last(Connect) == first
    assert len(day.shell.all(Disconnect)) == shut


def test_a_renewal_of_another_session_or_of_none_changes_nothing(day: Day) -> None:
    day.session.hear(SessionRenewed(session="session-0000", renewed="session-renewed"))
    day.live()
    day.session.hear(SessionRenewed(session="session-0000", renewed="session-renewed"))
    day.flows(3)
    assert day.is_now(CallState.LIVE)


def test_a_preview_is_not_renewed_by_the_shell(day: Day) -> None:
    day.visitor(Presence.WAITING)
    day.press(Key.OPEN_IDENTITY)
    preview = day.shell.last(Connect).session
    day.session.hear(SessionRenewed(session=preview, renewed="session-renewed"))
    day.flows(1)
    assert day.is_now(CallState.IDENTITY)
    assert day.call.meeting.is_being_received_here


def test_how_long_joining_took_is_told_to_the_service(day: Day) -> None:
    day.live()
    steps = JoinSteps(devices=10, offer=200, answer=300, ice=40, dtls=30, sound=90, picture=120)
    day.session.hear(SessionJoined(session="session-0000", steps=JoinSteps()))
    assert call_now(day.call).joined is None
    day.session.hear(SessionJoined(session=day.shell.last(Connect).session, steps=steps))
    assert day.shell.last(Tell).call.joined == steps


def test_a_killed_shell_interrupts_and_a_new_one_resumes_the_call(day: Day) -> None:
    day.live()
    day.session.shell_now(up=False)
    day.session.tick()
    assert day.is_now(CallState.INTERRUPTED)
    day.session.hear(ShellHello(pid=2))
    before = len(day.shell.all(Connect))
    day.starts(sheet(booking()))
    day.visitor(Presence.WAITING)
    assert len(day.shell.all(Connect)) == before + 1
    day.flows(1)
    assert day.is_now(CallState.LIVE)


@pytest.mark.parametrize(
    ("link", "outcome"),
    [
        (LinkNow(up=True), Outcome.TECHNICAL_VISITOR_SIDE),
        (LinkNow(up=True, clean=False), Outcome.TECHNICAL_SERVICE),
        (LinkNow(up=False, gateway=True), Outcome.TECHNICAL_SERVICE),
        (LinkNow(up=False, gateway=False), Outcome.TECHNICAL_PRISON_NETWORK),
    ],
)
def test_a_call_that_never_connects_is_put_down_to_what_was_measured(link: LinkNow, outcome: Outcome) -> None:
    day = Day().starts(sheet(booking(duration_s=60)))
    day.admitted()
    day.session.hear(link)
    day.passes(61)
    assert call_now(day.call).outcome is outcome
    assert call_now(day.call).reason is Reason.NEVER_CONNECTED


def test_ending_twice_changes_nothing(day: Day) -> None:
    day.live()
    day.press(Key.END_NOW)
    ending = day.call.course.ending
    day.press(Key.END_NOW)
    day.visitor(Presence.LEFT)
    assert day.call.course.ending == ending


def test_a_family_nobody_could_have_heard_of_is_no_no_show(day: Day) -> None:
    day.session.hear(LinkNow(up=False, gateway=False))
    day.press(Key.OPEN_IDENTITY)
    day.passes(1801)
    assert call_now(day.call).outcome is Outcome.TECHNICAL_PRISON_NETWORK


def test_an_attempt_that_has_not_failed_is_given_time(day: Day) -> None:
    day.admitted()
    for _ in range(20):
        day.passes(1)
    assert [connect.purpose for connect in day.shell.all(Connect)] == [Purpose.PREVIEW, Purpose.CALL]
    for _ in range(10):
        day.passes(1)
    assert len(day.shell.all(Connect)) == 3


def test_a_goodbye_from_before_admission_said_again_ends_nothing(day: Day) -> None:
    day.visitor(Presence.LEFT)
    day.admitted(visitor=False)
    day.session.hear(LinkNow(up=False))
    day.session.hear(LinkNow(up=True))
    day.visitor(Presence.LEFT)
    assert day.is_now(CallState.JOINING)
    day.visitor(Presence.WAITING)
    day.visitor(Presence.LEFT)
    assert day.is_now(CallState.ENDED)


def test_time_nobody_was_looking_is_not_talk(day: Day) -> None:
    day.live()
    day.passes(600)
    assert day.call.time.account.talk_ms < 10_000
    assert day.is_now(CallState.INTERRUPTED)


def test_a_preview_that_stopped_is_no_preview(day: Day) -> None:
    day.visitor(Presence.WAITING)
    day.press(Key.OPEN_IDENTITY)
    day.flows(2, there=False)
    assert day.is_now(CallState.IDENTITY)
    assert day.call.meeting.is_being_received_here
    day.visitor(Presence.GONE, None)
    day.passes(5)
    assert day.is_now(CallState.IDENTITY)
    assert not day.call.meeting.is_being_received_here


def test_end_in_60_s_means_nothing_before_somebody_was_admitted(day: Day) -> None:
    with pytest.raises(Refused):
        day.does(EndSoon())
    assert DeedKind.END_SOON not in day.shell.last(Show).panel.deeds
    day.admitted()
    assert DeedKind.END_SOON in day.shell.last(Show).panel.deeds


@pytest.mark.parametrize(("sound", "picture"), [(False, True), (True, False)])
def test_that_the_family_cannot_hear_or_see_is_said_within_three_seconds(day: Day, sound: bool, picture: bool) -> None:
    day.live()
    said_after = 0
    for second in range(1, 4):  # the family's page reports once a second; one kind has stood still
        day.clock.advance(1)
        day.frames += 30
        open_one = day.shell.last(Connect)
        day.session.hear(day._media(open_one.session, 0))
        still = received(open_one, 30)
        moving = received(open_one, day.frames)
        update = {
            "audio_ms": (moving if sound else still).audio_ms,
            "video_frames": (moving if picture else still).video_frames,
        }
        day.session.hear(FarSide(received=moving.model_copy(update=update)))
        scene = day.shell.scene
        if isinstance(scene, InCall) and (scene.cannot_hear, scene.cannot_see) == (not sound, not picture):
            said_after = said_after or second
    assert 0 < said_after <= 3
