"""The switchboard carries and decides nothing."""

import pytest

from contract.laptop_link import CallNow, LaptopWelcome, Sheet, VisitorNow
from contract.media import Answer, Candidate, IceServer, Offer, Received
from contract.refusals import RefusalCode, refusal
from contract.words import CallState, Presence, Purpose
from kiosk import ipc
from kiosk.media import facts
from kiosk.media.request import SessionRequest
from kiosk.scenes import AnyScene, Fault, Frame, NothingBooked, OutOfService
from kiosk.switchboard import Switchboard
from tests.fakes.clock import NOON

CONNECT = ipc.Connect(booking_id="b1", session="session-1", page="page-0001", purpose=Purpose.CALL, synthetic=True)


class Everyone:
    """Guard, service, media and screen at once: writes down what each was told."""

    def __init__(self) -> None:
        self.said: list[ipc.FromShell | Offer | Candidate] = []
        self.told: list[CallNow] = []
        self.media: list[object] = []
        self.scene: AnyScene | None = None
        self.allowed = False

    def send(self, message: ipc.FromShell | Offer | Candidate) -> None:
        self.said.append(message)

    def tell(self, call: CallNow) -> None:
        self.told.append(call)

    def allow(self, allowed: bool) -> None:
        self.allowed = allowed

    def connect(self, request: SessionRequest) -> None:
        self.media.append(request)

    def answer(self, session: str, sdp: str) -> None:
        self.media.append(("answer", session, sdp))

    def candidate(self, session: str, candidate: str, mid: str | None) -> None:
        self.media.append(("candidate", session, candidate, mid))

    def disconnect(self) -> None:
        self.media.append("disconnect")

    def show_scene(self, frame: Frame, scene: AnyScene) -> None:
        self.scene = scene


@pytest.fixture
def everyone() -> Everyone:
    return Everyone()


@pytest.fixture
def board(everyone: Everyone) -> Switchboard:
    return Switchboard(guard=everyone, service=everyone, media=everyone, screen=everyone)


def test_an_offer_goes_out_under_the_guards_own_words(board: Switchboard, everyone: Everyone) -> None:
    board.from_guard(CONNECT)
    board.from_media(facts.OfferMade("session-1", "v=0"))
    assert everyone.said == [
        Offer(booking_id="b1", session="session-1", page="page-0001", purpose=Purpose.CALL, sdp="v=0")
    ]


def test_an_offer_for_a_session_that_is_over_goes_nowhere(board: Switchboard, everyone: Everyone) -> None:
    board.from_guard(CONNECT)
    board.from_guard(ipc.Disconnect())
    board.from_media(facts.OfferMade("session-1", "v=0"))
    assert everyone.said == []


def test_media_connects_with_the_services_relays(board: Switchboard, everyone: Everyone) -> None:
    relay = IceServer(urls=("turn:relay",))
    board.from_service(
        LaptopWelcome(establishment="HMP Example", laptop="Visits 1", server_time=NOON, ice_servers=(relay,))
    )
    board.from_guard(CONNECT)
    request = everyone.media[-1]
    assert isinstance(request, SessionRequest)
    assert request.ice_servers == (relay,)


def test_a_silent_guard_shuts_the_devices_and_says_so(board: Switchboard, everyone: Everyone) -> None:
    board.from_guard(ipc.Show(frame=Frame(officer_keys=True), scene=NothingBooked()))
    board.guard_silent()
    assert everyone.media == ["disconnect"]
    assert everyone.scene == OutOfService(fault=Fault.GUARD_SILENT)
    assert not everyone.allowed


def test_a_new_guard_is_told_all_there_is_to_know(board: Switchboard, everyone: Everyone) -> None:
    board.from_media(facts.DevicesFound(camera=True, microphone=True, speaker=True))
    board.link_changed(True, None)
    board.from_service(Sheet(document="{}"))
    board.from_service(VisitorNow(booking_id="b1", presence=Presence.WAITING, page="page-0001"))
    said = list(everyone.said)
    everyone.said.clear()
    board.guard_up()
    assert everyone.said == said
    assert everyone.allowed


def test_a_lost_line_forgets_who_was_waiting(board: Switchboard, everyone: Everyone) -> None:
    board.from_service(VisitorNow(booking_id="b1", presence=Presence.WAITING, page="page-0001"))
    board.link_changed(False, "laptop_elsewhere")
    everyone.said.clear()
    board.guard_up()
    assert everyone.said == [ipc.LinkNow(up=False, refused="laptop_elsewhere")]


def test_the_rest_is_handed_on_as_it_is(board: Switchboard, everyone: Everyone) -> None:
    received = Received(booking_id="b1", session="session-1", video_frames=1, audio_ms=2)
    call = CallNow(booking_id="b1", state=CallState.LIVE, talk_ms=0, left_ms=0)
    board.from_service(Answer(booking_id="b1", session="session-1", sdp="v=0"))
    board.from_service(Candidate(booking_id="b1", session="session-1", candidate="c", mid="0"))
    board.from_service(received)
    board.from_service(refusal(RefusalCode.NOBODY_THERE))
    board.from_guard(ipc.Tell(call=call))
    board.from_guard(ipc.Alive())
    board.from_media(facts.SessionFailed("session-1", "gone"))
    board.pressed(ipc.Key.ADMIT, ("mum",))
    assert everyone.media == [("answer", "session-1", "v=0"), ("candidate", "session-1", "c", "0")]
    assert everyone.told == [call]
    assert everyone.said == [
        ipc.FarSide(received=received),
        ipc.SessionFailed(session="session-1"),
        ipc.Pressed(key=ipc.Key.ADMIT, ticked=("mum",)),
    ]
