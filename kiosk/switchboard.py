"""Carries facts to the guard and its commands to window, media and service; it decides nothing itself."""

import logging
from typing import Final

from contract.documents import DocumentKind
from contract.laptop_link import CertificateIssued, Document, LaptopWelcome, Relays, ToLaptopMessage, VisitorNow
from contract.media import Answer, Candidate, Received
from contract.record import Cosigned, OutcomeKept
from contract.refusals import Refused
from kiosk.briefing import Briefing
from kiosk.deeds import AnyDeed, Credential
from kiosk.ipc import (
    Alive,
    Answered,
    Asked,
    CameraNow,
    Carry,
    CertificateKept,
    CheckYourself,
    Connect,
    DevicesShut,
    Disconnect,
    DocumentArrived,
    FarSide,
    FetchPhoto,
    FromService,
    Key,
    KeysSwallowed,
    LinkNow,
    Painted,
    Photo,
    Pressed,
    ProvenHere,
    SelfChecked,
    SessionFailed,
    Show,
    Tell,
    ToShell,
)
from kiosk.media import facts
from kiosk.media_session import MediaSession
from kiosk.photo_passing import PhotoPassing
from kiosk.restating import devices_now, line_found, media_now, screens_now, session_joined, visitor_seen
from kiosk.scenes import Fault, Frame, OutOfService, Panel
from kiosk.shell_ports import GuardLine, Media, PhotoFetching, Renewing, Screen, ServiceLine

LOG: Final = logging.getLogger(__name__)


