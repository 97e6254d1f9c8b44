"""Attack: traffic to anything not on the list, rogue answers, a firewall that does not load; real nftables."""

import asyncio
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.commands.firewall import ALL_SHUT, act
from kiosk.errors import KioskError
from kiosk.lockdown.enrolling_line import enrolling_line
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.network import Network
from kiosk.lockdown.network_policy import IDENTITY
from kiosk.lockdown.platform import PLACE as PLATFORM_PLACE
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.policy_file import PLACE
from kiosk.lockdown.watches.netfilter import LinksWatch, NetfilterWatch
from kiosk.policy.measures import MeasureName, Verdict
from tests.attacks.wire import (
    GATEWAY,
    LAPTOP_V4,
    OTHER,
    PASSWD,
    POLICY,
    SERVICE,
    SERVICE_V6,
    SHELL,
    STRANGER,
    STRANGER_V6,
    TURN,
    InNamespace,
    Packet,
    Wire,
)
from tests.fakes.eventually import eventually

pytestmark = pytest.mark.slow
WITHIN_S = 20

ALLOWED = [
    Packet(SERVICE, "tcp", 443),
    Packet(SERVICE_V6, "tcp", 443),
    Packet(TURN, "udp", 3478),
    Packet(TURN, "tcp", 3478),
    Packet(TURN, "tcp", 443),
    Packet(GATEWAY, "icmp", 8),
]
FORBIDDEN = [
    *(Packet(to, "tcp", port) for to in (STRANGER, STRANGER_V6) for port in (22, 80, 443, 3478)),
    *(Packet(to, "udp", port) for to in (STRANGER, STRANGER_V6) for port in (53, 123, 443, 3478)),
    Packet(STRANGER, "icmp", 8),
    Packet(STRANGER_V6, "icmp", 128),
    Packet(SERVICE, "tcp", 80),
    Packet(SERVICE, "udp", 443),
    Packet(SERVICE, "icmp", 8),
    Packet(SERVICE_V6, "icmp", 128),
    Packet(TURN, "udp", 53),
    Packet(TURN, "tcp", 80),
    Packet(GATEWAY, "tcp", 443),
    Packet(GATEWAY, "udp", 53),
    Packet(GATEWAY, "udp", 67),  # an address is asked for by the system, not by the shell
]
MARKER = Packet(TURN, "udp", 3478)  # arrives after whatever was sent before it


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as made:
        yield made


@pytest.fixture
def machine(wire: Wire, tmp_path: Path) -> Machine:
    """A laptop with users and a policy, and no rules yet."""
    made = InNamespace(tmp_path, wire.laptop)
    for place, text in (("/etc/passwd", PASSWD), (PLACE, POLICY), (PLATFORM_PLACE, 'name = "test laptop"')):
        made.path(place).parent.mkdir(parents=True, exist_ok=True)
        made.write(place, text)
    return made


@pytest.fixture
def network(machine: Machine) -> Network:
    return Network(machine, Platform(name="test laptop"))


def nft(machine: Machine, *words: str) -> None:
    machine.run("/usr/sbin/nft", *words)


def test_the_shell_reaches_what_is_listed_and_nothing_else_leaves(wire: Wire, network: Network) -> None:
    network.apply()
    assert network.look().verdict is Verdict.HOLDS, network.look().evidence
    wire.send(SHELL, [*FORBIDDEN, *[each for each in ALLOWED if each != MARKER], MARKER])
    assert sorted(set(wire.seen_until(MARKER))) == sorted(each for each in ALLOWED if each != MARKER)


@pytest.mark.parametrize("uid", [OTHER, 0])
def test_no_other_user_reaches_anything_not_even_what_is_listed(wire: Wire, network: Network, uid: int) -> None:
    network.apply()
    of_the_system = Packet(GATEWAY, "udp", 67)
    wire.send(uid, [each for each in (*FORBIDDEN, *ALLOWED) if each != of_the_system])
    wire.send(SHELL, [MARKER])
    assert wire.seen_until(MARKER) == []


