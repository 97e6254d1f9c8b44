"""A stand-in for the laptop's side of media: offers a plain colour and a tone by aiortc, and keeps what comes back."""

import asyncio
import secrets
import time
from fractions import Fraction
from typing import Self

import av
import numpy as np
from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.sdp import candidate_from_sdp

from contract.media import Answer, Candidate, Offer
from contract.words import Purpose
from kiosk.media.codecs import use_our_encoders
from kiosk.media.sound_format import BLOCK_SAMPLES, SAMPLE_RATE
from tests.fakes.visit_service import VisitService

TONE_HZ = 440
TONE_PEAK = 8_000


class Colour(VideoStreamTrack):
    """A plain colour, 320 by 180, thirty times a second, from when it `begins`."""

    def __init__(self, red: int, green: int, blue: int) -> None:
        super().__init__()
        self.begins = asyncio.Event()
        self._picture = np.full((180, 320, 3), (red, green, blue), dtype=np.uint8)

    async def recv(self) -> av.VideoFrame:
        """The next frame, when it is due."""
        await self.begins.wait()
        frame = av.VideoFrame.from_ndarray(self._picture, format="rgb24")
        frame.pts, frame.time_base = await self.next_timestamp()
        return frame


class Tone(MediaStreamTrack):
    """A tone of 440 Hz, in a laptop's form of sound: its encoder takes no other. Once `stopped`, none comes."""

    kind = "audio"
    stopped = False

    def __init__(self) -> None:
        super().__init__()
        self._began: float | None = None
        self._sent = 0

    async def recv(self) -> av.AudioFrame:
        """The next block, when it is due."""
        if self.stopped:
            await asyncio.Event().wait()
        now = time.monotonic()
        self._began = now if self._began is None else self._began
        await asyncio.sleep(self._began + self._sent / SAMPLE_RATE - now)
        at = (self._sent + np.arange(BLOCK_SAMPLES)) / SAMPLE_RATE
        sound = (np.sin(2 * np.pi * TONE_HZ * at) * TONE_PEAK).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
        frame.pts, frame.sample_rate, frame.time_base = self._sent, SAMPLE_RATE, Fraction(1, SAMPLE_RATE)
        self._sent += BLOCK_SAMPLES
        return frame


class LaptopPeer:
    """One media session. Use as `async with LaptopPeer(service, purpose) as peer`."""

    def __init__(
        self,
        service: VisitService,
        purpose: Purpose,
        colour: tuple[int, int, int] = (200, 30, 30),
        *,
        has_picture: bool = True,
    ) -> None:
        self.session = secrets.token_hex(8)
        self.frames: dict[str, int] = {"video": 0, "audio": 0}
        self.last_picture: av.VideoFrame | None = None
        self._service = service
        self._purpose = purpose
        use_our_encoders()  # for the whole process, as an engine does: what ran before makes no difference
        self._pc = RTCPeerConnection()
        self._tone, self._colour = Tone(), Colour(*colour)
        if has_picture:
            self.begin_picture()
        self._readers: list[asyncio.Task[None]] = []
        self._arrived = asyncio.Condition()
        self._pc.on("track", self._read)
        if purpose is Purpose.CALL:
            self._pc.addTrack(self._colour)
            self._pc.addTrack(self._tone)
        else:
            self._pc.addTransceiver("video", direction="recvonly")

    async def offer_and_no_more(self) -> Answer:
        """Offer, and pass over the answer: nothing will ever come this way."""
        await self._pc.setLocalDescription(await self._pc.createOffer())
        page = self._service.pages[-1]
        sdp = self._pc.localDescription.sdp
        before = len(self._service.of(Answer))
        await self._service.say(Offer(booking_id="b1", session=self.session, page=page, purpose=self._purpose, sdp=sdp))
        return await self._service.wait_for(Answer, before + 1)

    async def __aenter__(self) -> Self:
        answer = await self.offer_and_no_more()
        assert answer.session == self.session
        await self._pc.setRemoteDescription(RTCSessionDescription(sdp=answer.sdp, type="answer"))
        await self._service.wait_until(self._no_more_candidates)
        for message in self._service.of(Candidate):
            if message.session == self.session and message.candidate:
                candidate = candidate_from_sdp(message.candidate.removeprefix("candidate:"))
                candidate.sdpMid = message.mid
                await self._pc.addIceCandidate(candidate)
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._pc.close()
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    @property
    def kinds_received(self) -> set[str]:
        """The kinds of media that the page agreed to send."""
        receiving = [t for t in self._pc.getTransceivers() if t.currentDirection in ("sendrecv", "recvonly")]
        return {transceiver.kind for transceiver in receiving}

    def begin_picture(self) -> None:
        """Send a picture from now on."""
        self._colour.begins.set()

    def fall_silent(self) -> None:
        """Send no more sound, without telling the page."""
        self._tone.stopped = True

    async def closed_by_the_page(self) -> None:
        """Wait until the page has shut its side."""
        closed = asyncio.Event()
        self._pc.on("connectionstatechange", closed.set)
        async with asyncio.timeout(10):
            while self._pc.connectionState != "closed":
                await closed.wait()
                closed.clear()

    async def try_for(self, seconds: float) -> None:
        """Offer, and give up after `seconds`. Raises TimeoutError when nobody answers."""
        try:
            async with asyncio.timeout(seconds):
                await self.__aenter__()
        finally:
            await self.__aexit__()

    async def received(self, kind: str, count: int = 5) -> None:
        """Wait until `count` frames of `kind` have come from the page."""
        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(lambda: self.frames[kind] >= count)

    def _no_more_candidates(self) -> bool:
        return any(c.session == self.session and not c.candidate for c in self._service.of(Candidate))

    def _read(self, track: MediaStreamTrack) -> None:
        self._readers.append(asyncio.create_task(self._consume(track), name=f"peer-{track.kind}"))

    async def _consume(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return  # the page has closed its side
            async with self._arrived:
                self.frames[track.kind] += 1
                if isinstance(frame, av.VideoFrame):
                    self.last_picture = frame
                self._arrived.notify_all()
