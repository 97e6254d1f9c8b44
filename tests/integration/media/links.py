"""A laptop with two links, and the world behind both, in network namespaces that a test makes and takes away."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from tests.fakes.eventually import eventually
from tests.fakes.namespaces import enter_with, inside, ip

SERVICE, TURN = "192.0.2.10", "192.0.2.20"
MAY_HAVE_ONE: Final = os.geteuid() == 0 and subprocess.run(["ip", "netns", "list"], check=False).returncode == 0


@dataclass(frozen=True)
class Link:
    """One way into the world. Of two that are up, the kernel takes the one with the smaller metric."""

    name: str
    laptop: str
    gateway: str
    metric: str


WIFI = Link("wifi", "198.51.100.2", "198.51.100.1", "600")
CABLE = Link("cable", "203.0.113.2", "203.0.113.1", "100")


class Links:
    """Both namespaces, for as long as the context is open; the laptop begins with no link."""

    def __init__(self) -> None:
        self.laptop, self.world = f"laptop-{os.getpid()}", f"world-{os.getpid()}"

    def __enter__(self) -> Self:
        for name in (self.laptop, self.world):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        for address in (SERVICE, TURN):
            self._in_world("address", "add", f"{address}/32", "dev", "lo")
        for link in (WIFI, CABLE):
            there = ("type", "veth", "peer", "name", link.name, "netns", self.world)
            ip("link", "add", link.name, "netns", self.laptop, *there)
            self._in_world("address", "add", f"{link.gateway}/24", "dev", link.name)
            self._in_world("link", "set", link.name, "up")
        return self

    def __exit__(self, *_: object) -> None:
        for name in (self.laptop, self.world):
            ip("netns", "del", name)

    @contextlib.contextmanager
    def in_the_world(self) -> Iterator[None]:
        """This thread, and what it starts, is in the world."""
        with inside(self.world):
            yield

    def command(self, *command: str) -> tuple[str, ...]:
        """How a program is started on the laptop."""
        return ("/usr/sbin/ip", "netns", "exec", self.laptop, *command)

    async def up(self, link: Link) -> None:
        """The link comes up, and has its address as soon as the kernel sends by it: a lease that is still good."""
        self._on_laptop("link", "set", link.name, "up")
        await eventually(lambda: self._carries(link), 20, f"{link.name} is up")
        self._on_laptop("address", "add", f"{link.laptop}/24", "dev", link.name)
        self._on_laptop("route", "add", "default", "via", link.gateway, "dev", link.name, "metric", link.metric)

    def down(self, link: Link) -> None:
        """The cable is pulled: the link goes without a word, and its address and routes with it."""
        self._on_laptop("link", "set", link.name, "down")
        self._on_laptop("address", "flush", "dev", link.name)

    async def without_lines(self) -> None:
        """Wait until the service has no line to an address that is gone; a kernel that can ends them at once."""
        enter_with(self.world, "/usr/bin/ss", "-KHt", "src", SERVICE)

        def has_none() -> bool:
            return not enter_with(self.world, "/usr/bin/ss", "-Ht", "src", SERVICE)

        await eventually(has_none, 10, "no line is left")

    def _carries(self, link: Link) -> bool:
        return " state UP " in enter_with(self.laptop, "/usr/sbin/ip", "link", "show", link.name)

    def _on_laptop(self, *words: str) -> None:
        ip("-n", self.laptop, *words)

    def _in_world(self, *words: str) -> None:
        ip("-n", self.world, *words)
