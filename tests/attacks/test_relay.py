"""Attack: media that goes round the relay. A real coturn, both ends in namespaces of their own, every packet seen."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contract.media import IceServer
from kiosk.lockdown.measures.network import Network
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.policy_file import PLACE
from tests.attacks.wire import LAPTOP_V4, PASSWD, POLICY, SERVICE_V6, SHELL, TURN, InNamespace, Packet, Wire
from tests.fakes.eventually import eventually
from visits.api.relay import Relay
from visits.keys.authority import Authority

pytestmark = pytest.mark.slow

SECRET = b"a secret of the service and its relays"
TREE = Path(__file__).parents[2]
BY_UDP, BY_TCP = f"turn:{TURN}:3478?transport=udp", f"turn:{TURN}:3478?transport=tcp"
BY_TLS, BY_UDP_V6 = f"turns:{TURN}:443?transport=tcp", f"turn:[{SERVICE_V6}]:3478?transport=udp"
ALL = (BY_UDP, BY_TCP, BY_TLS)
NO_UDP, NO_TURN_PORT = "meta l4proto udp drop", "th dport 3478 drop"  # th: of UDP and of TCP
AUTHORITY = Authority.made("HMP Example", datetime.now(UTC))
STRANGER_TO_ALL = Authority.made("HMP Elsewhere", datetime.now(UTC))
REFUSED = "Unavailable: The relay for calls cannot be used: by UDP it does not accept this laptop."
TO_RELAY = {Packet(TURN, "udp", 3478), Packet(TURN, "tcp", 3478), Packet(TURN, "icmp", 3)}  # 3: a port that has closed


@pytest.fixture
async def wire(tmp_path: Path) -> Any:
    """The wire, with a coturn in the world that shares the service's secret, and is known to its authority."""
    conf, key, certificate = tmp_path / "turnserver.conf", tmp_path / "turn.key", tmp_path / "turn.pem"
    for file, pem in zip((key, certificate), AUTHORITY.for_listener([TURN], datetime.now(UTC)), strict=True):
        file.write_bytes(pem)
    conf.write_text(
        f"listening-ip={TURN}\nlistening-ip={SERVICE_V6}\nrelay-ip={TURN}\nlistening-port=3478\nuse-auth-secret\n"
        f"realm=visits\nstatic-auth-secret={SECRET.decode()}\ntls-listening-port=443\ncert={certificate}\npkey={key}\n"
        f"no-dtls\nno-cli\nlog-file=stdout\npidfile={tmp_path}/pid\n"
    )
    with Wire() as made, _running(made.world, None, "/usr/bin/turnserver", "-c", str(conf)):

        def listens() -> bool:
            return f"{TURN}:3478" in made.enter_with(made.world, "/usr/bin/ss", "-Hltn")

        await eventually(listens, 20, "coturn listens")
        yield made


