"""A process confined by the product's own launcher, that then tries attacks and says how each was answered.

Started as `captive WITHOUT --guard=SOCKET ATTACK[=TARGET]...`: WITHOUT names what is left out, or is "nothing".
"""

import ctypes
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.confined import Adds, Confined, confine
from kiosk.lockdown.clean_environment import cleaned
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.room import Room

HERE: Final = Path(__file__).resolve().parents[2]
CALLS: Final = {
    "ptrace": (101, 0x4206, "target", 0, 0),  # PTRACE_SEIZE
    "process_vm_readv": (310, "target", 0, 0, 0, 0, 0),
    "mount": (165, 0, 0, 0, 0, 0),
    "fsopen": (430, 0, 0),
    "unshare": (272, 0x1000_0000),  # a user namespace
    "setns": (308, -1, 0),
    "bpf": (321, 0, 0, 0),
    "keyctl": (250, 0, -3, 0),
    "add_key": (248, 0, 0, 0, 0, 0),
    "userfaultfd": (323, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0),
    "kexec_load": (246, 0, 0, 0, 0xFFFF),
    "init_module": (175, 0, 0, 0),
    "io_uring_setup": (425, 0, 0),
    "reboot": (169, 0, 0, 0, 0),
    "swapon": (167, 0, 0),
    "personality": (135, 0xFFFFFFFF),
    "setuid": (105, 0),
    "open_by_handle_at": (304, -1, 0, 0),
    "fork_by_clone": (56, 0x800, 0, 0, 0, 0),  # the kernel itself answers EINVAL: no process comes of the try
    "clone3": (435, 0, 0),
    "a_packet_socket": (41, 17, 3, 0),
    "a_raw_socket": (41, 2, 3, 1),
    "a_uevent_socket": (41, 16, 3, 15),
    "a_vsock_socket": (41, 40, 1, 0),
    "a_packet_socket_behind_high_bits": (41, 17 | 1 << 32, 3, 0),
}


def answered(attack: Callable[[], object]) -> str:
    """How the kernel answered: "done", or the name of the errno."""
    try:
        attack()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "done"


def call(name: str, target: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(target if word == "target" else int(word)) for word in CALLS[name]]
    if libc.syscall(*words) < 0:
        raise OSError(ctypes.get_errno(), name)


def read(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY))


def write(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def connect(address: str) -> None:
    """Meet a D-Bus on its socket, and be let in."""
    with socket.socket(socket.AF_UNIX) as bus:
        bus.connect("\0" + address[1:] if address.startswith("@") else address)
        bus.sendall(b"\0AUTH EXTERNAL " + str(os.geteuid()).encode().hex().encode() + b"\r\n")
        if not bus.recv(64).startswith(b"OK"):
            raise OSError(errno.EACCES, "not let in")


def steal_terminal(request: str) -> None:
    master, slave = os.openpty()
    libc = ctypes.CDLL(None, use_errno=True)
    failed = libc.ioctl(slave, ctypes.c_ulong(int(request, 16)), ctypes.byref(ctypes.c_char(b"x")))
    os.close(master)
    os.close(slave)
    if failed:
        raise OSError(ctypes.get_errno(), "ioctl")


TRIES: Final[dict[str, Callable[[str], object]]] = {
    "read": read,
    "list": os.listdir,
    "write": write,
    "connect": connect,
    "terminal": steal_terminal,
    "kill": lambda pid: os.kill(int(pid), 0),
    "exec": lambda path: os.execv(path, [path, "ran"]),
    "run": lambda path: subprocess.run([path], check=True, stdout=subprocess.DEVNULL),
    "fork": lambda _: os.waitpid(os.fork() or os._exit(0), 0),
    "thread": lambda _: threading.Thread(target=int).start(),
    "bind": lambda _: socket.create_server(("127.0.0.1", 0)).close(),
}


def attack(text: str) -> str:
    """Try one."""
    name, _, target = text.partition("=")
    if name in CALLS:
        return answered(lambda: call(name, int(target or 0)))
    return answered(lambda: TRIES[name](target))


def look(confined: Confined) -> list[tuple[str, str, str]]:
    """What the measures themselves find."""
    found = confined.for_the_shell().look(None).findings
    return [(each.name, each.verdict, each.evidence) for each in found]


def main() -> None:
    without, guard, *attacks = sys.argv[1:]
    runtime = Path(guard.removeprefix("--guard=")).parent / "shell"
    adds = Adds(readable=(HERE,))
    if without == "nothing":
        confined = confine("tests.attacks.kit.captive", sys.argv[1:], adds)
        confined.seal()
    else:
        room = Room(runtime, on_laptop=False, readable=adds.readable)
        confined = Confined(Machine(), room, cleaned(os.environ, on_laptop=False, runtime=room.runtime))
        room.runtime.mkdir()
        if "files" not in without:
            confined.shut_files_away()
        if "exec" not in without:
            confined.seal()
    signal.alarm(20)
    answers = {text: attack(text) for text in attacks if not text.startswith("exec=")}
    print(json.dumps({"answers": answers, "found": look(confined)}), flush=True)  # noqa: T201
    for text in attacks:  # last, for one that succeeds ends this program
        if text.startswith("exec="):
            print(json.dumps(attack(text)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
