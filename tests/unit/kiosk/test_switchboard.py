"""The switchboard carries and decides nothing."""

import pytest

from contract.documents import DocumentKind
from contract.laptop_link import CallNow, Document, LaptopWelcome, Relays, TimeAsked, VisitorNow
from contract.media import Answer, Candidate, IceServer, JoinSteps, Offer, Received
from contract.readiness import CheckName, Readiness
from contract.record import Cosigned, HeadNow, OutcomeKept, OutcomeReport
from contract.refusals import RefusalCode, refusal
from contract.words import CallState, Presence, Purpose
from kiosk import ipc
from kiosk.deeds import Credential, Extend
from kiosk.hearing import Hearing
from kiosk.media import facts
from kiosk.media.joining import Step
from kiosk.media.request import SelfTest, SessionRequest
from kiosk.policy.measures import MeasureName, Severity, Verdict
from kiosk.policy.permissions import DeedKind
from kiosk.policy.readiness import Found, Trouble
from kiosk.scenes import AnyScene, CameraFault, Fault, Frame, NothingBooked, OutOfService, Panel
from kiosk.switchboard import Switchboard
from tests.fakes.clock import NOON
from tests.fakes.visits import head, report

CONNECT = ipc.Connect(booking_id="b1", session="session-1", page="page-0001", purpose=Purpose.CALL, synthetic=True)


Said = ipc.FromShell | Offer | Candidate | OutcomeReport | HeadNow | TimeAsked | Readiness


