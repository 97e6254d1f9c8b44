"""The media session that the guard asks for: opened, offered to the visitor's page, renewed, ended; none by itself."""

from contract.media import Answer, Candidate, IceServer, Offer
from contract.refusals import RefusalCode
from kiosk.ipc import CheckYourself, Connect, SessionRenewed, VisitorSeen
from kiosk.media import facts
from kiosk.media.request import SelfTest, SessionRequest
from kiosk.offers import Offers
from kiosk.shell_ports import GuardLine, Media, ServiceLine


class MediaSession:
    """One at a time. By which servers it goes is kept for the next one, and for a self-check."""

    def __init__(self, *, guard: GuardLine, service: ServiceLine, media: Media) -> None:
        self._guard, self._service, self._media = guard, service, media
        self._ice_servers: tuple[IceServer, ...] | None = None  # until the service has said
        self._relay_only = False
        self._connect: Connect | None = None
        self._offers = Offers()

    def begin(self, connect: Connect) -> None:
        """The guard asks for a session, in the place of any other."""
        self._connect = connect
        self._offers.forget()
        self._media.connect(self._request(connect))

    def end(self) -> None:
        """Shut devices and forget what was offered; safe twice."""
        self._connect = None
        self._offers.forget()
        self._media.disconnect()

    def check(self, asked: CheckYourself) -> None:
        """The guard asks media to look at itself."""
        self._media.test_itself(
            SelfTest(asked.check, asked.devices, asked.synthetic, self._ice_servers, self._relay_only)
        )

    def relays(self, ice_servers: tuple[IceServer, ...], *, relay_only: bool) -> None:
        """By which servers what is connected from now on goes."""
        self._ice_servers, self._relay_only = ice_servers, relay_only
        self._media.use(ice_servers)

    def moved(self) -> None:
        """The laptop's own address is another one: a call that runs is to have a new connection take over."""
        self._media.renew(self._ice_servers or ())

    def offered(self, made: facts.OfferMade) -> None:
        """Media has made an offer; one for a session that is over goes nowhere."""
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

    def visitor_is(self, seen: VisitorSeen) -> None:
        """A page that has missed its offer may be there now."""
        if (offer := self._offers.again(seen)) is not None:
            self._service.send(offer)

    def answered(self, answer: Answer) -> None:
        """The visitor's answer."""
        self._offers.answered(answer.session)
        self._media.answer(answer.session, answer.sdp)

    def candidate(self, candidate: Candidate) -> None:
        """One of the visitor's candidates."""
        self._media.candidate(candidate.session, candidate.candidate, candidate.mid)

    def refused(self, code: RefusalCode) -> None:
        """The service refused something, perhaps the offer."""
        self._offers.refused(code)

    def renewed(self, session: str, renewed: str) -> None:
        """A new connection has taken over; it goes by another name from now on."""
        if self._connect is not None and self._connect.session == session:
            self._connect = self._connect.model_copy(update={"session": renewed})
            self._guard.send(SessionRenewed(session=session, renewed=renewed))

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