@contextmanager
def _running(namespace: str, uid: int | None, *command: str) -> Iterator[subprocess.Popen[str]]:
    as_user = () if uid is None else ("/usr/bin/setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups")
    process = subprocess.Popen(
        ["/usr/sbin/ip", "netns", "exec", namespace, *as_user, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if sys.executable == command[0] else subprocess.DEVNULL,
        text=True,
        cwd=TREE,
        env={"PATH": "/usr/bin", "PYTHONPATH": str(TREE), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(10)


class End:
    """One end of a call, as a process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def say(self, **words: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        heard: dict[str, Any] = json.loads(self._process.stdout.readline())
        return heard


def call(
    wire: Wire, servers: list[IceServer], *, relay_only: bool, authority: Authority | None = None
) -> dict[str, Any]:
    """What becomes of a call, with the offer that was made for it."""
    with ExitStack() as stack:
        ends = []
        for who, namespace, uid in (("laptop", wire.laptop, SHELL), ("visitor", wire.world, None)):
            program = (sys.executable, "-m", "tests.attacks.relayed", who)
            ends.append(End(stack.enter_context(_running(namespace, uid, *program))))
        laptop, visitor = ends
        laptop.say(
            ice_servers=[each.model_dump() for each in servers],
            relay_only=relay_only,
            authority=None if authority is None else authority.pem,
        )
        offer = laptop.hear()
        if "failed" in offer:
            return offer
        visitor.say(**offer)
        laptop.say(**visitor.hear())
        became = laptop.hear()
        for end in ends:
            end.say()
        return became | offer


def credential(url: str, made_at: datetime) -> IceServer:
    return given(url)(made_at)


def given(*urls: str) -> Callable[[datetime], IceServer]:
    """What a service with these relays gives a laptop."""
    return lambda made_at: Relay(urls, SECRET).for_laptop(7, made_at)


def block(wire: Wire, *rules: str) -> None:
    """Let nothing of this out of the laptop, which is told nothing of it."""
    lines = "".join(f"add rule inet site out {rule}\n" for rule in rules)
    table = "add table inet site\nadd chain inet site out { type filter hook output priority 0; }\n"
    InNamespace(Path("/"), wire.laptop).run("/usr/sbin/nft", "-f", "-", given=table + lines)


def packets(wire: Wire) -> set[Packet]:
    """All that left the laptop so far."""
    marker = Packet(TURN, "udp", 9)
    InNamespace(Path("/"), wire.laptop).run("/usr/sbin/nft", "flush", "ruleset")
    wire.send(0, [marker])
    return set(wire.seen_until(marker))


@pytest.mark.parametrize("url", [BY_UDP, BY_TCP])
async def test_a_call_through_the_relay_sends_no_packet_anywhere_else(wire: Wire, url: str) -> None:
    became = call(wire, [credential(url, datetime.now(UTC))], relay_only=True)
    assert became.get("seen"), became
    assert f" {LAPTOP_V4} " not in became["sdp"]
    assert "typ host" not in became["sdp"]
    seen = packets(wire)
    assert seen
    assert seen <= TO_RELAY


async def test_it_runs_through_the_firewall_of_the_policy(wire: Wire, tmp_path: Path) -> None:
    machine = InNamespace(tmp_path, wire.laptop)
    for place, text in (("/etc/passwd", PASSWD), (PLACE, POLICY)):
        machine.path(place).parent.mkdir(parents=True, exist_ok=True)
        machine.write(place, text)
    Network(machine, Platform(name="test")).apply()
    became = call(wire, [credential(BY_UDP, datetime.now(UTC))], relay_only=True)
    assert became.get("seen"), became


@pytest.mark.parametrize(
    ("blocked", "by"), [((NO_UDP,), "TCP"), ((NO_UDP, NO_TURN_PORT), "TLS")], ids=["no UDP", "no port but 443"]
)
async def test_where_udp_is_blocked_a_call_goes_by_tcp_and_where_that_is_too_by_tls(
    wire: Wire, blocked: tuple[str, ...], by: str
) -> None:
    block(wire, *blocked)
    became = call(wire, [given(*ALL)(datetime.now(UTC))], relay_only=True, authority=AUTHORITY)
    assert (became.get("seen"), became.get("by")) == (True, by), became


async def test_a_relay_with_an_ipv6_address_is_reached(wire: Wire) -> None:
    became = call(wire, [credential(BY_UDP_V6, datetime.now(UTC))], relay_only=True)
    assert (became.get("seen"), became.get("by")) == (True, "UDP"), became


async def test_by_tls_a_relay_that_the_authority_does_not_know_is_not_believed(wire: Wire) -> None:
    block(wire, NO_UDP)
    became = call(wire, [credential(BY_TLS, datetime.now(UTC))], relay_only=True, authority=STRANGER_TO_ALL)
    assert became == {
        "failed": "Unavailable: The relay for calls cannot be used: by TLS it shows a certificate that is not its own."
    }


async def test_without_relay_only_packets_go_round_the_relay(wire: Wire) -> None:
    became = call(wire, [credential(BY_UDP, datetime.now(UTC))], relay_only=False)
    assert became.get("seen"), became
    assert f" {LAPTOP_V4} " in became["sdp"]
    assert packets(wire) - TO_RELAY


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (credential(BY_UDP, datetime.now(UTC) - timedelta(days=1)), REFUSED),
        (Relay((BY_UDP,), b"another secret, of somebody else").for_laptop(7, datetime.now(UTC)), REFUSED),
        (IceServer(urls=(BY_UDP,)), REFUSED),
        (None, "Unavailable: There is no relay for calls."),
    ],
    ids=["lapsed", "forged", "no credential", "no relay at all"],
)
async def test_a_relay_that_refuses_ends_the_attempt_and_nothing_goes_directly(
    wire: Wire, server: IceServer | None, why: str
) -> None:
    became = call(wire, [] if server is None else [server], relay_only=True)
    assert became == {"failed": why}
    assert packets(wire) <= TO_RELAY
