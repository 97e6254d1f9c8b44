"""Takes packets of sound from aiortc as they come, past its jitter buffer and decoder. Decodes and keeps nothing."""

from aiortc import RTCRtpReceiver
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import RtpPacket

from kiosk.errors import Untrusted
from kiosk.media.opus_library import has_copy, samples_in
from kiosk.media.sound_packets import SoundPacket


class HandOver:
    """In the place of a receiver's jitter buffer: each packet goes to the receiver's track at once, to be read there.

    What is no packet of Opus is dropped: to a call it is one more lost packet.
    """

    def __init__(self, receiver: RTCRtpReceiver) -> None:
        self._receiver = receiver

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """Hand on a packet; there is never a frame for aiortc's decoder."""
        try:
            samples = samples_in(packet.payload)
        except Untrusted:
            return False, None
        track = self._receiver.track
        if isinstance(track, RemoteStreamTrack):
            track._queue.put_nowait(
                SoundPacket(
                    packet.ssrc,
                    packet.sequence_number,
                    packet.timestamp,
                    packet.payload,
                    samples,
                    has_copy=has_copy(packet.payload),
                )
            )
        return False, None


def hand_over(receiver: RTCRtpReceiver) -> None:
    """Have the track of a receiver of sound give packets, not frames. Can go once aiortc gives them to its user."""
    setattr(receiver, "_RTCRtpReceiver__jitter_buffer", HandOver(receiver))  # noqa: B010 - aiortc keeps it to itself
