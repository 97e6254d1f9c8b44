"""Attack: another program opens camera or microphone outside a call, or keeps it open after the end of one.

Real nodes, processes of other users, and the guard's own gate. /dev/full stands in for a camera that never ends.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from contract.words import Purpose
from kiosk.ipc import Connect, Disconnect, ToShell
from kiosk.lockdown.device_gate import DeviceGate, Outside
from kiosk.lockdown.device_nodes import DeviceNodes
from kiosk.lockdown.recorded_nodes import NoNodes
from kiosk.policy.numbers import Numbers
from tests.fakes.devices import (
    PROGRAM,
    SHELL,
    SOUND,
    STRANGER,
    USERS,
    PluggedIn,
    needs_root,
    plugged_in,
    program,
)
from tests.fakes.eventually import eventually, holds_for

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not needs_root, reason="only root makes device nodes")]

CALL = Connect(booking_id="b1", session="session-1", page="page-0001", purpose=Purpose.CALL, synthetic=False)
WITHIN_S = 10.0
NOT_THERE, NOT_ALLOWED = "2", "13"

IN_A_THREAD_OF_ITS_OWN_TABLE = """
import ctypes, os, sys, threading
CLONE_FILES = 0x400
def hide():
    ctypes.CDLL(None).unshare(CLONE_FILES)
    handle = os.open(sys.argv[1], os.O_RDONLY)
    print("open", flush=True)
    for line in sys.stdin:
        print(len(os.read(handle, 64)), flush=True)
thread = threading.Thread(target=hide)
thread.start()
thread.join()
"""

ONCE_MORE_BY_PROC = """
import os, sys
handle = os.open(sys.argv[1], os.O_RDONLY)
print("open", flush=True)
for line in sys.stdin:
    try:
        print(len(os.read(os.open(f"/proc/self/fd/{handle}", os.O_RDONLY), 64)), flush=True)
    except OSError as error:
        print(error.errno, flush=True)
"""

ON_ITS_WAY = """
import os, socket, sys
here, there = socket.socketpair()
handle = os.open(sys.argv[1], os.O_RDONLY)
socket.send_fds(here, [b"x"], [handle])
os.close(handle)
print("open", flush=True)
for line in sys.stdin:
    (handle,) = socket.recv_fds(there, 1, 1)[1]
    print(len(os.read(handle, 64)), flush=True)
"""


class Trail:
    """Records at once."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def note(self, event: str, data: dict[str, object]) -> None:
        self.events.append(event)

    async def recorded(self, event: str, data: dict[str, object]) -> None:
        self.events.append(event)


class Guard:
    """The gate with its nodes, and a shell that says at once that it has shut everything, whatever is true."""

    def __init__(self, devices: PluggedIn, *, controlled: bool = True) -> None:
        self.devices, self.trail = devices, Trail()
        self.nodes = DeviceNodes(devices.machine, USERS)
        outside = Outside(self._send, lambda: None, lambda _connect: None)
        self.gate = DeviceGate(Numbers(), self.trail, outside, self.nodes if controlled else NoNodes())

    def _send(self, message: ToShell) -> None:
        if isinstance(message, Disconnect):
            asyncio.get_running_loop().call_soon(self.gate.devices_shut)

    async def opens(self) -> None:
        self.gate.send(CALL)
        await self.gate.close()

    def ends(self) -> None:
        """The call ends, and whoever still has a device by then has less than a second more."""
        self.gate.send(Disconnect())
        assert self.gate._shutting is not None
        assert self.gate._shutting.when() - asyncio.get_running_loop().time() <= 1.0


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[PluggedIn]:
    with plugged_in(tmp_path) as devices:
        devices.plug_camera()
        devices.plug_sound()
        yield devices


@pytest.fixture
async def guard(devices: PluggedIn) -> AsyncIterator[Guard]:
    guard = Guard(devices)
    guard.gate.open()
    yield guard
    await guard.gate.close()
    guard.gate.shut_all()


def try_to_open(node: Path, uid: int) -> str:
    """What a process of that user is told: "open", or the number of the error."""
    with program(node, uid) as tried:
        return tried.said


async def test_outside_a_call_nobody_but_root_opens_anything(guard: Guard) -> None:
    dev = guard.devices.dev
    for uid in (SHELL, SOUND, STRANGER):
        assert try_to_open(guard.devices.camera_node, uid) == (NOT_THERE if uid == SHELL else NOT_ALLOWED)
        for node in ("video0", "snd/pcmC0D0c", "snd/pcmC0D0p"):
            assert try_to_open(dev / node, uid) == NOT_ALLOWED


