"""Who hears what comes over the line to the service, and of the line itself; a protocol, which does nothing."""

from typing import Protocol

from contract.laptop_link import ToLaptopMessage
from kiosk.ipc import LinkNow


class ServiceListener(Protocol):
    """Who hears the service."""

    def from_service(self, message: ToLaptopMessage) -> None:
        """One message."""
        ...

    def link_changed(self, link: LinkNow) -> None:
        """The line came or went, or what is known of it has changed."""
        ...

    def line_is_back(self, *, goes_on: bool) -> None:
        """The service has welcomed us, and goes on where it was, or begins anew and says all it knows."""
        ...
