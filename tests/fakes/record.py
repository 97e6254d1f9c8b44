"""A record that remembers what was noted, and a journal in memory."""

from kiosk.ports import Data


class FakeRecord:
    """Keeps every note; `fails` makes what must be recorded first impossible."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, dict[str, object], str]] = []

    def note(self, event: str, data: Data, actor: str = "guard") -> None:
        self.notes.append((event, dict(data), actor))

    def of(self, event: str) -> list[dict[str, object]]:
        """What was noted of this event, in order."""
        return [data for name, data, _ in self.notes if name == event]


class FakeJournal:
    """Keeps the newest document."""

    def __init__(self) -> None:
        self.document: bytes | None = None

    def keep(self, document: bytes) -> None:
        self.document = document

    def read(self) -> bytes | None:
        return self.document