def test_without_the_firewall_the_same_packets_leave(wire: Wire, network: Network) -> None:
    wire.send(OTHER, [*FORBIDDEN, MARKER])
    seen = wire.seen_until(MARKER)
    assert set(FORBIDDEN) - {Packet(GATEWAY, "udp", 67)} <= set(seen)  # port 68 is not for everybody to bind
    assert finding(network).is_lost


def test_only_the_system_renews_its_address(wire: Wire, network: Network) -> None:
    network.apply()
    renewal = Packet(GATEWAY, "udp", 67)
    wire.send(0, [renewal])
    wire.send(SHELL, [MARKER])
    assert wire.seen_until(MARKER) == [renewal]


async def _rogue_answers(wire: Wire) -> tuple[socket.socket, list[socket.socket]]:
    """Unasked DHCP and DNS answers and a TCP SYN from a stranger; who sent, and who listens."""
    with wire.inside(wire.laptop):
        ears = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) for _ in range(2)]
        for ear, port in zip(ears, (68, 5353), strict=True):
            ear.bind((LAPTOP_V4, port))
        door = socket.create_server((LAPTOP_V4, 8080))
        door.setblocking(False)
    with wire.inside(wire.world):
        for source, to in ((67, 68), (53, 5353)):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rogue:
                rogue.bind((STRANGER, source))
                rogue.sendto(b"rogue", (LAPTOP_V4, to))
        knock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        knock.connect_ex((LAPTOP_V4, 8080))
    return knock, [*ears, door]


def _heard(ears: list[socket.socket]) -> list[bytes]:
    heard = []
    for ear in ears:
        try:
            if ear.type is socket.SOCK_STREAM:
                line, _ = ear.accept()
                line.close()
                heard.append(b"knock")
            else:
                heard.append(ear.recv(100))
        except BlockingIOError:
            continue
    return heard


async def test_unasked_answers_of_a_rogue_are_not_heard(wire: Wire, machine: Machine, network: Network) -> None:
    network.apply()
    knock, ears = await _rogue_answers(wire)

    def dropped() -> bool:
        chain = machine.run("/usr/sbin/nft", "list", "chain", "inet", "visit", "input")
        found = re.search(r"counter packets (\d+)", chain)
        return found is not None and int(found[1]) >= 3

    await eventually(dropped, WITHIN_S, "the three are counted as dropped")
    assert _heard(ears) == []
    for each in (knock, *ears):
        each.close()


async def test_without_the_firewall_they_are_heard(wire: Wire, machine: Machine) -> None:
    knock, ears = await _rogue_answers(wire)
    heard: list[bytes] = []

    def everything() -> bool:
        heard.extend(_heard(ears))
        return len(heard) == 3

    await eventually(everything, WITHIN_S, "DHCP, DNS and the knock are heard")
    for each in (knock, *ears):
        each.close()


