"""TURN addresses as ways to try: the best first, IPv6 in brackets, and what cannot be used is passed over."""

import ssl

import pytest

from contract.media import IceServer
from kiosk.media.peer import Peer
from kiosk.media.relay import RelayChoice
from kiosk.media.turn_ways import By, Way, stun_servers, ways_of


def ways(*urls: str) -> list[tuple[By, str, int]]:
    return [(way.by, way.host, way.port) for way in ways_of([IceServer(urls=urls, username="u", credential="c")])]


def test_udp_is_tried_before_tcp_and_tcp_before_tls() -> None:
    assert ways("turns:192.0.2.20:443?transport=tcp", "turn:192.0.2.20:80?transport=tcp", "turn:192.0.2.20") == [
        (By.UDP, "192.0.2.20", 3478),
        (By.TCP, "192.0.2.20", 80),
        (By.TLS, "192.0.2.20", 443),
    ]


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert ways("turn:[2001:db8::20]:3478?transport=udp", "turns:[2001:db8::20]") == [
        (By.UDP, "2001:db8::20", 3478),
        (By.TLS, "2001:db8::20", 5349),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "turns:192.0.2.20?transport=udp",
        "stun:192.0.2.20",
        "turn:192.0.2.20:99999",
        "turn:2001:db8::20",
        "turn:",
        "http://192.0.2.20",
        "",
    ],
)
def test_what_is_no_way_is_passed_over(url: str) -> None:
    assert ways(url) == []


def test_stun_servers_stay_as_they_are() -> None:
    assert stun_servers([IceServer(urls=("stun:192.0.2.20:3478", "turn:192.0.2.20"))]) == ["stun:192.0.2.20:3478"]


@pytest.mark.parametrize(
    "url",
    [
        "stun:[2001:db8::20]",
        "stun:2001:db8::20",
        "stun:[2001:db8::20]:3478",
        "stun:192.0.2.20?transport=udp",
        "stun:192.0.2.20:port",
        "stun:192.0.2.20:99999",
        "stuns:192.0.2.20",
        "stun:",
    ],
)
async def test_a_session_does_not_end_at_a_stun_server_that_cannot_be_asked(url: str) -> None:
    servers = [IceServer(urls=(url, "stun:192.0.2.20"))]
    assert stun_servers(servers) == ["stun:192.0.2.20"]
    peer = Peer(servers, lambda _: None, lambda _: None)
    peer.only_receive("video")
    await peer.close()


async def test_a_laptop_that_goes_by_its_relay_alone_asks_no_stun_server() -> None:
    servers = [IceServer(urls=("stun:192.0.2.20",))]
    for relay_only, asked in ((False, ("192.0.2.20", 3478)), (True, None)):
        peer = Peer(servers, lambda _: None, lambda _: None, relay_only=relay_only)
        peer.only_receive("video")
        assert (
            peer._connection.getTransceivers()[0].sender.transport.transport.iceGatherer._connection.stun_server
            == asked
        )
        await peer.close()


def test_a_credential_is_never_shown() -> None:
    assert "secret" not in repr(Way(By.UDP, "192.0.2.20", 3478, "name", "secret"))


def test_what_worked_last_begins_together_with_udp() -> None:
    udp, tcp, tls = (Way(by, "192.0.2.20", 443) for by in By)
    choice = RelayChoice(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    assert choice.heats([udp, tcp, tls]) == [[udp], [tcp], [tls]]
    choice.last = By.TLS
    assert choice.heats([udp, tcp, tls]) == [[udp, tls], [tcp]]
