"""The shell in the guard's care: who may be it, how long it may be silent, and how it is ended. It decides no call."""

import logging
import time
from collections.abc import Callable
from typing import Final, Protocol

from kiosk.lockdown.shell_process import ShellProcess
from kiosk.lockdown.shell_socket import is_of_our_group, own_uid
from kiosk.policy.numbers import Numbers, ms

LOG: Final = logging.getLogger(__name__)


class Line(Protocol):
    """The shell's connection."""

    @property
    def has_shell(self) -> bool:
        """Whether somebody is connected as the shell."""
        ...

    def kill(self) -> None:
        """End the process at the other end."""
        ...

    def drop(self) -> None:
        """Cut the connection."""
        ...


class ShellCare:
    """One shell: a child of the guard (`process`), or on a laptop one of user `uid` that systemd starts, or neither.

    On a developer's machine one that somebody else started loses its line, and shuts its devices itself.
    """

    def __init__(self, numbers: Numbers, process: ShellProcess | None, uid: int | None) -> None:
        self._numbers, self._process, self._uid = numbers, process, uid
        self._heard_at = time.monotonic()  # not counting sleep: a laptop that wakes has a shell that wakes
        self._has_spoken = False  # the shell that runs now

    def may_be(self, uid: int, pid: int) -> bool:
        """Whether this process may be the shell: on a laptop the shell's own user, which nothing else runs as.

        Elsewhere our own user and, where we start the shell, of our own process group. A shell that outlived another
        guard is neither; it ends by itself.
        """
        if self._uid is not None:
            return uid == self._uid
        return uid == own_uid() and (self._process is None or is_of_our_group(pid))

    def spoke(self) -> None:
        """It said something."""
        self._heard_at, self._has_spoken = time.monotonic(), True

    def gone(self) -> int:
        """It went: how long it had been silent, in milliseconds."""
        silent_ms = self._silent_ms() if self._has_spoken else 0
        self._heard_at, self._has_spoken = time.monotonic(), False
        return silent_ms

    def silent_ms(self) -> int | None:
        """How long a shell that has spoken has been silent, where that is too long; else None."""
        silent_ms = self._silent_ms()
        return silent_ms if self._has_spoken and silent_ms > ms(self._numbers.shell_silent) else None

    def is_hopeless(self, line: Line) -> bool:
        """Whether it has been silent for so long that it is to be ended; its start takes longest."""
        patience = self._numbers.shell_dead if self._has_spoken else self._numbers.shell_starts
        can_end = self._process is not None or (self._uid is not None and line.has_shell)
        return can_end and self._silent_ms() > ms(patience)

    def end(self, line: Line, gone: Callable[[], None]) -> None:
        """End it; whoever keeps shells starts another. `gone` is told at once of a child that was killed."""
        if self._process is not None:
            self._process.kill()
            gone()
        elif self._uid is not None:
            line.kill()
        else:
            line.drop()

    def _silent_ms(self) -> int:
        return round((time.monotonic() - self._heard_at) * 1000)
