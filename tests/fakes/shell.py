"""A shell that remembers what it was told."""

from typing import TypeVar

from kiosk.ipc import Show, ToShell
from kiosk.scenes import AnyScene, Frame

M = TypeVar("M", bound=ToShell)


class FakeShell:
    """Keeps every message; `scene` is what would be on the screen."""

    def __init__(self) -> None:
        self.heard: list[ToShell] = []

    def send(self, message: ToShell) -> None:
        self.heard.append(message)

    def all(self, kind: type[M]) -> list[M]:
        return [message for message in self.heard if isinstance(message, kind)]

    def last(self, kind: type[M]) -> M:
        return self.all(kind)[-1]

    @property
    def scene(self) -> AnyScene:
        return self.last(Show).scene

    @property
    def frame(self) -> Frame:
        return self.last(Show).frame


class FakeIds:
    """session-1, session-2 and so on."""

    def __init__(self) -> None:
        self._count = 0

    def new_session(self) -> str:
        self._count += 1
        return f"session-{self._count}"

    def new_nonce(self) -> str:
        self._count += 1
        return f"nonce-{self._count:016d}"
