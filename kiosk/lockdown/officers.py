"""The officers of this laptop and their verifiers, in one file; it decides nothing about a try and keeps no PIN."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, TypeAdapter

from contract.pins import check_acceptable
from contract.roster import LONGEST_NAME, MOST_OFFICERS, OfficerName, Right, StaffNumber, Verifier
from contract.strict import Malformed, Message, parse
from contract.verifier import SALT_BYTES, Cost, verifier_of
from kiosk.errors import LockdownError, Refused, Unavailable
from kiosk.lockdown.state_file import only_writer, replace_file
from kiosk.refusing import refused

LONGEST_FILE_BYTES: Final = 1024 * 1024
FILE_NAME: Final = "officers.json"


class Officer(Message):
    """One officer. A number is never given to a second person and never forgotten: the audit trail names it."""

    number: StaffNumber
    name: OfficerName
    rights: frozenset[Right]
    verifier: Verifier = Field(repr=False)
    added_at: AwareDatetime
    disabled_at: AwareDatetime | None = None

    @property
    def disabled(self) -> bool:
        """Whether this officer's PIN opens nothing."""
        return self.disabled_at is not None


class _File(Message):
    officers: Annotated[tuple[Officer, ...], Field(max_length=MOST_OFFICERS)]


_FILE: Final = TypeAdapter(_File)


class Officers:
    """The file in `folder`. It is read at every question, so what a command changes holds from the next try."""

    def __init__(self, folder: Path, cost: Cost = Cost()) -> None:  # noqa: B008 - frozen
        self._folder, self._path, self._cost = folder, folder / FILE_NAME, cost

    def read(self) -> Mapping[str, Officer]:
        """Every officer by number; none if there is no file. Raises LockdownError if it is not as it was written."""
        try:
            with self._path.open("rb") as file:
                known = parse(file.read(LONGEST_FILE_BYTES + 1), _FILE, LONGEST_FILE_BYTES).officers
        except FileNotFoundError:
            return {}
        except (OSError, Malformed):
            raise LockdownError("The list of officers on this laptop cannot be read. Ask IT.") from None
        by_number = {officer.number: officer for officer in known}
        if len(by_number) != len(known):
            raise LockdownError("The list of officers on this laptop names one number twice. Ask IT.")
        return by_number

    def add(self, number: str, name: str, rights: frozenset[Right], pin: str, at: datetime) -> None:
        """A new officer. Raises Refused for a number that is known, also a disabled one, and for a weak PIN."""
        verifier = self._verifier_of(pin, number)
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            raise Refused(f"A name is 1 to {LONGEST_NAME} letters on one line.")
        new = Officer(number=number, name=name, rights=rights, verifier=verifier, added_at=at)
        self._change(lambda known: _with_new(known, new))

    def set_pin(self, number: str, pin: str) -> None:
        """A new PIN in place of the old one. Raises Refused for an unknown number and for a weak PIN."""
        self.check_known(number)
        verifier = self._verifier_of(pin, number)
        self._change(lambda known: _changed(known, number, verifier=verifier))

    def disable(self, number: str, at: datetime) -> None:
        """From now on this officer's PIN opens nothing. Safe twice. Raises Refused for an unknown number."""
        self._change(lambda known: _changed(known, number, disabled_at=_known(known, number).disabled_at or at))

    def enable(self, number: str) -> None:
        """This officer's PIN works again. Safe twice. Raises Refused for an unknown number."""
        self._change(lambda known: _changed(known, number, disabled_at=None))

    def check_new(self, number: str) -> None:
        """Raises Refused for a number that is known, also a disabled one."""
        if number in self.read():
            raise Refused(f"{number} is on this laptop already.")

    def check_known(self, number: str) -> None:
        """Raises Refused for an unknown number."""
        _known(self.read(), number)

    def _verifier_of(self, pin: str, number: str) -> str:
        with refused():
            check_acceptable(pin, number)
        return verifier_of(pin, secrets.token_bytes(SALT_BYTES), self._cost)

    def _change(self, change: Callable[[Mapping[str, Officer]], Mapping[str, Officer]]) -> None:
        try:
            with only_writer(self._folder):
                officers = tuple(change(self.read()).values())
                replace_file(self._path, _File(officers=officers).model_dump_json(indent=1).encode())
        except OSError as error:
            raise Unavailable(f"The list of officers in {self._folder} cannot be changed: {error.strerror}.") from None


def _with_new(known: Mapping[str, Officer], new: Officer) -> Mapping[str, Officer]:
    if new.number in known:
        raise Refused(f"{new.number} is on this laptop already.")
    if len(known) >= MOST_OFFICERS:
        raise Refused(f"This laptop has {MOST_OFFICERS} officers; it holds no more.")
    return {**known, new.number: new}


def _changed(known: Mapping[str, Officer], number: str, **fields: object) -> Mapping[str, Officer]:
    return {**known, number: _known(known, number).model_copy(update=fields)}


def _known(known: Mapping[str, Officer], number: str) -> Officer:
    if number not in known:
        raise Refused(f"{number} is not on this laptop.")
    return known[number]
