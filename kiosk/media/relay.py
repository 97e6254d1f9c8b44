"""Gets a place on a TURN server for one connection, by the first way that works. Speaks to no other address."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from typing import Final

import aioice
from aioice.ice import StunProtocol, relayed_candidate
from aioice.stun import TransactionFailed
from aioice.turn import TurnClientTcpProtocol, is_channel_data

from kiosk.errors import Unavailable
from kiosk.media.gate import Gate
from kiosk.media.relay_race import NoneWorks, Race
from kiosk.media.turn_ways import By, Way

log = logging.getLogger(__name__)

Place = tuple[aioice.Candidate, StunProtocol]
MOST_UNSENT: Final = 64 * 1024  # bytes: a quarter of a second at 2 Mbit/s; older media is worth nothing
GIVE_BACK_S: Final = 0.3  # for the relay to say that it has taken its place back; later it does so by itself
NO_RELAY: Final = "There is no relay for calls."


class RelayChoice:
    """How this laptop reaches its relay. `tls` says whom to believe by TLS; without it that way is not tried."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.last: By | None = None  # what worked when it was last tried: it need not wait for UDP to fail again

    async def place(self, ways: Sequence[Way], connection: aioice.Connection, *, hide: bool) -> Place:
        """A place for `connection`; `hide` keeps our own address out of it. Raises Unavailable, which says what failed
        how."""
        known = [way for way in ways if way.by is not By.TLS or self._tls is not None]
        race: Race[Way, Place] = Race(lambda way: self._ask(way, connection, hide=hide), _give_back)
        try:
            way, place = await race.run(heats := self.heats(known))
        except NoneWorks as none:
            tried = [way for heat in heats for way in heat]
            raise Unavailable(_sentence(dict(zip(tried, none.why, strict=True)))) from None
        if way.by is not self.last:
            log.info("the relay is reached by %s", way.by)
        self.last = way.by
        return place

    def heats(self, ways: Sequence[Way]) -> list[list[Way]]:
        """UDP, then TCP, then TLS; what worked last begins with UDP, which wins where it works."""
        heats: dict[By, list[Way]] = {}
        for way in ways:
            heats.setdefault(By.UDP if way.by is self.last else way.by, []).append(way)
        return [heats[by] for by in By if by in heats]

    async def _ask(self, way: Way, connection: aioice.Connection, *, hide: bool) -> Place:
        # `create_connection` checks the certificate for `way.host`, by `tls`, before anything is said.
        return await relayed_candidate(
            component=1,
            hide_related_address=hide,
            protocol_factory=lambda: Placed(connection),
            turn_server=(way.host, way.port),
            turn_username=way.username,
            turn_password=way.credential,
            turn_ssl=self._tls if way.by is By.TLS else False,  # type: ignore[arg-type]  # handed on to asyncio as it is
            turn_transport="udp" if way.by is By.UDP else "tcp",
        )


class Placed(Gate):
    """A place on a relay. aioice gives it back by asking, for forty seconds where nobody answers any more."""

    async def close(self) -> None:
        """Give it back, or leave it where the relay does not answer; the socket is closed either way, with whatever
        still waits to be sent."""
        self.transport.close()  # asks
        closing = asyncio.ensure_future(super().close())
        try:
            await asyncio.wait([closing], timeout=GIVE_BACK_S)
        finally:
            self._leave()
        await closing

    def _leave(self) -> None:
        self.transport._TurnTransport__close_task.cancel()  # type: ignore[attr-defined]
        self.transport._TurnTransport__inner_protocol.transport.abort()  # type: ignore[attr-defined]


def gather_through(
    connection: aioice.Connection, ways: Sequence[Way], choice: RelayChoice, on_failed: Callable[[Unavailable], None]
) -> None:
    """Let `connection` gather a place on a relay beside what it finds itself. aioice knows one TURN server and no
    order; aiortc reads no IPv6 address in its URL and trusts public authorities. Can go once they do."""
    own = connection.get_component_candidates
    hide = connection._transport_policy is aioice.TransportPolicy.RELAY

    async def candidates(component: int, addresses: list[str], timeout: int = 5) -> list[aioice.Candidate]:  # noqa: ASYNC109 - as aioice has it
        finding = asyncio.create_task(own(component, addresses, timeout), name="media-gather-own")
        try:
            candidate, protocol = await choice.place(ways, connection, hide=hide)
            connection._protocols.append(protocol)  # before anything is waited for: it is closed with the connection
        except Unavailable as error:
            on_failed(error)
            return await finding
        finally:
            await asyncio.wait([finding])
        return [*await finding, candidate]

    connection.get_component_candidates = candidates  # type: ignore[method-assign]


def bound_streams() -> None:
    """By TCP, drop media that the line does not take, instead of keeping it without bound. Safe twice."""
    TurnClientTcpProtocol._send = _send_or_drop  # type: ignore[method-assign,assignment]


def _send_or_drop(protocol: TurnClientTcpProtocol, data: bytes) -> None:
    if is_channel_data(data) and protocol.transport.get_write_buffer_size() > MOST_UNSENT:
        return
    protocol.transport.write(protocol._padded(data))


def _give_back(place: Place) -> None:
    place[1].transport.close()


def _sentence(why: dict[Way, BaseException]) -> str:
    """Each way once, in order, with the last thing that is known of it."""
    if not why:
        return NO_RELAY
    told = {way.by: f"by {way.by} it {_what(error)}" for way, error in why.items()}
    return f"The relay for calls cannot be used: {', '.join(told[by] for by in By if by in told)}."


def _what(error: BaseException) -> str:
    match error:
        case TransactionFailed():
            return "does not accept this laptop"
        case ssl.SSLCertVerificationError():
            return "shows a certificate that is not its own"
        case ssl.SSLError():
            return "speaks another TLS"
        case _:
            return "does not answer"
