"""The libvpx that PyAV's wheel carries, called directly: a VP8 encoder that can be steered as it runs. Decides nothing.

PyAV cannot change the bit rate of an open encoder. By ctypes: libvpx is in the process already, and there is nothing to
build and nothing to depend on. What is declared here is ABI 39 (libvpx 1.16, vpx/vpx_encoder.h and vpx/vpx_image.h);
any other is refused, as `vpx_codec_enc_init_ver` intends. Remove it once PyAV can steer an encoder.
"""

import ctypes
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_int64, c_long, c_size_t, c_ubyte, c_uint, c_ulong
from ctypes import c_void_p as pointer
from functools import cache
from pathlib import Path
from typing import Final

import av

from kiosk.errors import Unavailable

ABI: Final = 39  # VPX_ENCODER_ABI_VERSION of libvpx 1.16
_I420: Final = 0x102  # VPX_IMG_FMT_I420
_AT_LEAST: Final = 4096  # bytes kept behind what is declared: fields of layers, which are left as they are


class Rational(Structure):
    """`vpx_rational`: a unit of time, in seconds."""

    _fields_ = (("num", c_int), ("den", c_int))


class Buffer(Structure):
    """`vpx_fixed_buf`."""

    _fields_ = (("buf", pointer), ("sz", c_size_t))


class Config(Structure):
    """`vpx_codec_enc_cfg`, as far as one layer of VP8 needs it."""

    _fields_ = (
        ("g_usage", c_uint),
        ("g_threads", c_uint),
        ("g_profile", c_uint),
        ("g_w", c_uint),
        ("g_h", c_uint),
        ("g_bit_depth", c_int),
        ("g_input_bit_depth", c_uint),
        ("g_timebase", Rational),
        ("g_error_resilient", c_uint),
        ("g_pass", c_int),
        ("g_lag_in_frames", c_uint),
        ("rc_dropframe_thresh", c_uint),
        ("rc_resize_allowed", c_uint),
        ("rc_scaled_width", c_uint),
        ("rc_scaled_height", c_uint),
        ("rc_resize_up_thresh", c_uint),
        ("rc_resize_down_thresh", c_uint),
        ("rc_end_usage", c_int),
        ("rc_twopass_stats_in", Buffer),
        ("rc_firstpass_mb_stats_in", Buffer),
        ("rc_target_bitrate", c_uint),
        ("rc_min_quantizer", c_uint),
        ("rc_max_quantizer", c_uint),
        ("rc_undershoot_pct", c_uint),
        ("rc_overshoot_pct", c_uint),
        ("rc_buf_sz", c_uint),
        ("rc_buf_initial_sz", c_uint),
        ("rc_buf_optimal_sz", c_uint),
        ("rc_2pass_vbr_bias_pct", c_uint),
        ("rc_2pass_vbr_minsection_pct", c_uint),
        ("rc_2pass_vbr_maxsection_pct", c_uint),
        ("rc_2pass_vbr_corpus_complexity", c_uint),
        ("kf_mode", c_int),
        ("kf_min_dist", c_uint),
        ("kf_max_dist", c_uint),
        ("layers", c_ubyte * _AT_LEAST),
    )


class Image(Structure):
    """`vpx_image`: where the three planes of a picture lie."""

    _fields_ = (
        ("fmt", c_int),
        ("cs", c_int),
        ("range", c_int),
        ("w", c_uint),
        ("h", c_uint),
        ("bit_depth", c_uint),
        ("d_w", c_uint),
        ("d_h", c_uint),
        ("r_w", c_uint),
        ("r_h", c_uint),
        ("x_chroma_shift", c_uint),
        ("y_chroma_shift", c_uint),
        ("planes", pointer * 4),
        ("stride", c_int * 4),
        ("bps", c_int),
        ("user_priv", pointer),
        ("img_data", pointer),
        ("img_data_owner", c_int),
        ("self_allocd", c_int),
        ("fb_priv", pointer),
    )


