"""Keeps the newest offer until its page has it: told what happened, it says what to offer again. Sends nothing."""

from contract.media import Offer
from contract.refusals import RefusalCode
from contract.words import Presence
from kiosk.ipc import VisitorSeen


class Offers:
    """A page that has lost its line, when it is offered something, is not there for the service; it may soon be."""

    def __init__(self) -> None:
        self._newest: Offer | None = None
        self._waits: Offer | None = None

    def made(self, offer: Offer) -> None:
        """This was offered; what was offered before is of no use any more."""
        self._newest, self._waits = offer, None

    def forget(self) -> None:
        """There is nothing to offer any more."""
        self._newest = self._waits = None

    def answered(self, session: str) -> None:
        """The offer of this session was answered: two answers to one offer are the end of it.

        A late answer to an earlier one says nothing of the newest.
        """
        if self._newest is not None and self._newest.session == session:
            self.forget()

    def refused(self, code: RefusalCode) -> None:
        """The service refused something: perhaps the newest offer, because its page was not there."""
        if code is RefusalCode.NOBODY_THERE:
            self._waits = self._newest

    def again(self, seen: VisitorSeen) -> Offer | None:
        """What to offer again, once, to the page that is there now: what it has missed, if it is the same page."""
        waits = self._waits
        if waits is None or (seen.presence, seen.page) != (Presence.WAITING, waits.page):
            return None
        self._waits = None
        return waits
