"""What the guard knows of the shell: whether it is there and works, and what it last said of network and devices."""

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.ipc import DevicesNow, FromShell, LinkNow, VisitorSeen
from kiosk.scenes import CameraFault


@dataclass
class ShellSeen:
    """Plain data with three ways to change it. `since_ms` is when it came or went, of the boot-time clock."""

    since_ms: int
    up: bool = False
    works: bool = False  # it has said what it knows of the network, and was not silent since
    link: LinkNow = field(default_factory=lambda: LinkNow(up=False))
    offline_since: datetime | None = None  # while there is no line
    devices: DevicesNow | None = None
    camera: CameraFault | None = None  # in the call that runs
    visitors: dict[str, VisitorSeen] = field(default_factory=dict)
    _has_link_word: bool = False

    @property
    def is_online(self) -> bool:
        """Whether what is said to the service can arrive."""
        return self.up and self.link.up

    @property
    def has_said(self) -> bool:
        """Whether it has said what it knows of the network, be it silent since or not."""
        return self._has_link_word

    @property
    def has_tried_the_line(self) -> bool:
        """Whether there is one, or the service refused it: a new shell says that there is none, and then tries."""
        return self.link.up or self.link.refused is not None

    def came_or_went(self, *, up: bool, now_ms: int, at: datetime) -> None:
        """What an earlier one knew is gone with it."""
        self.offline_since = self.offline_since or at
        self.up, self.since_ms, self.works, self._has_link_word = up, now_ms, False, False
        self.link, self.devices, self.camera = LinkNow(up=False), None, None
        self.visitors.clear()

    def link_now(self, link: LinkNow, at: datetime) -> None:
        """What it says of the line; without one nothing is known of the visitors."""
        self.link = link
        self.offline_since = None if link.up else self.offline_since or at
        if not link.up:
            self.visitors.clear()

    def spoke(self, fact: FromShell) -> bool:
        """It said something: whether it works again by that. A new one must first say what it knows of the network."""
        self._has_link_word = self._has_link_word or isinstance(fact, LinkNow)
        if self.works or not self._has_link_word:
            return False
        self.works = True
        return True
