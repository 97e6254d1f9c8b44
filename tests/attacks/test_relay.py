"""Attack: media that goes round the relay. A real coturn, both ends in namespaces of their own, every packet seen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contract.media import IceServer
from kiosk.lockdown.measures.network import Network
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.policy_file import PLACE
from tests.attacks.wire import LAPTOP_V4, PASSWD, POLICY, SHELL, TURN, InNamespace, Packet, Wire
from tests.fakes.eventually import eventually
from visits.api.relay import Relay

pytestmark = pytest.mark.slow

SECRET = b"a secret of the service and its relays"
TREE = Path(__file__).parents[2]
BY_UDP, BY_TCP = f"turn:{TURN}:3478?transport=udp", f"turn:{TURN}:3478?transport=tcp"
TO_RELAY = {Packet(TURN, "udp", 3478), Packet(TURN, "tcp", 3478), Packet(TURN, "icmp", 3)}  # 3: a port that has closed


@pytest.fixture
async def wire(tmp_path: Path) -> Any:
    """The wire, with a coturn in the world that shares the service's secret."""
    conf = tmp_path / "turnserver.conf"
    conf.write_text(
        f"listening-ip={TURN}\nrelay-ip={TURN}\nlistening-port=3478\nuse-auth-secret\nrealm=visits\n"
        f"static-auth-secret={SECRET.decode()}\nno-tls\nno-dtls\nno-cli\nlog-file=stdout\npidfile={tmp_path}/pid\n"
    )
    with Wire() as made, _running(made.world, None, "/usr/bin/turnserver", "-c", str(conf)):

        def listens() -> bool:
            return f"{TURN}:3478" in made.enter_with(made.world, "/usr/bin/ss", "-Hltn")

        await eventually(listens, 5, "coturn listens")
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


def call(wire: Wire, servers: list[IceServer], *, relay_only: bool) -> dict[str, Any]:
    """What becomes of a call, with the offer that was made for it."""
    with ExitStack() as stack:
        ends = []
        for who, namespace, uid in (("laptop", wire.laptop, SHELL), ("visitor", wire.world, None)):
            program = (sys.executable, "-m", "tests.attacks.relayed", who)
            ends.append(End(stack.enter_context(_running(namespace, uid, *program))))
        laptop, visitor = ends
        laptop.say(ice_servers=[each.model_dump() for each in servers], relay_only=relay_only)
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
    return Relay((url,), SECRET).for_laptop(7, made_at)


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


async def test_without_relay_only_packets_go_round_the_relay(wire: Wire) -> None:
    became = call(wire, [credential(BY_UDP, datetime.now(UTC))], relay_only=False)
    assert became.get("seen"), became
    assert f" {LAPTOP_V4} " in became["sdp"]
    assert packets(wire) - TO_RELAY


@pytest.mark.parametrize(
    "server",
    [
        credential(BY_UDP, datetime.now(UTC) - timedelta(days=1)),
        Relay((BY_UDP,), b"another secret, of somebody else").for_laptop(7, datetime.now(UTC)),
        IceServer(urls=(BY_UDP,)),
        None,
    ],
    ids=["lapsed", "forged", "no credential", "no relay at all"],
)
async def test_a_relay_that_refuses_ends_the_attempt_and_nothing_goes_directly(
    wire: Wire, server: IceServer | None
) -> None:
    became = call(wire, [] if server is None else [server], relay_only=True)
    assert became == {"failed": "Unavailable: The relay for calls does not answer, or does not accept this laptop."}
    assert packets(wire) <= TO_RELAY
