"""One peer connection, always the offering side. Knows no device and no screen; every close has a time limit."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Final

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamTrack
from aiortc.stats import RTCStatsReport

from contract.media import IceServer
from kiosk.errors import Unavailable, Untrusted
from kiosk.media.excess import excess
from kiosk.media.far_words import check_answer, read_candidate
from kiosk.media.relay import NO_RELAY, RelayChoice, gather_through
from kiosk.media.sound_handover import hand_over
from kiosk.media.turn_ways import stun_servers, ways_of
from kiosk.media.voice_encoder import tell_loss

log = logging.getLogger(__name__)

ANSWER_LIMIT_S: Final = 10.0
CANDIDATE_LIMIT_S: Final = 3.0
CLOSE_LIMIT_S: Final = 0.8
GATHER_LIMIT_S: Final = 0.3  # once nobody wants the offer any more
_CODECS: Final = {"video": ("video/VP8", "video/rtx"), "audio": ("audio/opus",)}  # the least a browser must have


class Peer:
    """A connection to one visitor. `on_track` gets each track that arrives; `on_state` each state of the connection,
    and before them "completed", once ICE has found a way.

    With `relay_only` it opens no port of its own: every packet goes to a TURN server among `ice_servers`, which
    `relay` chooses.
    """

    def __init__(
        self,
        ice_servers: Sequence[IceServer],
        on_track: Callable[[MediaStreamTrack], None],
        on_state: Callable[[str], None],
        *,
        relay_only: bool = False,
        relay: RelayChoice | None = None,
    ) -> None:
        self._relay_only = relay_only
        self._ways, self._relay = ways_of(ice_servers), relay or RelayChoice()
        self._no_relay = Unavailable(NO_RELAY)
        policy = RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL
        servers = [] if relay_only else [RTCIceServer(url) for url in stun_servers(ice_servers)]
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, iceTransportPolicy=policy, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("track", on_track)
        self._connection.on("connectionstatechange", lambda: on_state(self._connection.connectionState))
        self._connection.on("iceconnectionstatechange", lambda: self._on_ice(on_state))
        self._gathering: asyncio.Task[None] | None = None
        self._kinds: list[str] = []
        self._we_send = False
        self._answered = False

    def send_and_receive(self, track: MediaStreamTrack) -> None:
        """Offer to send `track`, and to receive one of its kind."""
        self._offer_media(track.kind, self._connection.addTransceiver(track, "sendrecv"))
        self._we_send = True

    def only_receive(self, kind: str) -> None:
        """Offer to receive one track, and to send nothing back."""
        self._offer_media(kind, self._connection.addTransceiver(kind, "recvonly"))

    def _offer_media(self, kind: str, transceiver: RTCRtpTransceiver) -> None:
        known = RTCRtpSender.getCapabilities(kind).codecs
        transceiver.setCodecPreferences([codec for codec in known if codec.mimeType in _CODECS[kind]])
        if kind == "audio":
            hand_over(transceiver.receiver)
        self._kinds.append(kind)

    async def offer(self) -> str:
        """The complete offer: gathering is over when this returns. Raises Unavailable where no relay would have us."""
        self._use_relay()
        self._gathering = asyncio.create_task(self._connection.setLocalDescription(), name="media-gather")
        await asyncio.shield(self._gathering)  # cut short, aioice would leave sockets open: `close` waits for it
        sdp = self._connection.localDescription.sdp
        if self._relay_only and "a=candidate:" not in sdp:
            raise self._no_relay
        return sdp

    def _use_relay(self) -> None:
        """All media is bundled: there is one transport to gather for."""
        if self._ways:
            ice = self._connection.getTransceivers()[0].sender.transport.transport
            gather_through(ice.iceGatherer._connection, self._ways, self._relay, self._has_no_relay)

    def _has_no_relay(self, error: Unavailable) -> None:
        self._no_relay = error
        log.warning("%s", error)

    async def answer(self, untrusted_sdp: str) -> None:
        """Take the visitor's answer. Raises Untrusted; a second answer is refused too."""
        if self._answered:
            raise Untrusted("a second answer")
        self._answered = True
        check_answer(untrusted_sdp, self._kinds, we_send=self._we_send)
        description = RTCSessionDescription(untrusted_sdp, "answer")
        await _bounded(
            self._connection.setRemoteDescription(description), ANSWER_LIMIT_S, "the answer was not accepted"
        )

    async def candidate(self, untrusted: str, mid: str | None) -> None:
        """Take one more candidate of the visitor's. Raises Untrusted."""
        candidate = read_candidate(untrusted, mid)
        await _bounded(self._connection.addIceCandidate(candidate), CANDIDATE_LIMIT_S, "a candidate was not accepted")

    def excess(self) -> str | None:
        """What the far side sends too much of, in words for the log; None while it does not."""
        found = (excess(part.receiver) for part in self._connection.getTransceivers())
        return next((why for why in found if why is not None), None)

    def packets_received(self) -> int:
        """How many packets have come so far, of whatever kind. Cheap; aiortc says it in `stats` only, which is not."""
        transport = self._connection.getTransceivers()[0].sender.transport
        return int(transport._RTCDtlsTransport__rx_packets)  # type: ignore[attr-defined]

    def _on_ice(self, on_state: Callable[[str], None]) -> None:
        if self._connection.iceConnectionState == "completed":
            on_state("completed")

    async def stats(self) -> RTCStatsReport:
        """What aiortc counts; what the far side says it lost reaches the voice encoder with it."""
        for sender in self._connection.getSenders():
            tell_loss(sender)
        return await self._connection.getStats()

    async def close(self) -> None:
        """End the connection within about a second, whatever state it is in."""
        await self._end_gathering()
        try:
            async with asyncio.timeout(CLOSE_LIMIT_S):
                await self._connection.close()
        except Exception:  # a close that fails half way never ends when called again: stop the parts one by one
            log.exception("the connection did not close cleanly")
            await self._stop_parts()

    async def _end_gathering(self) -> None:
        if self._gathering is not None:
            await asyncio.wait([self._gathering], timeout=GATHER_LIMIT_S)
            self._gathering.cancel()

    async def _stop_parts(self) -> None:
        parts = self._connection.getTransceivers()
        dtls = parts[0].sender.transport  # all media is bundled: there is one transport
        for stop in (*(part.stop for part in parts), dtls.stop, dtls.transport.stop):
            try:
                async with asyncio.timeout(CLOSE_LIMIT_S / 4):
                    await stop()
            except Exception:  # nothing more can be done for this part
                log.exception("a part of the connection did not stop")


async def _bounded(step: Coroutine[object, object, None], limit_s: float, refusal: str) -> None:
    """Run a step that works on the far side's words; whatever goes wrong in it is the far side's doing."""
    try:
        async with asyncio.timeout(limit_s):
            await step
    except Exception as error:  # aiortc raises whatever wrong words make Python raise; the session fails closed
        raise Untrusted(refusal) from error