async def test_in_a_call_the_shell_opens_the_camera_and_the_sound_server_the_microphone(guard: Guard) -> None:
    await guard.opens()
    microphone = guard.devices.dev / "snd" / "pcmC0D0c"
    assert try_to_open(guard.devices.camera_node, SHELL) == try_to_open(microphone, SOUND) == "open"
    assert try_to_open(guard.devices.camera_node, STRANGER) == try_to_open(microphone, SHELL) == NOT_ALLOWED
    assert try_to_open(guard.devices.dev / "video0", SHELL) == NOT_ALLOWED


@pytest.mark.parametrize("text", [PROGRAM, IN_A_THREAD_OF_ITS_OWN_TABLE], ids=["open", "hidden in a thread"])
async def test_whoever_keeps_the_camera_after_the_end_is_killed_within_a_second(guard: Guard, text: str) -> None:
    await guard.opens()
    with program(guard.devices.camera_node, SHELL, text) as spy:
        assert spy.reads()
        guard.ends()
        await eventually(lambda: spy.process.poll() == -9, WITHIN_S, "the spy is killed")
        await eventually(lambda: guard.trail.events[-1] == "devices_shut", WITHIN_S, "the devices are known to be shut")
    assert list(dict.fromkeys(guard.trail.events)) == ["devices_opened", "device_holder_killed", "devices_shut"]


async def test_a_descriptor_hidden_on_its_way_to_another_process_is_found_when_it_arrives(guard: Guard) -> None:
    await guard.opens()
    with program(guard.devices.camera_node, SHELL, ON_ITS_WAY) as spy:
        guard.ends()
        await eventually(lambda: guard.trail.events[-1] == "devices_shut", WITHIN_S, "nobody is seen to have it")
        assert spy.reads()
        guard.gate.look()  # as the guard does every second
        await eventually(lambda: spy.process.poll() == -9, WITHIN_S, "the spy is killed")


async def test_a_process_of_roots_is_left_alone_and_nothing_is_said_to_be_shut_meanwhile(guard: Guard) -> None:
    await guard.opens()
    with program(guard.devices.dev / "video0", 0) as udev:
        guard.ends()
        await holds_for(
            lambda: udev.process.poll() is None and guard.trail.events == ["devices_opened"], 0.6, "it is left alone"
        )
        udev.close()
        await eventually(lambda: guard.trail.events[-1] == "devices_shut", WITHIN_S, "shut")


async def test_the_sound_server_that_keeps_the_microphone_is_killed_too(guard: Guard) -> None:
    await guard.opens()
    with program(guard.devices.dev / "snd" / "pcmC0D0c", SOUND) as server:
        assert server.said == "open"
        guard.ends()
        await eventually(lambda: server.process.poll() == -9, WITHIN_S, "the sound server is killed")


async def test_a_sound_server_that_lets_go_lives(guard: Guard) -> None:
    await guard.opens()
    with program(guard.devices.dev / "snd" / "pcmC0D0c", SOUND) as server:
        guard.ends()
        server.close()
        await eventually(lambda: guard.trail.events[-1] == "devices_shut", WITHIN_S, "shut")
    assert "device_holder_killed" not in guard.trail.events


async def test_what_is_open_cannot_be_opened_once_more_by_way_of_proc(guard: Guard) -> None:
    await guard.opens()
    with program(guard.devices.camera_node, SHELL, ONCE_MORE_BY_PROC) as spy:
        assert spy.reads()
        guard.nodes.withdraw()
        assert not spy.reads()
        assert spy.process.poll() is None


async def test_a_guard_that_starts_ends_what_was_open_when_the_last_one_was_killed(guard: Guard) -> None:
    await guard.opens()
    with program(guard.devices.camera_node, SHELL) as spy:
        again = Guard(guard.devices)
        again.gate.open()
        await eventually(lambda: spy.process.poll() == -9, WITHIN_S, "the spy is killed")
    assert try_to_open(guard.devices.camera_node, SHELL) == NOT_THERE


async def test_without_the_nodes_taken_away_it_goes_on_reading_after_the_end(devices: PluggedIn) -> None:
    guard = Guard(devices, controlled=False)
    guard.nodes.grant()
    await guard.opens()
    with program(devices.camera_node, SHELL) as spy:
        guard.ends()
        await eventually(lambda: guard.trail.events[-1] == "devices_shut", WITHIN_S, "the shell's word is believed")
        assert spy.reads()
        assert try_to_open(devices.camera_node, SHELL) == "open"
    guard.nodes.withdraw()


async def test_without_the_look_for_who_has_it_open_a_taken_node_stops_nobody(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard.nodes, "holders", lambda: ())
    await guard.opens()
    with program(guard.devices.camera_node, SHELL) as spy:
        guard.ends()
        await eventually(lambda: guard.trail.events[-1] == "devices_shut", WITHIN_S, "shut, it is said")
        assert not guard.devices.camera_node.exists()
        assert spy.reads()
