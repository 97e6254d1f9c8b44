"""The default route as the kernel writes it down, and asking whoever stands there."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.link.gateway import GatewayProbe, asks, is_this_machine
from kiosk.link.routes import Gateway, default_v4, default_v6

V4 = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0000000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
"""
NONE, SOMEWHERE = "0" * 32, "fe80" + "0" * 27 + "1"
V6 = f"""{NONE} 00 {NONE} 00 {NONE} ffffffff 00000001 00000000 00200200       lo
{NONE} 00 {NONE} 00 {SOMEWHERE} 00000400 00000001 00000000 00450003     eth0
{"fe80" + "0" * 28} 40 {NONE} 00 {NONE} 00000100 00000001 00000000 00000001     eth0
"""
LOOPBACK = Gateway("127.0.0.1", "lo")


def test_the_default_route_of_the_lowest_metric_is_the_gateway() -> None:
    assert default_v4(V4) == Gateway("10.0.0.1", "eth0")
    assert default_v6(V6) == Gateway("fe80::1", "eth0")


@pytest.mark.parametrize(
    "text",
    ["", V4.splitlines()[0], V4.replace("0003", "0001"), V4.replace("\t00000000\t01", "\t0000000B\t01"), "x" * 50],
    ids=["empty", "no route", "no gateway", "elsewhere", "nonsense"],
)
def test_without_a_way_out_there_is_no_gateway(text: str) -> None:
    assert default_v4(text) is None
    assert default_v6(text) is None


@given(st.text() | st.lists(st.lists(st.sampled_from([*V4.split(), *V6.split(), "zz"])).map(" ".join)).map("\n".join))
def test_no_text_is_read_as_more_than_it_says(text: str) -> None:
    for gateway in (default_v4(text), default_v6(text)):
        assert gateway is None or gateway.address


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080", True),
        ("https://[::1]:1", True),
        ("http://localhost", True),
        ("https://visits.example", False),
        ("http://10.0.0.1", False),
        ("nonsense", False),
    ],
)
async def test_a_service_on_this_machine_needs_no_gateway(url: str, here: bool) -> None:
    assert is_this_machine(url) is here
    assert await GatewayProbe(url, lambda: None).answers() is here


async def test_whoever_answers_a_ping_or_refuses_a_call_is_there() -> None:
    assert await asks(LOOPBACK)


async def test_without_icmp_a_refusal_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: Gateway) -> socket.socket:
        raise PermissionError

    monkeypatch.setattr("kiosk.link.gateway._echo_socket", forbidden)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert await asks(LOOPBACK, port)
    assert await asks(LOOPBACK, port)


async def test_a_gateway_that_cannot_be_reached_does_not_answer() -> None:
    assert not await asks(Gateway("fe80::1", "no-such-device"))
