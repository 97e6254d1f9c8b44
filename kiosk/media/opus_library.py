"""The Opus that PyAV's wheel carries, by cffi: what PyAV cannot do of it, and no more. Keeps no sound, opens no device.

PyAV decodes what arrived, but cannot conceal what did not, nor use the copy of a lost packet inside the next one.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

import av
import cffi
import numpy as np

from kiosk.errors import Unavailable, Untrusted
from kiosk.media.sound_format import BLOCK_SAMPLES, SAMPLE_RATE
from kiosk.media.tally import Samples

MOST_PACKET_BYTES: Final = 1500  # nothing longer comes in one UDP packet of a page
MOST_SAMPLES: Final = SAMPLE_RATE * 120 // 1000  # RFC 6716, 2.1.4: a packet holds 120 ms at most
STEP_SAMPLES: Final = SAMPLE_RATE * 5 // 2000  # 2.5 ms, the least that can be concealed
_MONO: Final = 1
_VOIP, _VOICE = 2048, 3001
_EFFORT: Final = 5  # of 10: measured, 30 % cheaper than the 9 that is usual
_BITRATE, _COMPLEXITY, _FEC, _LOSS, _DTX, _SIGNAL, _RESET = (
    4002,
    4010,
    4012,
    4014,
    4016,
    4024,
    4028,
)  # opus_defines.h, setters
_DECLARED: Final = """
typedef struct OpusEncoder OpusEncoder;
typedef struct OpusDecoder OpusDecoder;
OpusEncoder *opus_encoder_create(int32_t rate, int channels, int application, int *error);
int32_t opus_encode(OpusEncoder *, const int16_t *pcm, int samples, unsigned char *data, int32_t most);
int opus_encoder_ctl(OpusEncoder *, int request, ...);
void opus_encoder_destroy(OpusEncoder *);
OpusDecoder *opus_decoder_create(int32_t rate, int channels, int *error);
int opus_decode(OpusDecoder *, const unsigned char *data, int32_t length, int16_t *pcm, int samples, int fec);
int opus_decoder_ctl(OpusDecoder *, int request, ...);
void opus_decoder_destroy(OpusDecoder *);
int opus_packet_get_nb_samples(const unsigned char *data, int32_t length, int32_t rate);
int opus_packet_has_lbrr(const unsigned char *data, int32_t length);
const char *opus_strerror(int error);
"""


@cache
def _library() -> tuple[Any, Any]:
    """The binding and the library, found beside PyAV, which has it loaded already. Raises Unavailable."""
    folder = Path(av.__file__).resolve().parent.parent / "av.libs"
    files = sorted(folder.glob("libopus-*.so*"))
    if not files:
        raise Unavailable("The program's sound codec is missing.")
    ffi = cffi.FFI()
    ffi.cdef(_DECLARED)
    return ffi, ffi.dlopen(str(files[0]))


def load() -> None:
    """Load it now, before the process is sealed. Raises Unavailable."""
    _library()


def samples_in(payload: bytes) -> int:
    """How many samples a packet holds, by its first bytes. Raises Untrusted for what is no packet of Opus."""
    if not 0 < len(payload) <= MOST_PACKET_BYTES:
        raise Untrusted(f"a packet of sound of {len(payload)} bytes")
    _ffi, opus = _library()
    samples: int = opus.opus_packet_get_nb_samples(payload, len(payload), SAMPLE_RATE)
    if not 0 < samples <= MOST_SAMPLES:
        raise Untrusted("what came as sound is none")
    return samples


def has_copy(payload: bytes) -> bool:
    """Whether a packet that `samples_in` accepted carries a copy of the one before it (RFC 6716, 2.1.7)."""
    _ffi, opus = _library()
    return bool(opus.opus_packet_has_lbrr(payload, len(payload)) == 1)


class OpusVoice:
    """Encodes one voice, mono at SAMPLE_RATE, with copies of lost packets inside the next. One thread at a time."""

    def __init__(self, bitrate: int) -> None:
        ffi, self._opus = _library()
        error = ffi.new("int *")
        made = self._opus.opus_encoder_create(SAMPLE_RATE, _MONO, _VOIP, error)
        _check(error[0])
        self._encoder = ffi.gc(made, self._opus.opus_encoder_destroy)
        self._ffi = ffi
        self._packet = ffi.new("unsigned char[]", MOST_PACKET_BYTES)
        for request, value in ((_COMPLEXITY, _EFFORT), (_SIGNAL, _VOICE), (_DTX, 0), (_FEC, 1), (_BITRATE, bitrate)):
            self._set(request, value)

    def encode(self, samples: Samples) -> bytes:
        """One packet of BLOCK_SAMPLES samples. Raises Unavailable for any other number."""
        if samples.size != BLOCK_SAMPLES:
            raise Unavailable("Sound came in the wrong portion.")
        pcm = self._ffi.from_buffer("int16_t[]", np.ascontiguousarray(samples, np.int16))
        length = self._opus.opus_encode(self._encoder, pcm, BLOCK_SAMPLES, self._packet, MOST_PACKET_BYTES)
        _check(min(length, 0))
        return bytes(self._ffi.buffer(self._packet, length))

    def expect_loss(self, percent: int) -> None:
        """How much of what is sent gets lost, 0 to 100: decides how good the copies are."""
        self._set(_LOSS, min(100, max(0, percent)))

    def aim_at(self, bitrate: int) -> None:
        """Bits per second from the next packet on."""
        self._set(_BITRATE, bitrate)

    def _set(self, request: int, value: int) -> None:
        _check(self._opus.opus_encoder_ctl(self._encoder, request, self._ffi.cast("int32_t", value)))


class OpusEar:
    """Decodes one stream to mono at SAMPLE_RATE, and makes up what is missing of it. One thread at a time."""

    def __init__(self) -> None:
        ffi, self._opus = _library()
        error = ffi.new("int *")
        made = self._opus.opus_decoder_create(SAMPLE_RATE, _MONO, error)
        _check(error[0])
        self._decoder = ffi.gc(made, self._opus.opus_decoder_destroy)
        self._ffi = ffi

    def decode(self, payload: bytes) -> Samples:
        """What a packet holds. Raises Untrusted."""
        return self._run(payload, samples_in(payload), copy=False)

    def recover(self, payload: bytes, samples: int) -> Samples:
        """The `samples` before this packet, out of the copy in it, where `has_copy`. Raises Untrusted."""
        return self._run(payload, samples, copy=True)

    def conceal(self, samples: int) -> Samples:
        """`samples` that never came, guessed from those before; whole multiples of STEP_SAMPLES."""
        return self._run(None, samples, copy=False)

    def forget(self) -> None:
        """Begin again: what comes next has nothing to do with what came before."""
        _check(self._opus.opus_decoder_ctl(self._decoder, _RESET))

    def _run(self, payload: bytes | None, samples: int, *, copy: bool) -> Samples:
        if not 0 < samples <= MOST_SAMPLES:
            raise Untrusted(f"{samples} samples of sound at once")
        pcm = np.zeros(samples, np.int16)
        data = self._ffi.NULL if payload is None else payload
        length = 0 if payload is None else len(payload)
        into = self._ffi.from_buffer("int16_t[]", pcm)
        made = self._opus.opus_decode(self._decoder, data, length, into, samples, int(copy))
        _check(min(made, 0))
        return pcm[:made]


def _check(error: int) -> None:
    if error < 0:
        ffi, opus = _library()
        raise Untrusted(f"Opus: {ffi.string(opus.opus_strerror(error)).decode()}")
