"""What whoever updates a laptop asks its guard, over the control socket. The guard's word counts; silence is no."""

import socket
from pathlib import Path
from typing import Final, TypeVar

from pydantic import TypeAdapter

from contract.strict import Malformed, parse
from kiosk.errors import Unavailable
from kiosk.lockdown.update_desk import Healthy, MayUpdate

WITHIN_S: Final = 3.0
LONGEST_BYTES: Final = 4096
NO_GUARD: Final = "The guard does not answer."
T = TypeVar("T")
_MAY: Final = TypeAdapter(MayUpdate)
_HEALTHY: Final = TypeAdapter(Healthy)


class Guard:
    """The one that listens in `runtime`."""

    def __init__(self, runtime: Path) -> None:
        self._path = runtime / "control.sock"

    def may_update(self) -> MayUpdate:
        """Whether now. Raises Unavailable."""
        return self._ask("update", _MAY)

    def why_not_healthy(self) -> str | None:
        """What this boot lacks, if anything; a guard that does not answer is something."""
        try:
            return self._ask("healthy", _HEALTHY).why_not
        except Unavailable as error:
            return str(error)

    def _ask(self, what: str, kind: TypeAdapter[T]) -> T:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(WITHIN_S)
                line.connect(str(self._path))
                line.sendall(b'{"type":"%s"}\n' % what.encode())
                with line.makefile("rb") as answer:
                    return parse(answer.readline(LONGEST_BYTES), kind, LONGEST_BYTES)
        except (OSError, Malformed) as error:
            raise Unavailable(NO_GUARD) from error
