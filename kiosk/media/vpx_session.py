"""One open VP8 encoder of libvpx: takes pictures, gives frames, changes rate and size as it runs. Chooses nothing."""

import ctypes
import sys
import weakref
from ctypes import byref, c_int, c_void_p
from dataclasses import dataclass
from typing import Final

from av import VideoFrame

from kiosk.media.vpx_library import ABI, Config, Context, Image, VpxLibrary

CLOCK: Final = 90_000  # RTP's, for pictures
_REALTIME: Final = 1  # VPX_DL_REALTIME
_FORCE_KEY: Final = 1  # VPX_EFLAG_FORCE_KF
_CBR: Final = 1  # VPX_CBR
_SET_CPU_USED, _SET_NOISE, _SET_STATIC, _SET_PARTITIONS, _SET_MAX_INTRA = 13, 15, 17, 18, 26  # vpx/vp8cx.h


SPEEDS: Final = ((640 * 360, -4), (960 * 540, -8), (sys.maxsize, -12))  # up to so many pixels: cpu-used (decision 027)


@dataclass(frozen=True, slots=True)
class VpxSettings:
    """What is fixed for the life of an encoder. The reasons for each: docs/decisions/027-picture.md."""

    threads: int = 1
    cpu_used: int | None = None  # by the size
    static_threshold: int = 1
    noise_sensitivity: int = 0
    drop_below_percent: int = 0  # of the buffer; 0 is never
    largest_key_percent: int = 600  # of what one frame may have on average
    error_resilient: bool = False


class VpxSession:
    """An encoder for pictures up to `width` by `height`. Raises Unavailable for whatever libvpx refuses."""

    def __init__(
        self, library: VpxLibrary, width: int, height: int, kbps: int, settings: VpxSettings, abi: int = ABI
    ) -> None:
        self._library = library
        self._context = Context()
        self._config = _configured(library.config(), width, height, kbps, settings)
        interface = library.lib.vpx_codec_vp8_cx()
        library.check(library.lib.vpx_codec_enc_init_ver(byref(self._context), interface, byref(self._config), 0, abi))
        self.close = weakref.finalize(self, library.lib.vpx_codec_destroy, self._context)  # safe twice
        self._settings = settings
        self._hurry(width * height)
        self._control(_SET_NOISE, settings.noise_sensitivity)
        self._control(_SET_STATIC, settings.static_threshold)
        self._control(_SET_PARTITIONS, 1 if settings.threads > 1 else 0)
        self._control(_SET_MAX_INTRA, settings.largest_key_percent)
        self._image = library.image(width, height)

    def _hurry(self, pixels: int) -> None:
        """The smaller the picture, the more time for each of its pixels."""
        by_size = next(speed for most, speed in SPEEDS if pixels <= most)
        self._control(_SET_CPU_USED, by_size if self._settings.cpu_used is None else self._settings.cpu_used)

    def _control(self, which: int, value: int) -> None:
        self._library.check(
            self._library.lib.vpx_codec_control_(byref(self._context), which, c_int(value)), self._context
        )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures it takes now."""
        return self._config.g_w, self._config.g_h

    @property
    def kbps(self) -> int:
        """What it aims at, in kbit/s."""
        return int(self._config.rc_target_bitrate)

    def steer(self, width: int, height: int, kbps: int) -> None:
        """Change what it takes and what it aims at; a new size costs a key frame, a new rate nothing."""
        if (width, height, kbps) == (*self.size, self.kbps):
            return
        new_size = (width, height) != self.size
        self._config.g_w, self._config.g_h, self._config.rc_target_bitrate = width, height, kbps
        self._library.check(
            self._library.lib.vpx_codec_enc_config_set(byref(self._context), byref(self._config)), self._context
        )
        if new_size:
            self._hurry(width * height)
            self._image = self._library.image(width, height)

    def encode(self, frame: VideoFrame, pts: int, duration: int, *, key: bool) -> bytes | None:
        """The next frame, or None where the encoder leaves it out. `frame` is yuv420p and of the size that it takes."""
        _point(self._image, frame)
        flags = _FORCE_KEY if key else 0
        lib, context = self._library.lib, byref(self._context)
        self._library.check(
            lib.vpx_codec_encode(context, byref(self._image), pts, duration, flags, _REALTIME), self._context
        )
        return self._taken()

    def _taken(self) -> bytes | None:
        cursor = c_void_p()
        found = None
        while packet := self._library.lib.vpx_codec_get_cx_data(byref(self._context), byref(cursor)):
            part = packet.contents
            if part.kind == 0:
                found = ctypes.string_at(part.buf, part.sz)
        return found


def _configured(config: Config, width: int, height: int, kbps: int, settings: VpxSettings) -> Config:
    config.g_w, config.g_h = width, height
    config.g_threads = settings.threads
    config.g_timebase.num, config.g_timebase.den = 1, CLOCK
    config.g_error_resilient = int(settings.error_resilient)
    config.g_lag_in_frames = 0
    config.rc_end_usage = _CBR
    config.rc_target_bitrate = kbps
    config.rc_dropframe_thresh = settings.drop_below_percent
    config.rc_resize_allowed = 0
    config.rc_min_quantizer, config.rc_max_quantizer = 2, 56
    config.rc_undershoot_pct, config.rc_overshoot_pct = 100, 15
    config.rc_buf_initial_sz, config.rc_buf_optimal_sz, config.rc_buf_sz = 500, 600, 1000  # milliseconds
    config.kf_mode, config.kf_min_dist, config.kf_max_dist = 0, 0, 1 << 30  # only where one is asked for
    return config


def _point(image: Image, frame: VideoFrame) -> None:
    for number, plane in enumerate(frame.planes):
        image.planes[number], image.stride[number] = plane.buffer_ptr, plane.line_size
