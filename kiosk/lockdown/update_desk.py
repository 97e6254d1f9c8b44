"""What whoever updates this laptop may ask the guard: whether now is the time, and whether all is well.

Asking changes nothing. What an update has come to is read from the file in which it was left, and recorded.
"""

import logging
from collections.abc import Callable
from typing import Final

from contract.policy_laptop import Updates
from contract.strict import Message
from contract.version import Version
from kiosk.lockdown.update_files import UpdateFiles, UpdateNews
from kiosk.policy.numbers import Numbers
from kiosk.policy.updating import CallHours, Moment, against
from kiosk.ports import Record
from kiosk.session import Session

LOG: Final = logging.getLogger(__name__)
LOOK_EVERY: Final = 30  # turns, of a second each
NO_PICTURE: Final = "The shell has shown no picture."
NOT_PROVED: Final = "The lockdown is not proved: {measure}."


class MayUpdate(Message):
    """Whether now, why not, and what the rules in force say of versions and places."""

    why_not: str | None
    least_version: Version
    site_cache: str | None


class Healthy(Message):
    """Why this boot is no good, in one sentence; None when it is."""

    why_not: str | None


class UpdateDesk:
    """`rules` are those in force; `is_quiet` says whether nothing goes on that a restart would cost."""

    def __init__(
        self, session: Session, numbers: Numbers, rules: Updates | None, *, is_quiet: Callable[[], bool]
    ) -> None:
        self._session, self._numbers, self._rules = session, numbers, rules or Updates()
        self._is_quiet = is_quiet
        self.has_painted = False  # the shell that runs now

    def may_update(self) -> str:
        """One line of JSON."""
        session, rules = self._session, self._rules
        wall = session.fitness.wall
        now = Moment(
            at=session.believed,
            timezone=session.timezone,
            booked=((each.starts_at, each.hard_stop_at) for each in session.to_come),
            in_call=not self._is_quiet(),
            clock_is_sure=wall.is_told and not wall.is_wrong,
            released=session.fitness.released,
        )
        why_not = against(now, CallHours(rules.calls_from, rules.calls_until), self._numbers)
        answer = MayUpdate(why_not=why_not, least_version=rules.least_version, site_cache=rules.site_cache)
        return answer.model_dump_json()

    def healthy(self) -> str:
        """One line of JSON. What is not this version's doing is not asked: an identity, a line, a second screen."""
        blocking = self._session.fitness.standing.blocking
        if not (self._session.is_shell_up and self.has_painted):
            why_not: str | None = NO_PICTURE
        else:
            why_not = NOT_PROVED.format(measure=", ".join(blocking)) if blocking else None
        return Healthy(why_not=why_not).model_dump_json()


class UpdateRecord:
    """Records what has come of an update, once. What cannot be read or taken away is tried again."""

    def __init__(self, files: UpdateFiles, record: Record) -> None:
        self._files, self._record = files, record
        self._turns = LOOK_EVERY
        self._noted: UpdateNews | None = None

    def look(self) -> None:
        """Once a second."""
        self._turns += 1
        if self._turns < LOOK_EVERY:
            return
        self._turns = 0
        try:
            news = self._files.news()
            if news is None:
                return
            if news != self._noted:
                self._noted = news
                self._record.note(news.event, news.model_dump(mode="json", exclude={"event"}))
            self._files.recorded()
        except OSError as error:
            LOG.error("what has come of an update cannot be read: %s", error.strerror)
