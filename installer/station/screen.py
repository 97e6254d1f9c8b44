"""What IT sees: one line a step, and one large last line, green or red, with a code. It says no secret and no name."""

import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from installer.station.faults import Stopped

GREEN, RED, PLAIN = "\x1b[1;37;42m", "\x1b[1;37;41m", "\x1b[0m"
WIDTH: Final = 78


class Screen:
    """Writes to `out`, a text console, and keeps what the report should say too."""

    def __init__(self, out: Callable[[str], None], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._out, self._monotonic = out, monotonic
        self._count = 0
        self.notes: list[str] = []

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step: its title at once, how long it took when it is done; nothing more where it stops."""
        self._count += 1
        began = self._monotonic()
        self._out(f"{self._count:2}. {title} ...")
        yield
        self._out(f"    done, {self._monotonic() - began:.0f} s")

    def note(self, sentence: str) -> None:
        """Something IT should know, here and in the report."""
        self.notes.append(sentence)
        self._out(textwrap.fill(sentence, WIDTH, initial_indent="    ", subsequent_indent="    "))

    def good(self, title: str, *lines: str) -> None:
        """It is done."""
        self._last(GREEN, title, lines)

    def bad(self, stopped: Stopped) -> None:
        """It is not done: the code, what is wrong, what to do."""
        fault = stopped.fault
        self._last(RED, f"STOPPED {fault.code}", (fault.sentence, *filter(None, (stopped.detail,)), fault.remedy))

    def _last(self, colour: str, title: str, lines: tuple[str, ...]) -> None:
        wrapped = [part for line in lines for part in textwrap.wrap(line, WIDTH - 4)]
        for line in ("", f"  {title}", "", *(f"  {each}" for each in wrapped), ""):
            self._out(f"{colour}{line:<{WIDTH}}{PLAIN}")
