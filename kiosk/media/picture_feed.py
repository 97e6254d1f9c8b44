"""Runs a picture source on a thread of its own, from opening to closing; the source never leaves that thread."""

import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from av import VideoFrame

from kiosk.errors import Unavailable

log = logging.getLogger(__name__)

CLOSE_LIMIT_S: Final = 0.5


class PictureSource(Protocol):
    """A camera, or what stands in for one."""

    def read(self) -> VideoFrame:
        """Wait for the next picture; raises Unavailable when there will be none."""

    def close(self) -> None:
        """Let go of the device."""


class PictureFeed:
    """Calls `on_picture` for each picture and `on_failed`, once, if the source fails; both on its own thread."""

    def __init__(
        self,
        open_source: Callable[[], PictureSource],
        on_picture: Callable[[VideoFrame], None],
        on_failed: Callable[[str], None],
    ) -> None:
        self._open_source = open_source
        self._on_picture = on_picture
        self._on_failed = on_failed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="media-camera", daemon=True)

    def start(self) -> None:
        """Open the source and begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let no further picture through, and let go of the source. Returns at once; safe twice."""
        self._stop.set()

    def join(self) -> bool:
        """Wait for the source to be closed, CLOSE_LIMIT_S at most; False if it is stuck."""
        self.stop()
        if self._thread.is_alive():
            self._thread.join(CLOSE_LIMIT_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._feed()
        except Unavailable as error:
            self._failed(str(error))
        except Exception:  # a thread would die unseen; the session is ended instead
            log.exception("the picture source failed")
            self._failed("The camera stopped.")

    def _feed(self) -> None:
        source = self._open_source()
        try:
            while not self._stop.is_set():
                frame = source.read()
                if not self._stop.is_set():
                    self._on_picture(frame)
        finally:
            source.close()

    def _failed(self, text: str) -> None:
        if not self._stop.is_set():
            self._on_failed(text)