class Switchboard:
    """Joins the four. What a new guard must know (measures, devices, link, sheet, visitors, an END) is kept.

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
        self._guard, self._service, self._screen, self._renewals = guard, service, screen, renewals
        self._session = MediaSession(guard=guard, service=service, media=media)
        self._photos = PhotoPassing(guard=guard, screen=screen, fetching=photos)
        self._briefing = Briefing()
        self._frame = Frame()
        self._is_shown = False  # the guard has said what to show
        self.waits_to_end = False  # END was pressed in a call, and no guard has yet shown that it is over

    def starting(self, frame: Frame) -> None:
        """Show the first scene. `frame` stands around whatever is shown until the guard has spoken."""
        self._frame = frame
        self._screen.show_scene(frame, OutOfService(fault=Fault.STARTING), Panel())

    # ---- the guard ----

    def guard_up(self) -> None:
        """Tell a guard that has just come all it needs to know.

        First an END that the one before died with: this one has taken that call up again, and opens another only once
        it knows of the devices.
        """
        if self.waits_to_end:
            self._guard.send(Pressed(key=Key.END_NOW))
        for fact in (*self._briefing.everything(), *self._photos.still_wanted()):
            self._guard.send(fact)
        self._service.allow(True)

    def guard_silent(self) -> None:
        """Without the guard nothing is allowed: shut the devices, leave the service, say so on the screen.

        A call that the next guard would take up again can still be ended.
        """
        self._session.end()
        self._service.allow(False)
        can_end = self._frame.can_end and not self.waits_to_end
        frame = self._frame.model_copy(update={"can_end": can_end, "can_hold": False, "presence_due_s": None})
        self._screen.show_scene(frame, OutOfService(fault=Fault.GUARD_SILENT), Panel())

    def from_guard(self, message: ToShell) -> None:
        """Do what the guard says."""
        match message:
            case Show(frame=frame, scene=scene, panel=panel):
                self._frame, self._is_shown = frame, True
                self.waits_to_end = self.waits_to_end and frame.can_end
                self._screen.show_scene(frame, scene, panel)
            case Connect():
                if not self.waits_to_end:  # what a guard asked for before it hung
                    self._session.begin(message)
            case CheckYourself():
                self._session.check(message)
            case Disconnect():
                self._session.end()
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
                self._photos.fetch(sha256)
            case Photo():
                self._photos.show(message)

    # ---- the service ----

    def link_changed(self, link: LinkNow) -> None:
        """The line to the service came or went, or what is known of it has changed."""
        self._briefing.link = link
        self._guard.send(link)

    def line_is_back(self, *, goes_on: bool) -> None:
        """With the line the guard has forgotten visitors, and that its papers are the newest.

        A service that goes on says neither again.
        """
        if not goes_on:
            self._briefing.visitors.clear()
            return
        for fact in self._briefing.from_the_service():
            self._guard.send(fact)

    def from_service(self, message: ToLaptopMessage) -> None:
        """Hand on what the service says."""
        match message:
            case LaptopWelcome(ice_servers=ice_servers, relay_only=relay_only):
                self._session.relays(ice_servers, relay_only=relay_only)
            case Relays(ice_servers=ice_servers, relay_only=relay_only):
                self._session.relays(ice_servers, relay_only=relay_only)
            case Document():
                self._document(message)
            case CertificateIssued(certificate=certificate):
                if self._renewals is not None and (renewed := self._renewals.issued(certificate)) is not None:
                    self._guard.send(renewed)
            case VisitorNow(booking_id=booking_id):
                self._briefing.visitors[booking_id] = seen = visitor_seen(message)
                self._guard.send(seen)
                self._session.visitor_is(seen)
            case Answer():
                self._session.answered(message)
            case Candidate():
                self._session.candidate(message)
            case Received():
                self._guard.send(FarSide(received=message))
            case OutcomeKept() | Cosigned():
                self._guard.send(FromService(answer=message))
            case Refused(code=code):
                LOG.warning("the service refused a message: %s", code)
                self._session.refused(code)

    def _document(self, message: Document) -> None:
        """A signed time is for the guard that has asked, and no other."""
        arrived = DocumentArrived(kind=message.kind, document=message.document)
        if message.kind is not DocumentKind.TIME:
            self._briefing.documents[message.kind] = arrived
        self._guard.send(arrived)

    # ---- this process, media and people ----

    def proven(self, found: ProvenHere) -> None:
        """What the shell found of its own measures."""
        self._briefing.proven = found
        self._guard.send(found)

    def from_media(self, fact: facts.Fact) -> None:
        """Hand on what the media room reports."""
        match fact:
            case facts.OfferMade():
                self._session.offered(fact)
            case facts.Measured():
                self._guard.send(media_now(fact))
            case facts.SessionFailed(session=session, text=text):
                LOG.warning("a media session failed: %s", text)
                self._guard.send(SessionFailed(session=session))
            case facts.Renewed(session=session, renewed=renewed):
                self._session.renewed(session, renewed)
            case facts.Joined():
                self._guard.send(session_joined(fact))
            case facts.DevicesShut():
                self._guard.send(DevicesShut())
            case facts.SelfTested(check=check, found=found):
                line = line_found(self._briefing.link, self._service.round_trip_ms)
                self._guard.send(SelfChecked(check=check, found=(*found, line)))
            case facts.RoomBroke():
                LOG.error("the media room broke")
            case facts.HearsNow(hearing=hearing):
                self._screen.hears(hearing)
            case facts.CameraNow() | facts.DevicesFound():
                self._devices(fact)

    def _devices(self, fact: facts.CameraNow | facts.DevicesFound) -> None:
        match fact:
            case facts.CameraNow(fault=fault):
                self._briefing.camera = camera = CameraNow(fault=fault)
                self._guard.send(camera)
            case facts.DevicesFound():
                self._briefing.devices = devices = devices_now(fact)
                self._guard.send(devices)

    def address_changed(self) -> None:
        """The laptop's own address is another one: a call that runs is to have a new connection take over."""
        self._session.moved()

    def pressed(self, key: Key) -> None:
        """Somebody pressed a key. END shuts a call's devices here, whether or not a guard is there to say so.

        A shell that has just come does not know whether there is a call: its guard will.
        """
        self._guard.send(Pressed(key=key))
        if key is Key.END_NOW and (self._frame.can_end or not self._is_shown):
            self.waits_to_end = True
            self._session.end()

    def photo_wanted(self, sha256: str) -> None:
        """The screen lacks this photo on file; a guard that comes later is asked again."""
        self._photos.wanted(sha256)

    def photo_fetched(self, sha256: str, untrusted: bytes) -> None:
        """A photo came from the service; the guard says whether it is one to show."""
        self._photos.fetched(sha256, untrusted)

    def swallowed(self, count: int) -> None:
        """So many presses came to nothing."""
        self._guard.send(KeysSwallowed(count=count))

    def screens(self, names: tuple[str, ...]) -> None:
        """Which screens there are now."""
        self._briefing.screens = screens = screens_now(names)
        self._guard.send(screens)

    def painted(self) -> None:
        """The first picture is on the screen."""
        self._briefing.painted = painted = Painted()
        self._guard.send(painted)

    def asked(self, officer: Credential, deed: AnyDeed) -> None:
        """An officer asks for a deed with their PIN, which is passed on and not kept."""
        self._guard.send(Asked(officer=officer, deed=deed))