@pytest.mark.parametrize(
    "policy",
    ["", "[network]\nservices = []\n", '[network]\nservices = ["visits.example:443"]\n', "[network", None],
    ids=["empty", "no hosts", "a name", "not TOML", "unreadable"],
)
def test_a_policy_that_is_wrong_lets_nothing_leave_and_says_why(
    wire: Wire, machine: Machine, network: Network, policy: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if policy is None:
        machine.path(PLACE).unlink()
    else:
        machine.write(PLACE, policy)
    with pytest.raises(SystemExit) as ended:
        act("load", machine)
    assert ended.value.code == ALL_SHUT
    assert PLACE in capsys.readouterr().err
    wire.send(SHELL, [*FORBIDDEN, *ALLOWED])
    machine.write(PLACE, POLICY)
    assert network.look().verdict is Verdict.LOST  # it is the empty one, not the policy's
    network.apply()
    wire.send(SHELL, [MARKER])
    assert wire.seen_until(MARKER) == []


def test_a_firewall_that_does_not_load_fails_loudly_and_the_old_one_stays(
    wire: Wire, machine: Machine, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.apply()
    monkeypatch.setattr("kiosk.lockdown.measures.network.replacing_everything", lambda text: f"flush ruleset\n{text}x")
    with pytest.raises(KioskError, match="syntax error"):
        act("load", machine)
    assert network.look().verdict is Verdict.HOLDS


def test_loading_says_what_is_live_and_may_be_done_twice(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    act("load", machine)
    act("load", machine)
    assert "table inet visit alone" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("drift", "told"),
    [
        (("add", "rule", "inet", "visit", "output", "accept"), "it also has 'accept'"),
        (("insert", "rule", "inet", "visit", "input", "accept"), "it also has 'accept'"),
        (("add", "table", "ip", "other"), "it also has 'table ip other {'"),
        (("flush", "chain", "inet", "visit", "output"), "it lacks"),
        (("add", "chain", "inet", "visit", "output", "{ policy accept ; }"), "policy accept"),
        (("delete", "table", "inet", "visit"), "no firewall is loaded"),
    ],
)
async def test_drift_is_heard_at_once_and_the_look_says_what_changed(
    wire: Wire, machine: Machine, network: Network, drift: tuple[str, ...], told: str
) -> None:
    network.apply()
    watch, poked = NetfilterWatch(), asyncio.Event()
    with wire.inside(wire.laptop):
        watch.open(lambda name: poked.set() if name is MeasureName.NETWORK else None)
    await asyncio.to_thread(nft, machine, *drift)
    await asyncio.wait_for(poked.wait(), WITHIN_S)
    found = finding(network)
    assert found.is_lost
    assert told in found.evidence
    watch.close()
    watch.close()


async def test_a_look_asks_for_no_other_look(wire: Wire, machine: Machine, network: Network) -> None:
    network.apply()
    watch, pokes = NetfilterWatch(), list[MeasureName]()
    with wire.inside(wire.laptop):
        watch.open(pokes.append)
    for _ in range(3):
        await asyncio.to_thread(network.look)
    assert pokes == []
    await asyncio.to_thread(nft, machine, "add", "table", "ip", "other")
    await eventually(lambda: pokes, WITHIN_S, "the change that came after is heard")
    watch.close()


async def test_an_interface_that_comes_is_heard_at_once(wire: Wire) -> None:
    watch, pokes = LinksWatch(), list[MeasureName]()
    with wire.inside(wire.laptop):
        watch.open(pokes.append)
    await asyncio.to_thread(wire.ip, "-n", wire.laptop, "link", "add", "new0", "type", "veth", "peer", "new1")
    await eventually(lambda: pokes, WITHIN_S, "the interface is heard")
    assert set(pokes) == {MeasureName.WIRELESS}
    watch.close()


def _knocks() -> None:
    """One SYN to the service, from whoever asks."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as line:
        line.connect_ex((SERVICE, 443))


def test_root_who_enrols_this_laptop_is_let_out_as_the_shell_and_otherwise_not(
    wire: Wire, network: Network, machine: Machine
) -> None:
    network.apply()
    with wire.inside(wire.laptop):
        _knocks()
    wire.send(SHELL, [MARKER])
    assert wire.seen_until(MARKER) == []
    with wire.inside(wire.laptop), enrolling_line(machine, Platform(name="test laptop")):
        _knocks()
    wire.send(SHELL, [MARKER])
    assert set(wire.seen_until(MARKER)) == {Packet(SERVICE, "tcp", 443)}


def test_where_what_is_kept_does_not_check_out_it_is_let_out_by_the_file_of_it_and_then_nobody(
    wire: Wire, network: Network, machine: Machine
) -> None:
    place = machine.path(f"{IDENTITY}/identity.json")
    place.parent.mkdir(parents=True)
    place.write_text("{")
    with pytest.raises(KioskError):
        network.apply()
    with wire.inside(wire.laptop), enrolling_line(machine, Platform(name="test laptop")):
        _knocks()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (MARKER.to, MARKER.port))
    assert set(wire.seen_until(MARKER)) == {Packet(SERVICE, "tcp", 443)}
    assert network.is_all_shut()