class Packet(Structure):
    """`vpx_codec_cx_pkt`, where it holds a frame (kind 0)."""

    _fields_ = (
        ("kind", c_int),
        ("buf", pointer),
        ("sz", c_size_t),
        ("pts", c_int64),
        ("duration", c_ulong),
        ("flags", c_uint),
    )


class Context(Structure):
    """`vpx_codec_ctx`, which only libvpx looks into; larger than it is."""

    _fields_ = (("inside", c_ulong * 32),)


class VpxLibrary:
    """Its functions, with their types."""

    def __init__(self, path: Path) -> None:
        try:
            self.lib = ctypes.CDLL(str(path))
            self._declare()
        except (OSError, AttributeError) as error:
            raise Unavailable(f"libvpx cannot be used: {error}") from error

    def _declare(self) -> None:
        lib, context = self.lib, POINTER(Context)
        for name, gives, takes in (
            ("vpx_codec_vp8_cx", pointer, []),
            ("vpx_codec_version_str", c_char_p, []),
            ("vpx_codec_err_to_string", c_char_p, [c_int]),
            ("vpx_codec_error_detail", c_char_p, [context]),
            ("vpx_codec_enc_config_default", c_int, [pointer, POINTER(Config), c_uint]),
            ("vpx_codec_enc_init_ver", c_int, [context, pointer, POINTER(Config), c_long, c_int]),
            ("vpx_codec_enc_config_set", c_int, [context, POINTER(Config)]),
            ("vpx_codec_control_", c_int, [context, c_int]),  # and one more, by the control
            ("vpx_img_wrap", POINTER(Image), [POINTER(Image), c_int, c_uint, c_uint, c_uint, pointer]),
            ("vpx_codec_encode", c_int, [context, POINTER(Image), c_int64, c_ulong, c_long, c_ulong]),
            ("vpx_codec_get_cx_data", POINTER(Packet), [context, POINTER(pointer)]),
            ("vpx_codec_destroy", c_int, [context]),
        ):
            function = getattr(lib, name)
            function.restype, function.argtypes = gives, takes

    @property
    def release(self) -> str:
        """Such as `v1.16.0`."""
        return bytes(self.lib.vpx_codec_version_str()).decode("ascii", "replace")

    def config(self) -> Config:
        """The settings that libvpx begins with. Raises Unavailable where they do not lie as declared here."""
        config = Config()
        self.check(self.lib.vpx_codec_enc_config_default(self.lib.vpx_codec_vp8_cx(), byref(config), 0))
        known = (config.g_w, config.g_h, config.g_timebase.den, config.rc_target_bitrate, config.kf_max_dist)
        if known != (320, 240, 30, 256, 128):
            raise Unavailable(f"libvpx {self.release} has other settings than this program knows.")
        return config

    def image(self, width: int, height: int) -> Image:
        """The frame for a picture of this size; its planes are put in for each picture."""
        image = Image()
        self.lib.vpx_img_wrap(byref(image), _I420, width, height, 1, 1)
        if (image.d_w, image.d_h, image.y_chroma_shift, image.stride[0]) != (width, height, 1, width):
            raise Unavailable(f"libvpx {self.release} has other pictures than this program knows.")
        return image

    def check(self, code: int, context: Context | None = None) -> None:
        """Raise Unavailable, with libvpx's own words, for any answer but "ok"."""
        if code:
            detail = self.lib.vpx_codec_error_detail(byref(context)) if context is not None else None
            words = bytes(detail or self.lib.vpx_codec_err_to_string(code)).decode("ascii", "replace")
            raise Unavailable(f"libvpx: {words}")


@cache
def load_libvpx() -> VpxLibrary:
    """The libvpx beside PyAV. Raises Unavailable where there is none: PyAV may then have been built otherwise."""
    beside = Path(av.__file__).resolve().parents[1] / "av.libs"
    found = sorted(beside.glob("libvpx*.so*"))
    if not found:
        raise Unavailable("There is no libvpx beside PyAV.")
    return VpxLibrary(found[0])
