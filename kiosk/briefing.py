"""What a guard that has just come must be told: the newest of all that still holds. Sends nothing itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from contract.documents import DocumentKind
from kiosk.ipc import (
    CameraNow,
    DevicesNow,
    DocumentArrived,
    FromShell,
    LinkNow,
    Painted,
    ProvenHere,
    ScreensNow,
    VisitorSeen,
)


@dataclass
class Briefing:
    """Plain data, and the two orders in which it is told. What is None has not been found yet."""

    proven: ProvenHere | None = None
    devices: DevicesNow | None = None
    camera: CameraNow | None = None
    screens: ScreensNow | None = None
    painted: Painted | None = None
    link: LinkNow = field(default_factory=lambda: LinkNow(up=False))
    documents: dict[DocumentKind, DocumentArrived] = field(default_factory=dict)  # the newest of each kind
    visitors: dict[str, VisitorSeen] = field(default_factory=dict)  # by booking

    def everything(self) -> Iterator[FromShell]:
        """For a new guard; without a line nothing is known of the visitors."""
        for own in (self.proven, self.devices, self.camera, self.screens, self.painted):
            if own is not None:
                yield own
        yield self.link
        yield from self.documents.values()
        if self.link.up:
            yield from self.visitors.values()

    def from_the_service(self) -> Iterator[FromShell]:
        """What the service has said and does not say again, for a guard that has forgotten it with the line."""
        yield from self.documents.values()
        yield from self.visitors.values()