class Everyone:
    """Guard, service, media and screen at once: writes down what each was told."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.told: list[CallNow] = []
        self.media: list[object] = []
        self.frame: Frame | None = None
        self.scene: AnyScene | None = None
        self.panel: Panel | None = None
        self.answers: list[tuple[bool, str]] = []
        self.allowed = False
        self.photos: list[tuple[str, bytes]] = []
        self.used: tuple[IceServer, ...] = ()
        self.fetched: list[str] = []
        self.heard: list[Hearing | None] = []
        self.round_trip_ms: int | None = None

    def send(self, message: Said) -> None:
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

    def test_itself(self, asked: SelfTest) -> None:
        self.media.append(asked)

    def renew(self, ice_servers: tuple[IceServer, ...]) -> None:
        self.media.append(("renew", ice_servers))

    def use(self, ice_servers: tuple[IceServer, ...]) -> None:
        self.used = ice_servers

    def disconnect(self) -> None:
        self.media.append("disconnect")

    def show_scene(self, frame: Frame, scene: AnyScene, panel: Panel) -> None:
        self.frame, self.scene, self.panel = frame, scene, panel

    def answered(self, accepted: bool, text: str) -> None:
        self.answers.append((accepted, text))

    def photo_arrived(self, sha: str, untrusted: bytes) -> None:
        self.photos.append((sha, untrusted))

    def hears(self, hearing: Hearing | None) -> None:
        self.heard.append(hearing)

    def wanted(self, sha256: str) -> None:
        self.fetched.append(sha256)


@pytest.fixture
def everyone() -> Everyone:
    return Everyone()


@pytest.fixture
def board(everyone: Everyone) -> Switchboard:
    return Switchboard(guard=everyone, service=everyone, media=everyone, screen=everyone, photos=everyone)


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
    assert not request.relay_only


def test_new_relays_hold_from_the_next_session_on(board: Switchboard, everyone: Everyone) -> None:
    relay = IceServer(urls=("turn:192.0.2.20:3478",), username="1:laptop-1", credential="new")
    board.from_service(Relays(ice_servers=(relay,), relay_only=True))
    board.from_guard(CONNECT)
    request = everyone.media[-1]
    assert isinstance(request, SessionRequest)
    assert (request.ice_servers, request.relay_only) == ((relay,), True)


def test_a_silent_guard_shuts_the_devices_and_says_so(board: Switchboard, everyone: Everyone) -> None:
    board.from_guard(ipc.Show(frame=Frame(can_end=True, can_hold=True), scene=NothingBooked()))
    board.guard_silent()
    assert everyone.media == ["disconnect"]
    assert everyone.scene == OutOfService(fault=Fault.GUARD_SILENT)
    assert (everyone.frame, everyone.panel) == (Frame(can_end=True), Panel())  # the next one may take a call up again
    assert not everyone.allowed


END = ipc.Pressed(key=ipc.Key.END_NOW)
IN_A_CALL = ipc.Show(frame=Frame(can_end=True), scene=NothingBooked())
OVER = ipc.Show(frame=Frame(can_end=False), scene=NothingBooked())


def test_end_shuts_the_devices_before_any_guard_answers(board: Switchboard, everyone: Everyone) -> None:
    board.from_guard(IN_A_CALL)
    board.pressed(ipc.Key.END_NOW)
    assert everyone.said == [END]
    assert everyone.media == ["disconnect"]


def test_an_end_that_a_dead_guard_did_not_hear_is_said_to_the_next_before_it_can_open_another_call(
    board: Switchboard, everyone: Everyone
) -> None:
    board.from_guard(IN_A_CALL)
    board.pressed(ipc.Key.END_NOW)
    board.guard_silent()
    assert everyone.frame == Frame(can_end=False)  # it is pressed
    everyone.said.clear()
    board.from_media(facts.DevicesFound(camera=True, microphone=True, speaker=True))
    everyone.said.clear()
    board.guard_up()
    assert everyone.said[0] == END
    assert len(everyone.said) > 1
    board.from_guard(IN_A_CALL)  # taken up again, and not yet ended
    board.from_guard(CONNECT)
    assert everyone.media == ["disconnect", "disconnect"]
    assert board.waits_to_end
    board.from_guard(OVER)
    assert not board.waits_to_end
    everyone.said.clear()
    board.guard_up()
    assert END not in everyone.said


def test_an_end_while_no_guard_is_there_counts_for_the_call_that_was(board: Switchboard, everyone: Everyone) -> None:
    board.from_guard(IN_A_CALL)
    board.guard_silent()
    board.pressed(ipc.Key.END_NOW)
    everyone.said.clear()
    board.guard_up()
    assert everyone.said[0] == END


def test_an_end_that_a_new_shell_sees_before_its_guard_is_said_to_it(board: Switchboard, everyone: Everyone) -> None:
    board.starting(Frame(demo=None))
    board.pressed(ipc.Key.END_NOW)
    everyone.said.clear()
    board.guard_up()
    assert everyone.said[0] == END


def test_an_end_where_there_is_nothing_to_end_is_not_kept(board: Switchboard, everyone: Everyone) -> None:
    board.from_guard(OVER)
    board.pressed(ipc.Key.END_NOW)
    assert not board.waits_to_end
    assert everyone.media == []


def test_until_the_guard_has_spoken_a_laptop_is_neither_called_a_demo_nor_secure(
    board: Switchboard, everyone: Everyone
) -> None:
    board.starting(Frame(demo=None))
    assert (everyone.frame, everyone.scene) == (Frame(demo=None), OutOfService(fault=Fault.STARTING))
    board.guard_silent()
    assert everyone.frame == Frame(demo=None)
    board.from_guard(ipc.Show(frame=Frame(demo=False), scene=NothingBooked()))
    assert everyone.frame == Frame(demo=False)


def test_a_new_guard_is_told_all_there_is_to_know(board: Switchboard, everyone: Everyone) -> None:
    board.from_media(facts.DevicesFound(camera=True, microphone=True, speaker=True))
    board.from_media(facts.CameraNow(CameraFault.BUSY))
    board.link_changed(ipc.LinkNow(up=True))
    board.from_service(Document(kind=DocumentKind.SHEET, document="{}"))
    board.from_service(VisitorNow(booking_id="b1", presence=Presence.WAITING, page="page-0001"))
    said = list(everyone.said)
    everyone.said.clear()
    board.guard_up()
    assert everyone.said == said
    assert everyone.allowed


def test_a_lost_line_forgets_who_was_waiting(board: Switchboard, everyone: Everyone) -> None:
    board.from_service(VisitorNow(booking_id="b1", presence=Presence.WAITING, page="page-0001"))
    board.link_changed(ipc.LinkNow(up=False, refused="laptop_elsewhere"))
    everyone.said.clear()
    board.guard_up()
    assert everyone.said == [ipc.LinkNow(up=False, refused="laptop_elsewhere")]


def test_a_line_that_goes_on_tells_the_guard_again_who_was_waiting_and_a_new_one_does_not(
    board: Switchboard, everyone: Everyone
) -> None:
    board.link_changed(ipc.LinkNow(up=True))
    board.from_service(VisitorNow(booking_id="b1", presence=Presence.WAITING, page="page-0001"))
    seen = everyone.said[-1]
    for goes_on, again in ((True, [seen]), (False, []), (True, [])):
        board.link_changed(ipc.LinkNow(up=False))
        board.link_changed(ipc.LinkNow(up=True))
        everyone.said.clear()
        board.line_is_back(goes_on=goes_on)
        assert everyone.said == again


def test_a_line_that_goes_on_shows_the_guard_again_the_documents_that_still_are_the_newest(
    board: Switchboard, everyone: Everyone
) -> None:
    board.from_service(Document(kind=DocumentKind.SHEET, document="sheet"))
    board.from_service(Document(kind=DocumentKind.POLICY, document="policy"))
    again = list(everyone.said)
    everyone.said.clear()
    board.line_is_back(goes_on=False)
    assert everyone.said == []  # all of it comes anew
    board.line_is_back(goes_on=True)
    assert everyone.said == again


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
    board.pressed(ipc.Key.HOLD)
    board.from_media(facts.DevicesShut())
    assert everyone.media == [("answer", "session-1", "v=0"), ("candidate", "session-1", "c", "0")]
    assert everyone.told == [call]
    assert everyone.said == [
        ipc.FarSide(received=received),
        ipc.SessionFailed(session="session-1"),
        ipc.Pressed(key=ipc.Key.HOLD),
        ipc.DevicesShut(),
    ]


def test_a_renewed_connection_is_offered_to_the_same_page_and_told_to_the_guard(
    board: Switchboard, everyone: Everyone
) -> None:
    board.from_guard(CONNECT)
    board.from_media(facts.OfferMade("session-1-1", "v=0", renews="session-1"))
    board.from_media(facts.Renewed("session-1", "session-1-1"))
    board.from_media(facts.Joined("session-1-1", {Step.OFFER: 12, Step.PICTURE: 90}))
    board.from_media(facts.OfferMade("session-1-2", "v=0", renews="session-1-1"))
    board.from_media(facts.OfferMade("session-1-3", "v=0", renews="session-1"))  # that one is over
    board.from_media(facts.Renewed("session-1", "session-1-3"))
    offers = [
        Offer(booking_id="b1", session=f"session-1-{n}", page="page-0001", purpose=Purpose.CALL, sdp="v=0")
        for n in (1, 2)
    ]
    assert everyone.said == [
        offers[0],
        ipc.SessionRenewed(session="session-1", renewed="session-1-1"),
        ipc.SessionJoined(session="session-1-1", steps=JoinSteps(offer=12, picture=90)),
        offers[1],
    ]


def test_what_a_page_was_offered_while_its_line_was_lost_it_is_offered_again_once(
    board: Switchboard, everyone: Everyone
) -> None:
    back = [
        VisitorNow(booking_id="b1", presence=presence, page=page)
        for presence, page in (
            (Presence.WAITING, "page-0002"),
            (Presence.CHECKING, "page-0001"),
            (Presence.WAITING, "page-0001"),
            (Presence.WAITING, "page-0001"),
        )
    ]
    board.from_guard(CONNECT)
    board.from_media(facts.OfferMade("session-1-1", "v=0", renews="session-1"))
    board.from_service(back[-1])  # it was not refused
    board.from_service(refusal(RefusalCode.NOBODY_THERE))
    board.from_service(Answer(booking_id="b1", session="session-1", sdp="v=0"))  # late, to what came before
    for seen in back:
        board.from_service(seen)
    board.from_service(Answer(booking_id="b1", session="session-1-1", sdp="v=0"))
    board.from_service(refusal(RefusalCode.NOBODY_THERE))
    board.from_service(back[-1])  # two answers to one offer would be the end of it
    offer = Offer(booking_id="b1", session="session-1-1", page="page-0001", purpose=Purpose.CALL, sdp="v=0")
    assert [said for said in everyone.said if isinstance(said, Offer)] == [offer, offer]


def test_a_laptop_with_another_address_connects_anew_with_the_newest_credentials(
    board: Switchboard, everyone: Everyone
) -> None:
    newest = (IceServer(urls=("turn:192.0.2.20:3478",), username="later", credential="c"),)
    board.from_service(Relays(ice_servers=newest, relay_only=True))
    assert everyone.used == newest
    board.address_changed()
    assert everyone.media == [("renew", newest)]


def test_what_must_be_kept_is_carried_and_its_answer_handed_back(board: Switchboard, everyone: Everyone) -> None:
    carried = (head(7), report())
    for message in carried:
        board.from_guard(ipc.Carry(message=message))
    kept, cosigned = OutcomeKept(booking_id="b1", revision=1), Cosigned(note="note")
    board.from_service(kept)
    board.from_service(cosigned)
    assert everyone.said == [*carried, ipc.FromService(answer=kept), ipc.FromService(answer=cosigned)]


def test_an_officers_deed_goes_to_the_guard_and_its_answer_to_the_screen(
    board: Switchboard, everyone: Everyone
) -> None:
    officer = Credential(number="Q1", pin="123456")
    board.asked(officer, Extend(minutes=5))
    board.from_guard(ipc.Answered(accepted=False, text="That PIN is not right."))
    assert everyone.said == [ipc.Asked(officer=officer, deed=Extend(minutes=5))]
    assert everyone.answers == [(False, "That PIN is not right.")]


def test_a_panel_goes_with_its_scene(board: Switchboard, everyone: Everyone) -> None:
    panel = Panel(deeds=(DeedKind.EXTEND,), extend_minutes=(5,))
    board.from_guard(ipc.Show(frame=Frame(), scene=NothingBooked(), panel=panel))
    assert everyone.panel == panel


def test_what_works_at_the_visitors_is_passed_on(board: Switchboard, everyone: Everyone) -> None:
    board.from_service(VisitorNow(booking_id="b1", presence=Presence.WAITING, page="page-0001", camera=False))
    seen = everyone.said[-1]
    assert isinstance(seen, ipc.VisitorSeen)
    assert (seen.camera, seen.microphone) == (False, True)


def test_what_the_microphone_hears_is_for_the_screen_and_for_nobody_else(
    board: Switchboard, everyone: Everyone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    for hearing in (Hearing(5), Hearing(None), None):
        board.from_media(facts.HearsNow(hearing))
    assert everyone.heard == [Hearing(5), Hearing(None), None]
    assert (everyone.said, everyone.told, everyone.media, caplog.records) == ([], [], [], [])


def test_the_level_of_received_sound_is_measured(board: Switchboard, everyone: Everyone) -> None:
    board.from_media(facts.Measured("session-1", 1, 2, 2, 3, 0.25, 4, 2, 2, 5, 0.5, 0.0, None))
    measured = everyone.said[-1]
    assert isinstance(measured, ipc.MediaNow)
    assert measured.received_level == 0.25


def test_what_the_shell_proved_goes_to_the_guard_and_first_of_all_to_a_new_one(
    board: Switchboard, everyone: Everyone
) -> None:
    held = ipc.Proven(name=MeasureName.FILES, verdict=Verdict.HOLDS, severity=Severity.BLOCK, evidence="denied")
    lost = held.model_copy(update={"verdict": Verdict.LOST})
    board.proven(ipc.ProvenHere(findings=(held,)))
    board.proven(ipc.ProvenHere(findings=(lost,)))
    assert everyone.said == [ipc.ProvenHere(findings=(held,)), ipc.ProvenHere(findings=(lost,))]
    board.guard_up()
    assert everyone.said[2] == ipc.ProvenHere(findings=(lost,))
    assert lost.finding.is_lost
    assert ipc.Proven.of(lost.finding) == lost


def test_swallowed_presses_and_screens_are_reported_and_a_new_guard_hears_of_the_screens(
    board: Switchboard, everyone: Everyone
) -> None:
    board.swallowed(7)
    board.screens(("eDP-1", "HDMI-A-1"))
    screens = ipc.ScreensNow(count=2, names=("eDP-1", "HDMI-A-1"))
    assert everyone.said == [ipc.KeysSwallowed(count=7), screens]
    board.guard_up()
    assert screens in everyone.said[2:]


def test_that_the_first_picture_is_on_the_screen_every_guard_hears(board: Switchboard, everyone: Everyone) -> None:
    board.guard_up()
    assert ipc.Painted() not in everyone.said
    board.painted()
    board.guard_up()
    assert everyone.said.count(ipc.Painted()) == 2


def test_more_screens_than_can_be_named_are_counted(board: Switchboard, everyone: Everyone) -> None:
    board.screens(("N" * 100,) * 20)
    assert everyone.said == [ipc.ScreensNow(count=20, names=("N" * 64,) * 8)]


def test_a_signed_time_is_for_the_guard_that_asked_and_for_no_later_one(board: Switchboard, everyone: Everyone) -> None:
    asked = TimeAsked(nonce="nonce-0123456789abcdef")
    board.from_guard(ipc.Carry(message=asked))
    board.from_service(Document(kind=DocumentKind.TIME, document="signed"))
    arrived = ipc.DocumentArrived(kind=DocumentKind.TIME, document="signed")
    assert everyone.said == [asked, arrived]
    board.guard_up()
    assert everyone.said.count(arrived) == 1


def test_a_photo_goes_to_the_screen_by_way_of_the_guard_alone(board: Switchboard, everyone: Everyone) -> None:
    board.photo_wanted("a" * 64)
    board.from_guard(ipc.FetchPhoto(sha256="a" * 64))
    board.photo_fetched("a" * 64, b"face")
    assert everyone.fetched == ["a" * 64]
    assert everyone.photos == []  # nobody has said that it is one
    assert everyone.said == [
        ipc.PhotoWanted(sha256="a" * 64),
        ipc.PhotoArrived(sha256="a" * 64, content="ZmFjZQ=="),
    ]
    board.from_guard(ipc.Photo(sha256="a" * 64, content="ZmFjZQ=="))
    assert everyone.photos == [("a" * 64, b"face")]


def test_a_guard_that_comes_back_is_asked_again_for_the_photos_that_are_missing(
    board: Switchboard, everyone: Everyone
) -> None:
    board.photo_wanted("a" * 64)
    board.photo_wanted("b" * 64)
    board.from_guard(ipc.Photo(sha256="a" * 64, content="ZmFjZQ=="))
    everyone.said.clear()
    board.guard_up()
    assert [each for each in everyone.said if isinstance(each, ipc.PhotoWanted)] == [ipc.PhotoWanted(sha256="b" * 64)]


def test_a_screen_that_wants_ever_more_photos_is_remembered_for_the_newest(
    board: Switchboard, everyone: Everyone
) -> None:
    for number in range(50):
        board.photo_wanted(f"{number:064x}")
    everyone.said.clear()
    board.guard_up()
    wanted = [each.sha256 for each in everyone.said if isinstance(each, ipc.PhotoWanted)]
    assert wanted == [f"{number:064x}" for number in range(34, 50)]


def test_a_photo_of_the_guards_that_is_no_base64_draws_nothing(board: Switchboard, everyone: Everyone) -> None:
    board.from_guard(ipc.Photo(sha256="a" * 64, content="!"))
    assert everyone.photos == []


CHECK = ipc.CheckYourself(check="session-7", devices=True, synthetic=False)
CAMERA = Found(check=CheckName.CAMERA, found="light 40%")


def checked(everyone: Everyone) -> list[Found]:
    """What the guard was told of a check."""
    said = everyone.said[-1]
    assert isinstance(said, ipc.SelfChecked)
    assert said.check == "session-7"
    return list(said.found)


def test_a_check_is_handed_to_media_with_the_services_relays(board: Switchboard, everyone: Everyone) -> None:
    relay = IceServer(urls=("turn:192.0.2.20:3478",), username="1:laptop-1", credential="new")
    board.from_service(Relays(ice_servers=(relay,), relay_only=True))
    board.from_guard(CHECK)
    assert everyone.media == [SelfTest("session-7", True, False, (relay,), relay_only=True)]


def test_before_the_service_has_named_its_relays_a_check_knows_of_none(board: Switchboard, everyone: Everyone) -> None:
    board.from_guard(CHECK)
    assert everyone.media == [SelfTest("session-7", True, False, None)]


@pytest.mark.parametrize(
    ("link", "took_ms", "trouble", "found"),
    [
        (ipc.LinkNow(up=True), 34, None, "answers in 34 ms"),
        (ipc.LinkNow(up=True), None, None, "connected"),
        (ipc.LinkNow(up=True, clean=False), 1400, Trouble.SERVICE_SLOW, "answers in 1400 ms"),
        (ipc.LinkNow(up=False), None, Trouble.NO_SERVICE, "no line"),
    ],
)
def test_what_media_found_goes_to_the_guard_with_what_is_known_of_the_line(
    board: Switchboard, everyone: Everyone, link: ipc.LinkNow, took_ms: int | None, trouble: Trouble | None, found: str
) -> None:
    board.link_changed(link)
    everyone.round_trip_ms = took_ms
    board.from_media(facts.SelfTested("session-7", (CAMERA,)))
    assert checked(everyone) == [CAMERA, Found(check=CheckName.SERVICE, trouble=trouble, found=found)]
