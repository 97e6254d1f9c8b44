"""Runs a picture source on a thread of its own, and opens it again when it fails; it never leaves that thread.

Pictures that are stuck are not passed on: who receives none knows that nothing is seen.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from av import VideoFrame

from kiosk.media.camera_stop import stop_streaming
from kiosk.media.camera_trouble import CameraTrouble
from kiosk.media.picture_judge import Glancer, Judgement, luma_of
from kiosk.scenes import CameraFault

log = logging.getLogger(__name__)

CLOSE_LIMIT_S: Final = 0.5
LOOK_EVERY_S: Final = 0.01
LET_GO_EVERY_S: Final = 0.05  # one that gives pictures has let go by then
LET_GO_TRIES: Final = 20
AGAIN_AFTER_S: Final = (0.25, 0.5, 1.0, 2.0)  # the last one from then on
UNSTUCK_EVERY_S: Final = 10.0  # a stuck camera is opened again at once, and then so often


class PictureSource(Protocol):
    """A camera, or what stands in for one."""

    def read(self) -> VideoFrame | None:
        """Wait for the next picture, None for a damaged one; raises CameraTrouble when there are none for now."""

    def close(self) -> None:
        """Let go of the device. Safe twice."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the feed knows of its source. Replaced as a whole, so that any thread may look."""

    judgement: Judgement
    is_open: bool = False
    failed: CameraFault | None = None  # the last time; until a picture comes again


class PictureFeed:
    """Calls `on_picture` for each picture, and `on_broken` once if there is a bug; both on its own thread."""

    def __init__(
        self,
        open_source: Callable[[], PictureSource],
        on_picture: Callable[[VideoFrame], None],
        on_broken: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._open_source = open_source
        self._on_picture = on_picture
        self._on_broken = on_broken
        self._now = now
        self._glancer = Glancer()
        self._known: _Known | None = None
        self._tries = 0
        self._unstick_at = float("-inf")
        self._stop = threading.Event()
        self._pause = self._stop.wait if pause is None else pause
        self._thread = threading.Thread(target=self._run, name="media-camera", daemon=True)

    def start(self) -> None:
        """Open the source and begin."""
        self._known = _Known(Judgement(self._now()), is_open=True)
        self._thread.start()

    def stop(self) -> None:
        """Let no further picture through, and let go of the source. Returns at once; safe twice."""
        if self._stop.is_set():
            return
        self._stop.set()
        if self._thread.is_alive():
            threading.Thread(target=self._let_go, name="media-camera-stop", daemon=True).start()

    def _let_go(self) -> None:
        """A silent camera holds up whoever waits for it, and may hold up whoever stops it: on a thread of its own."""
        for _ in range(LET_GO_TRIES):  # it may only now begin to wait
            self._thread.join(LET_GO_EVERY_S)
            if not self._thread.is_alive():
                return
            stop_streaming()

    async def shut(self, limit_s: float = CLOSE_LIMIT_S) -> bool:
        """Stop, and wait for the source to be closed: whether it is in time. No thread of the loop's waits with it."""
        self.stop()
        loop = asyncio.get_running_loop()
        until = loop.time() + limit_s
        while not self.is_shut() and loop.time() < until:  # noqa: ASYNC110 - the end of a thread wakes no loop
            await asyncio.sleep(LOOK_EVERY_S)
        return self.is_shut()

    def is_shut(self) -> bool:
        """Whether the source is closed, or was never opened; one that lets its thread wait may close late."""
        return not self._thread.is_alive()

    def fault(self) -> CameraFault | None:
        """What is wrong with the source now. From any thread: a source that lets its own thread wait holds up none."""
        known = self._known
        if known is None:
            return None
        if not known.is_open:
            return known.failed
        return known.judgement.fault(self._now()) or known.failed

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._pause(self._live_once())
        except Exception:  # a thread would die unseen; the session is ended instead
            log.exception("the picture source broke")
            if not self._stop.is_set():
                self._on_broken("The camera stopped.")

    def _live_once(self) -> float:
        """From opening to trouble; how long to wait before the next time."""
        assert self._known is not None
        failed = self._known.failed
        self._known = _Known(self._known.judgement.reopened(self._now()), is_open=True, failed=failed)
        try:
            self._feed()
        except CameraTrouble as trouble:
            if trouble.fault is not failed:
                log.warning("the camera: %s", trouble.fault)
            self._known = replace(self._known, is_open=False, failed=trouble.fault)
            return self._pause_s(trouble.fault)
        return 0.0

    def _feed(self) -> None:
        source = self._open_source()
        try:
            while not self._stop.is_set():
                frame = source.read()
                if frame is not None and not self._stop.is_set() and self._is_good(frame):
                    self._on_picture(frame)
        finally:
            source.close()

    def _is_good(self, frame: VideoFrame) -> bool:
        """Judge it: whether to pass it on. Raises CameraTrouble when the source should be opened again."""
        assert self._known is not None
        at = self._now()
        judgement = self._known.judgement.saw(self._glancer.glance(luma_of(frame)), at)
        fault = judgement.fault(at)
        self._known = _Known(judgement, is_open=True, failed=self._known.failed if fault else None)
        if fault is CameraFault.FROZEN and at >= self._unstick_at:
            self._unstick_at = at + UNSTUCK_EVERY_S
            raise CameraTrouble(fault)
        if fault is None or fault is CameraFault.COVERED:
            self._tries = 0
            return True
        return False

    def _pause_s(self, fault: CameraFault) -> float:
        if fault in (CameraFault.UNPLUGGED, CameraFault.FROZEN):
            return AGAIN_AFTER_S[0]  # to look whether it is there costs nothing
        pause_s = AGAIN_AFTER_S[min(self._tries, len(AGAIN_AFTER_S) - 1)]
        self._tries += 1
        return pause_s
