"""Carries facts to the guard and its commands to window, media and service; it decides nothing itself."""

import base64
import binascii
import logging
from typing import Final, Protocol

from contract.documents import DocumentKind
from contract.laptop_link import (
    CallNow,
    CertificateIssued,
    Document,
    LaptopWelcome,
    Relays,
    TimeAsked,
    ToLaptopMessage,
    VisitorNow,
)
from contract.media import Answer, Candidate, IceServer, JoinSteps, Offer, Received
from contract.readiness import CheckName, Readiness
from contract.record import Cosigned, HeadNow, OutcomeKept, OutcomeReport
from contract.refusals import Refused
from kiosk.deeds import AnyDeed, Credential
from kiosk.hearing import Hearing
from kiosk.ipc import (
    Alive,
    Answered,
    Asked,
    CameraNow,
    Carry,
    CertificateArrived,
    CertificateKept,
    CheckYourself,
    Connect,
    DevicesNow,
    DevicesShut,
    Disconnect,
    DocumentArrived,
    FarSide,
    FetchPhoto,
    FromService,
    FromShell,
    Key,
    KeysSwallowed,
    LinkNow,
    MediaNow,
    Painted,
    Photo,
    PhotoArrived,
    PhotoWanted,
    Pressed,
    ProvenHere,
    ScreensNow,
    SelfChecked,
    SessionFailed,
    SessionJoined,
    SessionRenewed,
    Show,
    Tell,
    ToShell,
    VisitorSeen,
)
from kiosk.media import facts
from kiosk.media.request import SelfTest, SessionRequest
from kiosk.offers import Offers
from kiosk.policy.readiness import Found, Trouble
from kiosk.scenes import AnyScene, Fault, Frame, OutOfService, Panel

LOG: Final = logging.getLogger(__name__)
LONGEST_NAME: Final = 64  # of a screen, and how many of them, as kiosk.ipc.ScreensNow has them
MOST_NAMES: Final = 8
MOST_PHOTOS: Final = 16  # that the screen may wait for; a booking has five people


class GuardLine(Protocol):
    """Where facts go."""

    def send(self, fact: FromShell) -> None:
        """Say this to the guard, if it is there."""
        ...


class ServiceLine(Protocol):
    """Where offers, the call's state and what must be kept go."""

    @property
    def round_trip_ms(self) -> int | None:
        """How long the service took to answer, last; None without a line, or before the first answer."""
        ...

    def send(self, message: Offer | Candidate | OutcomeReport | HeadNow | TimeAsked | Readiness) -> None:
        """Say this, if the line is up."""
        ...

    def tell(self, call: CallNow) -> None:
        """Say where the call is, now and whenever the line returns."""
        ...

    def allow(self, allowed: bool) -> None:
        """Whether there may be a line at all."""
        ...


class Media(Protocol):
    """The media room, as the switchboard uses it; every call returns at once."""

    def connect(self, request: SessionRequest) -> None:
        """Open a session, ending any other."""
        ...

    def answer(self, session: str, sdp: str) -> None:
        """The visitor's answer."""
        ...

    def candidate(self, session: str, candidate: str, mid: str | None) -> None:
        """One of the visitor's candidates."""
        ...

    def test_itself(self, asked: SelfTest) -> None:
        """Look at camera, sound and relays, and open nothing else."""
        ...

    def renew(self, ice_servers: tuple[IceServer, ...]) -> None:
        """Have a new connection take over from the one that runs."""
        ...

    def use(self, ice_servers: tuple[IceServer, ...]) -> None:
        """By which servers what is connected from now on goes."""
        ...

    def disconnect(self) -> None:
        """Shut devices and end every session."""
        ...


class Screen(Protocol):
    """The window, as the switchboard uses it."""

    def show_scene(self, frame: Frame, scene: AnyScene, panel: Panel) -> None:
        """Draw this; `panel` is what the officer's panel offers."""
        ...

    def answered(self, accepted: bool, text: str) -> None:
        """What came of the deed an officer asked for, in one sentence."""
        ...

    def photo_arrived(self, sha: str, untrusted: bytes) -> None:
        """A photo on file that the screen wanted."""
        ...

    def hears(self, hearing: Hearing | None) -> None:
        """What the microphone of a call hears now; None while it is shut."""
        ...


