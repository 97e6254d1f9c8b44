"""What an update leaves for the next start to know, and for the guard to record: small files of root's own.

`update.json` is written by what installs and what judges an update; `update-news.json` is written by the second, and
taken away by the guard, which records it. The marks are what the measure *updates* looks at.
"""

from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, StringConstraints, TypeAdapter

from contract.manifest import Digest
from contract.strict import Malformed, Message, parse
from contract.version import Version
from kiosk.lockdown.state_file import replace_file

STATE: Final = "update.json"
NEWS: Final = "update-news.json"
FAILED: Final = "update-failed"
PENDING: Final = "update-pending"  # in the guard's runtime folder: gone with the restart that it waits for
LONGEST_BYTES: Final = 4096
LONGEST_WHY: Final = 200

T = TypeVar("T")
Why = Annotated[str, StringConstraints(max_length=LONGEST_WHY)]


class UpdateState(Message):
    """How far an update is. `coming` is the manifest's digest, and `written` how much of each file is on the disk.

    `trying` is the version whose boots are counted, and `before` the one that it follows. `why` is what its last boot
    was found to lack. `failed` is the version that was given up.
    """

    coming: Digest | None = None
    written: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    trying: Version | None = None
    before: Version | None = None
    why: Why = ""
    failed: Version | None = None
    refused: Why = ""  # of the bundle that came last, and that was not what was signed


class UpdateNews(Message):
    """What has come of one, for the record."""

    event: Literal["updated", "update_failed", "update_refused"]
    version: Version | None
    before: Version | None
    why: Why = ""


_STATE: Final = TypeAdapter(UpdateState)
_NEWS: Final = TypeAdapter(UpdateNews)


class UpdateFiles:
    """Those in `folder`, the guard's state. What is missing or damaged is as good as never written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def state(self) -> UpdateState:
        """How far it is. Raises OSError."""
        return _read(self._folder / STATE, _STATE) or UpdateState()

    def keep(self, state: UpdateState) -> None:
        """Have it on the disk. Raises OSError."""
        replace_file(self._folder / STATE, state.model_dump_json().encode())

    def tell(self, news: UpdateNews) -> None:
        """Leave it for the guard, and for the measure, which looks for a mark of failure. Raises OSError."""
        mark = self._folder / FAILED
        if news.event == "update_failed":
            replace_file(mark, f"{news.version}: {news.why}".encode())
        elif news.event == "updated":
            mark.unlink(missing_ok=True)
        replace_file(self._folder / NEWS, news.model_dump_json().encode())

    def news(self) -> UpdateNews | None:
        """What the guard has not recorded yet. Raises OSError."""
        return _read(self._folder / NEWS, _NEWS)

    def recorded(self) -> None:
        """It has. Raises OSError."""
        (self._folder / NEWS).unlink(missing_ok=True)


def _read(path: Path, kind: TypeAdapter[T]) -> T | None:
    try:
        with path.open("rb") as file:
            return parse(file.read(LONGEST_BYTES + 1), kind, LONGEST_BYTES)
    except (FileNotFoundError, Malformed):
        return None
