"""Carries photos on file from the service to the guard, and those the guard gives to the screen; it keeps none."""

import base64
import binascii
import logging
from collections.abc import Iterator
from typing import Final

from kiosk.ipc import Photo, PhotoArrived, PhotoWanted
from kiosk.shell_ports import GuardLine, PhotoFetching, Screen

LOG: Final = logging.getLogger(__name__)
MOST_PHOTOS: Final = 16  # that the screen may wait for; a booking has five people


class PhotoPassing:
    """Knows which photos the screen still waits for. Without `fetching` none come from the service."""

    def __init__(self, *, guard: GuardLine, screen: Screen, fetching: PhotoFetching | None) -> None:
        self._guard, self._screen, self._fetching = guard, screen, fetching
        self._wanted: dict[str, None] = {}

    def wanted(self, sha256: str) -> None:
        """The screen lacks this one: the guard is asked, and a guard that comes later is asked again."""
        self._wanted[sha256] = None
        while len(self._wanted) > MOST_PHOTOS:
            del self._wanted[next(iter(self._wanted))]
        self._guard.send(PhotoWanted(sha256=sha256))

    def still_wanted(self) -> Iterator[PhotoWanted]:
        """What to ask a guard that has just come."""
        return (PhotoWanted(sha256=sha256) for sha256 in self._wanted)

    def fetch(self, sha256: str) -> None:
        """The guard lacks this one."""
        if self._fetching is not None:
            self._fetching.wanted(sha256)

    def fetched(self, sha256: str, untrusted: bytes) -> None:
        """One came from the service; the guard says whether it is one to show."""
        self._guard.send(PhotoArrived(sha256=sha256, content=base64.b64encode(untrusted).decode()))

    def show(self, photo: Photo) -> None:
        """One that the guard gives to the screen."""
        self._wanted.pop(photo.sha256, None)
        try:
            self._screen.photo_arrived(photo.sha256, base64.b64decode(photo.content, validate=True))
        except (binascii.Error, ValueError):
            LOG.error("a photo of the guard's is no base64")
