"""A room: who is told what, when a page comes, is ready, vanishes, leaves, and when the laptop speaks."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from contract.laptop_link import CallNow, VisitorNow
from contract.media import Answer, Candidate, Offer
from contract.refusals import RefusalCode
from contract.visitor_link import Phase, Ready, VisitorCall
from contract.words import CallState, Outcome, Presence, Purpose, Reason
from tests.fakes.visits import NOON, FakeServiceClock, Listener, call, certificate
from visits.api.laptops import Laptops
from visits.api.room import Room
from visits.domain.records import Ending
from visits.domain.window import Visit
from visits.errors import Refused

PAGE, OTHER_PAGE, SESSION = "page-0001", "page-0002", "session-1"
READY = Ready(camera=True, microphone=True)
VISIT = Visit(call(), NOON + timedelta(minutes=30))
TIME_UP = Ending(Outcome.COMPLETED_NORMALLY, None, Reason.TIME_UP, 0)


@dataclass
class Scene:
    clock: FakeServiceClock = field(default_factory=FakeServiceClock)
    laptops: Laptops = field(default_factory=Laptops)
    laptop: Listener = field(default_factory=Listener)
    visitor: Listener = field(default_factory=Listener)

    def __post_init__(self) -> None:
        self.room = Room(VISIT, self.laptops, self.clock)
        self.laptops.enter(certificate(), self.laptop)
        self.laptops.greet(1)

    def ready(self, page: str = PAGE) -> None:
        self.room.visitor_came(self.visitor, page)
        self.room.visitor_is_ready(self.visitor, READY)

    def presences(self) -> list[Presence]:
        return [message.presence for message in self.laptop.heard if isinstance(message, VisitorNow)]


def offer(page: str = PAGE) -> Offer:
    return Offer(booking_id="b1", session=SESSION, page=page, purpose=Purpose.CALL, sdp="v=0")


def candidate(session: str = SESSION) -> Candidate:
    return Candidate(booking_id="b1", session=session, candidate="")


def said(state: CallState, talk_ms: int = 0) -> CallNow:
    return CallNow(booking_id="b1", state=state, talk_ms=talk_ms, left_ms=0)


def test_the_laptop_is_told_of_every_step_of_the_visitor() -> None:
    scene = Scene()
    scene.ready()
    scene.room.visitor_lost(scene.visitor)
    scene.ready(OTHER_PAGE)
    scene.room.visitor_left(scene.visitor)
    assert scene.presences() == [
        Presence.CHECKING,
        Presence.WAITING,
        Presence.GONE,
        Presence.CHECKING,
        Presence.WAITING,
        Presence.LEFT,
    ]
    assert scene.visitor.hung_up


def test_a_second_tab_takes_over_and_the_first_is_told() -> None:
    scene = Scene()
    scene.ready()
    second = Listener()
    scene.room.visitor_came(second, OTHER_PAGE)
    assert scene.visitor.refusals() == [RefusalCode.OPENED_ELSEWHERE]
    assert scene.visitor.hung_up
    scene.room.visitor_lost(scene.visitor)
    assert scene.presences()[-1] is Presence.CHECKING


def test_the_older_tab_can_no_longer_speak_for_the_visitor() -> None:
    scene = Scene()
    scene.ready()
    second = Listener()
    scene.room.visitor_came(second, OTHER_PAGE)
    scene.room.visitor_is_ready(second, READY)
    before = list(scene.laptop.heard)
    scene.room.visitor_is_ready(scene.visitor, READY)
    scene.room.visitor_left(scene.visitor)
    scene.room.relay_to_laptop(scene.visitor, Answer(booking_id="b1", session=SESSION, sdp="v=0"))
    assert scene.laptop.heard == before


def test_an_offer_goes_only_to_the_page_it_is_for() -> None:
    scene = Scene()
    scene.ready()
    scene.room.relay_offer(offer())
    assert scene.visitor.heard == [offer()]
    with pytest.raises(Refused) as refused:
        scene.room.relay_offer(offer(OTHER_PAGE))
    assert refused.value.code is RefusalCode.NOBODY_THERE


def test_an_offer_before_the_visitor_is_ready_finds_nobody() -> None:
    scene = Scene()
    scene.room.visitor_came(scene.visitor, PAGE)
    with pytest.raises(Refused) as refused:
        scene.room.relay_offer(offer())
    assert refused.value.code is RefusalCode.NOBODY_THERE


def test_candidates_follow_their_offer_and_late_ones_are_dropped() -> None:
    scene = Scene()
    scene.ready()
    scene.room.relay_offer(offer())
    scene.room.relay_candidate(candidate())
    scene.room.relay_candidate(candidate("an-older-session"))
    assert scene.visitor.heard == [offer(), candidate()]


def test_candidates_pass_when_the_offer_was_relayed_before_a_restart() -> None:
    scene = Scene()
    scene.ready()
    scene.room.relay_candidate(candidate())
    assert scene.visitor.heard == [candidate()]


def test_what_the_page_says_of_media_reaches_the_laptop_once_it_is_ready() -> None:
    scene = Scene()
    scene.room.visitor_came(scene.visitor, PAGE)
    with pytest.raises(Refused) as refused:
        scene.room.relay_to_laptop(scene.visitor, candidate())
    assert refused.value.code is RefusalCode.NOT_READY
    scene.room.visitor_is_ready(scene.visitor, READY)
    scene.room.relay_to_laptop(scene.visitor, candidate())
    assert scene.laptop.heard[-1] == candidate()


def test_a_page_cannot_speak_of_another_booking() -> None:
    scene = Scene()
    scene.ready()
    with pytest.raises(Refused) as refused:
        scene.room.relay_to_laptop(scene.visitor, Answer(booking_id="b2", session=SESSION, sdp="v=0"))
    assert refused.value.code is RefusalCode.NOT_YOUR_BOOKING


def test_the_visitor_is_told_of_the_call_only_when_it_changes() -> None:
    scene = Scene()
    scene.ready()
    for _ in range(3):
        scene.room.tell_visitor()
    scene.room.laptop_said(said(CallState.JOINING))
    scene.room.laptop_said(said(CallState.JOINING))
    phases = [message.phase for message in scene.visitor.heard if isinstance(message, VisitorCall)]
    assert phases == [Phase.WAITING, Phase.JOINING]


def test_the_visitor_is_told_when_the_prison_goes_offline() -> None:
    scene = Scene()
    scene.ready()
    scene.room.tell_visitor()
    scene.laptops.leave(1, scene.laptop)
    scene.room.tell_visitor()
    told = [message.prison_connected for message in scene.visitor.heard if isinstance(message, VisitorCall)]
    assert told == [True, False]


def test_a_visitor_who_leaves_before_the_call_began_may_come_back() -> None:
    scene = Scene()
    scene.ready()
    scene.room.laptop_said(said(CallState.JOINING))
    scene.room.visitor_left(scene.visitor)
    assert not scene.room.has_said_goodbye


def test_a_visitor_who_left_the_call_has_said_goodbye() -> None:
    scene = Scene()
    scene.ready()
    scene.room.laptop_said(said(CallState.LIVE))
    scene.room.visitor_left(scene.visitor)
    assert scene.room.has_said_goodbye


def test_nothing_undoes_an_ending() -> None:
    scene = Scene()
    scene.ready()
    scene.room.ended(TIME_UP)
    scene.room.know(VISIT)
    assert scene.room.visit.call.ending == TIME_UP
    with pytest.raises(Refused, match="booking_over"):
        scene.room.laptop_said(said(CallState.LIVE))
    with pytest.raises(Refused, match="booking_over"):
        scene.room.visitor_is_ready(scene.visitor, READY)
    with pytest.raises(Refused, match="booking_over"):
        scene.room.relay_offer(offer())


def test_how_long_the_page_has_been_gone_is_counted_from_its_last_sign() -> None:
    scene = Scene()
    scene.room.was_claimed()
    scene.clock.advance(timedelta(seconds=4))
    assert scene.room.gone_for() == timedelta(seconds=4)
    scene.ready()
    assert scene.room.gone_for() is None
    scene.room.visitor_lost(scene.visitor)
    scene.clock.advance(timedelta(seconds=10))
    assert scene.room.gone_for() == timedelta(seconds=10)


def test_the_laptop_is_told_what_works_at_the_visitors() -> None:
    scene = Scene()
    scene.room.visitor_came(scene.visitor, PAGE)
    scene.room.visitor_is_ready(scene.visitor, Ready(camera=False, microphone=True))
    told = scene.laptop.heard[-1]
    assert isinstance(told, VisitorNow)
    assert (told.camera, told.microphone) == (False, True)
    scene.room.visitor_came(scene.visitor, OTHER_PAGE)
    assert scene.room.visitor_now().camera


def test_what_the_laptop_has_called_ended_does_not_go_on_even_before_it_is_kept() -> None:
    scene = Scene()
    scene.ready()
    scene.room.laptop_said(said(CallState.ENDED))
    with pytest.raises(Refused, match="booking_over"):
        scene.room.laptop_said(said(CallState.LIVE))
    with pytest.raises(Refused, match="booking_over"):
        scene.room.relay_offer(offer())
    assert scene.room.visit.call.ending is None