class PhotoFetching(Protocol):
    """Who gets photos from the service."""

    def wanted(self, sha256: str) -> None:
        """Get this one, soon."""
        ...


class Renewing(Protocol):
    """The laptop's next certificate."""

    def issued(self, untrusted_certificate: str) -> CertificateArrived | None:
        """What the guard is to keep of it."""
        ...

    def kept(self, certificate: str) -> None:
        """The guard has kept it."""
        ...


class Switchboard:
    """Joins the four. What a new guard must know (measures, devices, link, sheet, visitors) is kept.

    A laptop without an identity has nothing to renew.
    """

    def __init__(
        self,
        *,
        guard: GuardLine,
        service: ServiceLine,
        media: Media,
        screen: Screen,
        renewals: Renewing | None = None,
        photos: PhotoFetching | None = None,
    ) -> None:
        self._guard, self._service, self._media, self._screen = guard, service, media, screen
        self._renewals, self._photos = renewals, photos
        self._photos_wanted: dict[str, None] = {}
        self._frame = Frame()
        self._proven: ProvenHere | None = None
        self._devices: DevicesNow | None = None
        self._camera: CameraNow | None = None
        self._screens: ScreensNow | None = None
        self._painted: Painted | None = None
        self._link = LinkNow(up=False)
        self._documents: dict[DocumentKind, DocumentArrived] = {}
        self._visitors: dict[str, VisitorSeen] = {}
        self._ice_servers: tuple[IceServer, ...] | None = None  # until the service has said
        self._relay_only = False
        self._connect: Connect | None = None
        self._offers = Offers()

    def starting(self, frame: Frame) -> None:
        """Show the first scene. `frame` stands around whatever is shown until the guard has spoken."""
        self._frame = frame
        self._screen.show_scene(frame, OutOfService(fault=Fault.STARTING), Panel())

    # ---- the guard ----

    def guard_up(self) -> None:
        """Tell a guard that has just come all it needs to know."""
        for fact in (
            self._proven,
            self._devices,
            self._camera,
            self._screens,
            self._painted,
            self._link,
            *self._documents.values(),
            *(self._visitors.values() if self._link.up else ()),
            *(PhotoWanted(sha256=sha256) for sha256 in self._photos_wanted),
        ):
            if fact is not None:
                self._guard.send(fact)
        self._service.allow(True)

    def guard_silent(self) -> None:
        """Without the guard nothing is allowed: shut the devices, leave the service, say so on the screen."""
        self._hang_up()
        self._service.allow(False)
        frame = self._frame.model_copy(update={"can_end": False, "can_hold": False, "presence_due_s": None})
        self._screen.show_scene(frame, OutOfService(fault=Fault.GUARD_SILENT), Panel())

    def from_guard(self, message: ToShell) -> None:
        """Do what the guard says."""
        match message:
            case Show(frame=frame, scene=scene, panel=panel):
                self._frame = frame
                self._screen.show_scene(frame, scene, panel)
            case Connect():
                self._connect = message
                self._offers.forget()
                self._media.connect(self._request(message))
            case CheckYourself(check=check, devices=devices, synthetic=synthetic):
                self._media.test_itself(SelfTest(check, devices, synthetic, self._ice_servers, self._relay_only))
            case Disconnect():
                self._hang_up()
            case Tell(call=call):
                self._service.tell(call)
            case Carry(message=message_for_service):
                self._service.send(message_for_service)
            case Answered(accepted=accepted, text=text):
                self._screen.answered(accepted, text)
            case CertificateKept() | FetchPhoto() | Photo():
                self._papers(message)
            case Alive():
                pass

    def _papers(self, message: CertificateKept | FetchPhoto | Photo) -> None:
        match message:
            case CertificateKept(certificate=certificate):
                if self._renewals is not None:
                    self._renewals.kept(certificate)
            case FetchPhoto(sha256=sha256):
                if self._photos is not None:
                    self._photos.wanted(sha256)
            case Photo():
                self._show_photo(message)

    def _show_photo(self, photo: Photo) -> None:
        self._photos_wanted.pop(photo.sha256, None)
        try:
            self._screen.photo_arrived(photo.sha256, base64.b64decode(photo.content, validate=True))
        except (binascii.Error, ValueError):
            LOG.error("a photo of the guard's is no base64")

    def _hang_up(self) -> None:
        self._connect = None
        self._offers.forget()
        self._media.disconnect()

    def _request(self, connect: Connect) -> SessionRequest:
        return SessionRequest(
            session=connect.session,
            booking_id=connect.booking_id,
            page=connect.page,
            purpose=connect.purpose,
            synthetic=connect.synthetic,
            signing=connect.signing,
            ice_servers=self._ice_servers or (),
            relay_only=self._relay_only,
        )

    # ---- the service ----

    def link_changed(self, link: LinkNow) -> None:
        """The line to the service came or went, or what is known of it has changed."""
        self._link = link
        self._guard.send(link)

    def line_is_back(self, *, goes_on: bool) -> None:
        """With the line the guard has forgotten visitors, and that its papers are the newest.

        A service that goes on says neither again.
        """
        if not goes_on:
            self._visitors.clear()
            return
        for document in self._documents.values():
            self._guard.send(document)
        for seen in self._visitors.values():
            self._guard.send(seen)

    def from_service(self, message: ToLaptopMessage) -> None:
        """Hand on what the service says."""
        match message:
            case LaptopWelcome():
                self._relays(message.ice_servers, relay_only=message.relay_only)
            case Relays(ice_servers=ice_servers, relay_only=relay_only):
                self._relays(ice_servers, relay_only=relay_only)
            case Document(kind=DocumentKind.TIME, document=document):  # for the guard that has asked, and no other
                self._guard.send(DocumentArrived(kind=DocumentKind.TIME, document=document))
            case Document(kind=kind, document=document):
                self._documents[kind] = arrived = DocumentArrived(kind=kind, document=document)
                self._guard.send(arrived)
            case CertificateIssued(certificate=certificate):
                if self._renewals is not None and (renewed := self._renewals.issued(certificate)) is not None:
                    self._guard.send(renewed)
            case VisitorNow():
                self._visitor_is(_seen(message))
            case Answer():
                self._offers.answered(message.session)
                self._media.answer(message.session, message.sdp)
            case Candidate():
                self._media.candidate(message.session, message.candidate, message.mid)
            case Received():
                self._guard.send(FarSide(received=message))
            case OutcomeKept() | Cosigned():
                self._guard.send(FromService(answer=message))
            case Refused(code=code):
                LOG.warning("the service refused a message: %s", code)
                self._offers.refused(code)

    def _visitor_is(self, seen: VisitorSeen) -> None:
        self._visitors[seen.booking_id] = seen
        self._guard.send(seen)
        if (offer := self._offers.again(seen)) is not None:
            self._service.send(offer)

    def _relays(self, ice_servers: tuple[IceServer, ...], *, relay_only: bool) -> None:
        self._ice_servers, self._relay_only = ice_servers, relay_only
        self._media.use(ice_servers)

    # ---- this process, media and people ----

    def proven(self, found: ProvenHere) -> None:
        """What the shell found of its own measures."""
        self._proven = found
        self._guard.send(found)

    def from_media(self, fact: facts.Fact) -> None:
        """Hand on what the media room reports."""
        match fact:
            case facts.OfferMade():
                self._offer(fact)
            case facts.Measured():
                self._guard.send(_media_now(fact))
            case facts.SessionFailed(session=session, text=text):
                LOG.warning("a media session failed: %s", text)
                self._guard.send(SessionFailed(session=session))
            case facts.Renewed(session=session, renewed=renewed):
                self._renewed(session, renewed)
            case facts.Joined(session=session, steps_ms=steps):
                self._guard.send(
                    SessionJoined(session=session, steps=JoinSteps(**{str(step): took for step, took in steps.items()}))
                )
            case facts.DevicesShut():
                self._guard.send(DevicesShut())
            case facts.SelfTested(check=check, found=found):
                self._guard.send(SelfChecked(check=check, found=(*found, self._line_found())))
            case facts.RoomBroke():
                LOG.error("the media room broke")
            case facts.CameraNow(fault=fault):
                self._camera = CameraNow(fault=fault)
                self._guard.send(self._camera)
            case facts.HearsNow(hearing=hearing):
                self._screen.hears(hearing)
            case facts.DevicesFound():
                self._devices = DevicesNow(camera=fact.camera, microphone=fact.microphone, speaker=fact.speaker)
                self._guard.send(self._devices)

    def _line_found(self) -> Found:
        """What is known of the line to the service."""
        took_ms = self._service.round_trip_ms
        if not self._link.up:
            return Found(check=CheckName.SERVICE, trouble=Trouble.NO_SERVICE, found="no line")
        found = "connected" if took_ms is None else f"answers in {took_ms} ms"
        slow = None if self._link.clean else Trouble.SERVICE_SLOW
        return Found(check=CheckName.SERVICE, trouble=slow, found=found)

    def _offer(self, made: facts.OfferMade) -> None:
        connect = self._connect
        if connect is None or connect.session != (made.renews or made.session):
            return
        offer = Offer(
            booking_id=connect.booking_id,
            session=made.session,
            page=connect.page,
            purpose=connect.purpose,
            sdp=made.sdp,
        )
        self._offers.made(offer)
        self._service.send(offer)

    def _renewed(self, session: str, renewed: str) -> None:
        if self._connect is not None and self._connect.session == session:
            self._connect = self._connect.model_copy(update={"session": renewed})
            self._guard.send(SessionRenewed(session=session, renewed=renewed))

    def address_changed(self) -> None:
        """The laptop's own address is another one: a call that runs is to have a new connection take over."""
        self._media.renew(self._ice_servers or ())

    def pressed(self, key: Key) -> None:
        """Somebody pressed a key."""
        self._guard.send(Pressed(key=key))

    def photo_wanted(self, sha256: str) -> None:
        """The screen lacks this photo on file; a guard that comes later is asked again."""
        self._photos_wanted[sha256] = None
        while len(self._photos_wanted) > MOST_PHOTOS:
            del self._photos_wanted[next(iter(self._photos_wanted))]
        self._guard.send(PhotoWanted(sha256=sha256))

    def photo_fetched(self, sha256: str, untrusted: bytes) -> None:
        """A photo came from the service; the guard says whether it is one to show."""
        self._guard.send(PhotoArrived(sha256=sha256, content=base64.b64encode(untrusted).decode()))

    def swallowed(self, count: int) -> None:
        """So many presses came to nothing."""
        self._guard.send(KeysSwallowed(count=count))

    def screens(self, names: tuple[str, ...]) -> None:
        """Which screens there are now."""
        shown = tuple(name[:LONGEST_NAME] for name in names[:MOST_NAMES])
        self._screens = ScreensNow(count=len(names), names=shown)
        self._guard.send(self._screens)

    def painted(self) -> None:
        """The first picture is on the screen."""
        self._painted = Painted()
        self._guard.send(self._painted)

    def asked(self, officer: Credential, deed: AnyDeed) -> None:
        """An officer asks for a deed with their PIN, which is passed on and not kept."""
        self._guard.send(Asked(officer=officer, deed=deed))


def _seen(visitor: VisitorNow) -> VisitorSeen:
    return VisitorSeen(
        booking_id=visitor.booking_id,
        presence=visitor.presence,
        page=visitor.page,
        camera=visitor.camera,
        microphone=visitor.microphone,
    )


def _media_now(measured: facts.Measured) -> MediaNow:
    return MediaNow(
        session=measured.session,
        received_video_frames=measured.received_video_frames,
        received_audio_ms=measured.received_audio_ms,
        sent_video_frames=measured.sent_video_frames,
        sent_audio_ms=measured.sent_audio_ms,
        received_level=min(1.0, measured.received_audio_rms),
        loss_percent=measured.loss_percent,
        rtt_ms=measured.rtt_ms,
        far_video_packets=measured.far_video_packets,
        far_audio_packets=measured.far_audio_packets,
    )
