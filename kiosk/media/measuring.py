"""Tells every half second how a session does: what went through, how well, and how loud it is. Changes nothing."""

import asyncio
from collections.abc import Callable
from typing import Final

from kiosk.media.call_devices import CallDevices
from kiosk.media.connections import Connections
from kiosk.media.facts import Fact, Measured
from kiosk.media.playout import Heard
from kiosk.media.quality import Quality
from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.tally import Direction

MEASURE_EVERY_S: Final = 0.5


class Measuring:
    """Of one session. Without `devices`, in a preview, nothing is sent and nothing heard."""

    def __init__(
        self,
        connections: Connections,
        received: Direction,
        sent: Direction,
        devices: CallDevices | None,
        on_fact: Callable[[Fact], None],
    ) -> None:
        self._connections = connections
        self._received = received
        self._sent = sent
        self._devices = devices
        self._on_fact = on_fact

    async def run(self) -> None:
        """Report every half second, and once more when the session ends, so that its totals are known exactly."""
        quality = Quality()
        try:
            while True:
                await asyncio.sleep(MEASURE_EVERY_S)
                quality = await self._connections.read_quality()
                self._on_fact(self._measured(quality))
        finally:
            self._on_fact(self._measured(quality))

    def _measured(self, quality: Quality) -> Measured:
        received, sent, devices = self._received, self._sent, self._devices
        real = received.sound if devices is None else devices.received.tally
        heard = Heard() if devices is None else devices.received.heard
        plan = None if devices is None else devices.pictures.plan
        queued_ms = 0 if devices is None else devices.received.queued_ms
        return Measured(
            session=self._connections.name,
            received_video_frames=received.pictures.frames,
            received_video_width=received.pictures.width,
            received_video_height=received.pictures.height,
            received_audio_ms=real.ms,
            received_audio_rms=real.rms,
            sent_video_frames=sent.pictures.frames,
            sent_video_width=sent.pictures.width,
            sent_video_height=sent.pictures.height,
            sent_audio_ms=sent.sound.ms,
            sent_audio_rms=sent.sound.rms,
            loss_percent=quality.loss_percent,
            rtt_ms=quality.rtt_ms,
            far_video_packets=quality.far_video_packets,
            far_audio_packets=quality.far_audio_packets,
            concealed_audio_ms=heard.concealed * 1000 // SAMPLE_RATE,
            sent_video_rung="" if plan is None else str(plan.rung or "sound alone"),
            sent_video_kbps=0 if plan is None else plan.bps // 1000,
            playout_delay_ms=round(heard.delay * 1000 / SAMPLE_RATE) + queued_ms,
            microphone_dbfs=None if devices is None else devices.microphone_dbfs,
            speaker_latency_ms=None if devices is None else devices.speaker_latency_ms,
        )
