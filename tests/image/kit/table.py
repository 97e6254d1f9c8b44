"""The table of attacks: each fails with its control, and works once that is taken away, or it proves nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SEEN_TO_WORK: Final = "works"


@dataclass(frozen=True)
class Row:
    """One attack. `without` says what it did once the control was gone, or why that could not be tried."""

    attack: str
    control: str
    result: str
    without: str


class Table:
    """What was seen in this run, all of it on the image in QEMU: tier I."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def attack(
        self, attack: str, control: str, works: Callable[[], bool], without: Callable[[], object], result: str
    ) -> None:
        """Try it, take the control away, try it again. Raises AssertionError unless it fails and then works."""
        assert not works(), f"{attack}: it works, with {control} in place"
        without()
        assert works(), f"{attack}: it does not work without {control} either, so that proves nothing"
        self.rows.append(Row(attack, control, result, SEEN_TO_WORK))

    def seen(self, attack: str, control: str, result: str, without: str) -> None:
        """A row whose two halves were asserted elsewhere in the test."""
        self.rows.append(Row(attack, control, result, without))

    def lines(self) -> list[str]:
        """As Markdown."""
        head = ["| attack | tier | control | result | without the control |", "|---|---|---|---|---|"]
        return head + [f"| {row.attack} | I | {row.control} | {row.result} | {row.without} |" for row in self.rows]

    def write(self, file: Path) -> None:
        """The same, into a file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(self.lines()) + "\n")
