"""Asks the service for its signed time and believes one answer to each question, if it comes at once. No I/O.

A question is a nonce that nobody can guess. The answer names it and is signed, so it was made after the question: a
shell may withhold it or be slow with it, and can neither make one up nor say an old one again.
"""

from datetime import timedelta
from typing import Final

from contract.laptop_link import TimeAsked
from kiosk.errors import Untrusted
from kiosk.ipc import Carry
from kiosk.policy.numbers import ms
from kiosk.ports import Around
from kiosk.wall_clock import Said

ANSWERED_WITHIN: Final = timedelta(seconds=10)  # a later answer says too little of what the time is now
ASKED_EVERY: Final = timedelta(hours=1)
ASKED_AGAIN: Final = timedelta(seconds=60)  # while there is no answer


class TimeAsking:
    """One question at a time: when the line comes, and every hour while it is there."""

    def __init__(self, around: Around) -> None:
        self._around, self._clock = around, around.clock
        self._asked: tuple[str, int] | None = None  # the nonce, and when
        self._due_ms: int | None = None  # None while there is no line
        self._noted = False  # a refusal since the last question is in the trail

    def link_is(self, up: bool) -> None:
        """The line came or went. What was asked on another line is not answered on this one."""
        if not up:
            self._asked = self._due_ms = None
        elif self._due_ms is None:
            self._ask()

    def look(self) -> None:
        """Ask when it is time to."""
        if self._due_ms is not None and self._clock.boot_ms() >= self._due_ms:
            self._ask()

    def heard(self, untrusted: str) -> Said:
        """What the service said, and within which bounds it was so. Raises Untrusted; the question then stands."""
        try:
            return self._judged(untrusted)
        except Untrusted as why:
            if not self._noted:  # once a question, however often a shell may try
                self._noted = True
                self._around.record.note("time_refused", {"why": str(why)})
            raise

    def _judged(self, untrusted: str) -> Said:
        now = self._clock.boot_ms()
        if self._asked is None:
            raise Untrusted("A signed time came that was not asked for.")
        nonce, asked_ms = self._asked
        if now - asked_ms > ms(ANSWERED_WITHIN):
            raise Untrusted("A signed time came too late to be believed.")
        at = self._around.documents.time(untrusted, nonce)
        self._asked, self._due_ms = None, now + ms(ASKED_EVERY)
        return Said(at, asked_ms, now)

    def _ask(self) -> None:
        now = self._clock.boot_ms()
        nonce = self._around.ids.new_nonce()
        self._asked, self._due_ms, self._noted = (nonce, now), now + ms(ASKED_AGAIN), False
        self._around.shell.send(Carry(message=TimeAsked(nonce=nonce)))
