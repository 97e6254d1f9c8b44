"""One booking's live side: whose page is there, what the laptop last said, what the visitor was told. No await here."""

from dataclasses import replace
from datetime import timedelta

from contract.laptop_link import CallNow, VisitorNow
from contract.media import Answer, Candidate, Offer, Received
from contract.refusals import RefusalCode
from contract.visitor_link import Ready, VisitorCall
from contract.words import CallState, Presence
from visits.api.laptops import Laptops
from visits.domain.progress import progress
from visits.domain.records import Ending
from visits.domain.window import Visit
from visits.errors import Refused
from visits.ports import Clock, Speaker


class Room:
    """Who is live on one booking. Everything here is lost with the process; the laptop and the page bring it back."""

    def __init__(self, visit: Visit, laptops: Laptops, clock: Clock) -> None:
        self.visit = visit
        self._laptops = laptops
        self._clock = clock
        self._visitor: Speaker | None = None
        self._page: str | None = None
        self._presence = Presence.ABSENT
        self._ready: Ready | None = None
        self._seen_at = clock.monotonic()
        self._call: CallNow | None = None
        self._has_talked = False
        self._offered: tuple[str, str] | None = None
        self._told: VisitorCall | None = None

    # ---- the visitor ----

    def gone_for(self) -> timedelta | None:
        """How long no page has been connected, or None while one is."""
        if self._visitor is not None:
            return None
        return timedelta(seconds=self._clock.monotonic() - self._seen_at)

    def was_claimed(self) -> None:
        """A browser has just claimed the link and is about to connect."""
        self._seen_at = self._clock.monotonic()

    @property
    def has_said_goodbye(self) -> bool:
        """Whether the visitor left a call that had begun: then there is no way back."""
        return self._presence is Presence.LEFT and self._has_talked

    def visitor_came(self, visitor: Speaker, page: str) -> None:
        """A page said hello. An older page of the same browser makes way."""
        if self._visitor is not None:
            self._visitor.hang_up(Refused(RefusalCode.OPENED_ELSEWHERE).message)
        self._visitor, self._page, self._offered, self._told = visitor, page, None, None
        self._ready = None
        self._set_presence(Presence.CHECKING)

    def visitor_is_ready(self, visitor: Speaker, ready: Ready) -> None:
        """Rules accepted, devices tried: offers may come. Raises Refused BOOKING_OVER."""
        if self._is_over:
            raise Refused(RefusalCode.BOOKING_OVER)
        if visitor is self._visitor:
            self._ready = ready
            self._set_presence(Presence.WAITING)

    def visitor_left(self, visitor: Speaker) -> None:
        """The visitor said goodbye."""
        if visitor is self._visitor:
            self._part_with_visitor(Presence.LEFT)
            visitor.hang_up()

    def visitor_lost(self, visitor: Speaker) -> None:
        """The page's connection is over. Safe for a page that has already made way."""
        if visitor is self._visitor:
            self._part_with_visitor(Presence.GONE)

    def relay_to_laptop(self, visitor: Speaker, message: Answer | Candidate | Received) -> None:
        """Pass on what the page says about media. Sessions are the laptop's to match.

        Raises Refused NOT_READY, which costs no connection: a page that comes back in mid-call may report too early.
        """
        if message.booking_id != self.visit.call.booking_id:
            raise Refused(RefusalCode.NOT_YOUR_BOOKING)
        if self._presence is not Presence.WAITING:
            raise Refused(RefusalCode.NOT_READY)
        if visitor is self._visitor:
            self._laptops.say(self._laptop_id, message)

    # ---- the laptop ----

    def visitor_now(self) -> VisitorNow:
        """What the laptop is told of the visitor."""
        ready = self._ready
        return VisitorNow(
            booking_id=self.visit.call.booking_id,
            presence=self._presence,
            page=self._page,
            camera=ready is None or ready.camera,
            microphone=ready is None or ready.microphone,
        )

    def relay_offer(self, offer: Offer) -> None:
        """Pass an offer to the page it is for. Raises Refused NOBODY_THERE unless that page is ready for it."""
        if self._is_over:
            raise Refused(RefusalCode.BOOKING_OVER)
        if self._visitor is None or self._presence is not Presence.WAITING or offer.page != self._page:
            raise Refused(RefusalCode.NOBODY_THERE)
        self._offered = (offer.session, offer.page)
        self._visitor.say(offer)

    def relay_candidate(self, candidate: Candidate) -> None:
        """Pass a candidate to the page that has the offer; one that comes too late is dropped."""
        if self._visitor is None or self._presence is not Presence.WAITING:
            return
        # After a restart of the service `_offered` is unknown; the page itself drops what it has no session for.
        if self._offered is None or self._offered == (candidate.session, self._page):
            self._visitor.say(candidate)

    def laptop_said(self, call: CallNow) -> None:
        """Keep the laptop's newest word and pass it on. Raises Refused BOOKING_OVER for a call that has ended."""
        if self._is_over and call.state is not CallState.ENDED:
            raise Refused(RefusalCode.BOOKING_OVER)
        self._call = call
        self._has_talked = self._has_talked or call.talk_ms > 0 or call.state in (CallState.LIVE, CallState.INTERRUPTED)
        self.tell_visitor()

    def laptop_has_no_call(self) -> None:
        """The laptop came back without this call in progress: what it said before no longer counts."""
        if self._call is not None and self._call.state is not CallState.ENDED:
            self._call = None
            self.tell_visitor()

    # ---- both ----

    def ended(self, ending: Ending) -> None:
        """The ending that stands in the store."""
        self.know(replace(self.visit, call=replace(self.visit.call, ending=ending)))

    def know(self, visit: Visit) -> None:
        """The booking as the store has it. What was read before an ending was recorded does not undo it."""
        ending = visit.call.ending or self.visit.call.ending
        self.visit = replace(visit, call=replace(visit.call, ending=ending))
        self.tell_visitor()

    def tell_visitor(self) -> None:
        """Tell the page where the call is, if that has changed since it was last told."""
        if self._visitor is None:
            return
        now = progress(
            self.visit, self._call, self._clock.now(), prison_connected=self._laptops.is_connected(self._laptop_id)
        )
        if now != self._told:
            self._told = now
            self._visitor.say(now)

    @property
    def is_empty(self) -> bool:
        """Whether no page is here."""
        return self._visitor is None

    @property
    def _is_over(self) -> bool:
        """Whether an ending is kept, or the laptop has said that the call has ended."""
        return self.visit.call.ending is not None or (self._call is not None and self._call.state is CallState.ENDED)

    @property
    def _laptop_id(self) -> int:
        return self.visit.call.laptop.laptop_id

    def _part_with_visitor(self, presence: Presence) -> None:
        self._visitor = None
        self._seen_at = self._clock.monotonic()
        self._set_presence(presence)

    def _set_presence(self, presence: Presence) -> None:
        self._presence = presence
        self._laptops.say(self._laptop_id, self.visitor_now())
