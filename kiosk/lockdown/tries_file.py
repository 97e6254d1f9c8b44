"""How many wrong PINs there were, on the disk; it holds counts only: no time, and no number nobody has."""

import logging
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from contract.roster import StaffNumber
from contract.strict import Malformed, Message, parse
from kiosk.errors import LockdownError
from kiosk.lockdown.state_file import replace_file
from kiosk.policy.numbers import Numbers
from kiosk.policy.tries import Tries, after_restart, failures_of_longest_delay

LOG: Final = logging.getLogger(__name__)
FILE_NAME: Final = "tries.json"
Failures = Annotated[int, Field(ge=0, le=1_000_000_000)]


class _File(Message):
    laptop: Failures
    officers: dict[StaffNumber, Failures]


_FILE: Final = TypeAdapter(_File)


class TriesFile:
    """The file in `folder`. Times are not kept: a clock that starts again, or is set, is not there to be believed."""

    def __init__(self, folder: Path, numbers: Numbers) -> None:
        self._path, self._numbers = folder / FILE_NAME, numbers

    def load(self, now_ms: int) -> Tries:
        """What was kept, every delay in full from now; a file that cannot be read brings the longest delay."""
        try:
            kept = parse(self._path.read_bytes(), _FILE)
        except FileNotFoundError:
            return Tries()
        except (OSError, Malformed) as error:
            LOG.error("the record of wrong PINs cannot be read, so the longest delay holds: %s", error)
            return after_restart(failures_of_longest_delay(self._numbers), {}, now_ms, self._numbers)
        return after_restart(kept.laptop, kept.officers, now_ms, self._numbers)

    def keep(self, tries: Tries) -> None:
        """Have the counts on the disk before returning. Raises LockdownError if they are not."""
        officers = {number: count.failures for number, count in tries.officers.items()}
        kept = _File(laptop=tries.laptop.failures, officers=officers)
        try:
            replace_file(self._path, kept.model_dump_json().encode())
        except OSError as error:
            LOG.error("the record of wrong PINs cannot be written: %s", error)
            raise LockdownError("This laptop cannot keep count of wrong PINs, so it takes none. Ask IT.") from None
