"""The built-in visitor's media: answers the laptop's offers with a drawn picture and a voice, and counts what comes."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from contract.media import IceServer, Offer, Received
from contract.words import Purpose
from demo.visitor_scene import LivingRoom
from demo.visitor_voice import Voice
from kiosk.media.pace import Pace
from kiosk.media.picture_feed import PictureFeed
from kiosk.media.tally import Direction
from kiosk.media.tracks import PictureTrack, SoundTrack
from kiosk.media.voice_encoder import to_mono

log = logging.getLogger(__name__)

CLOSE_LIMIT_S: Final = 1.0


class LivingRoomCamera:
    """Draws for as long as the visitor's page is open, as a camera films; whoever is connected gets the pictures."""

    def __init__(self) -> None:
        self._track: PictureTrack | None = None
        self._feed = PictureFeed(lambda: LivingRoom(Pace()), self._show, log.error)

    def start(self) -> None:
        """Begin to draw."""
        self._feed.start()

    def point_at(self, track: PictureTrack | None) -> None:
        """Give the pictures to this track from now on."""
        self._track = track

    async def close(self) -> None:
        """Stop drawing."""
        await self._feed.shut()

    def _show(self, frame: VideoFrame) -> None:
        track = self._track
        if track is not None:
            track.put(frame)


class VisitorMedia:
    """At most one connection with the laptop: a new offer replaces the one before. Belongs to the loop."""

    def __init__(self, camera: LivingRoomCamera) -> None:
        self._camera = camera
        self._connection: RTCPeerConnection | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._offer: Offer | None = None
        self.received = Direction()
        self.sent = Direction()

    async def answer(self, offer: Offer, ice_servers: Sequence[IceServer]) -> str:
        """Take the offer; give the complete answer."""
        await self.close()
        self.received, self.sent = Direction(), Direction()
        servers = [RTCIceServer(list(s.urls), s.username, s.credential) for s in ice_servers]
        connection = self._connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        connection.on("track", self._read_track)
        connection.on("connectionstatechange", lambda: log.info("%s: %s", offer.session, connection.connectionState))
        await connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        picture = PictureTrack(self.sent.pictures)
        connection.addTrack(picture)
        if offer.purpose is Purpose.CALL:
            connection.addTrack(SoundTrack(Voice(), self.sent.sound))
        await connection.setLocalDescription(await connection.createAnswer())
        self._camera.point_at(picture)
        self._offer = offer
        return connection.localDescription.sdp

    def report(self) -> Received | None:
        """What has been received, if there is a connection."""
        if self._offer is None:
            return None
        return Received(
            booking_id=self._offer.booking_id,
            session=self._offer.session,
            video_frames=self.received.pictures.frames,
            audio_ms=self.received.sound.ms,
        )

    async def close(self) -> None:
        """End the connection. Safe twice."""
        connection, self._connection, self._offer = self._connection, None, None
        self._camera.point_at(None)
        for reader in self._readers:
            reader.cancel()
        if connection is not None:
            try:
                async with asyncio.timeout(CLOSE_LIMIT_S):
                    await connection.close()
            except TimeoutError:
                log.warning("the connection did not close in time")

    def _read_track(self, track: MediaStreamTrack) -> None:
        reader = asyncio.create_task(self._read(track, self.received), name=f"visitor-reads-{track.kind}")
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)

    async def _read(self, track: MediaStreamTrack, received: Direction) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, VideoFrame):
                received.pictures.add(frame.width, frame.height)
            elif isinstance(frame, AudioFrame):
                received.sound.add(to_mono(frame))
