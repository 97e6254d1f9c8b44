"""One virtual laptop in QEMU: firmware with Secure Boot, TPM, NVMe disk, sound, screen; driven over QMP and the agent.

QEMU and swtpm run in the builder and are ended here, by their ids. No KVM: everything is emulated, and slow.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

from tests.image.kit import dilation
from tests.image.kit.network import inside

ROOT: Final = Path(__file__).parents[3]
RUN: Final = ROOT / "installer/builder/run"
FIRMWARE: Final = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd"
EMPTY_VARIABLES: Final = "/usr/share/OVMF/OVMF_VARS_4M.fd"
NVME: Final = "nvme"
FREEZABLE: Final = "virtio-blk-pci"  # of the disks that QEMU has, one whose state it can keep
READ_WITHIN_S: Final = 300.0  # the memory of a frozen machine
Answer = dict[str, Any]


def connected(path: Path, within_s: float = 30) -> socket.socket:
    """A socket of QEMU's. Its file is there a moment before anybody listens at it."""
    line, until = socket.socket(socket.AF_UNIX), time.monotonic() + within_s
    while error := line.connect_ex(str(path)):
        if time.monotonic() > until:
            line.close()
            raise OSError(error, f"nobody listens at {path.name}")
        time.sleep(0.05)
    return line


class Line:
    """A socket of QEMU's on which JSON is spoken, a line at a time."""

    def __init__(self, path: Path) -> None:
        self._socket = connected(path)
        self._rest = b""

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def say(self, word: Answer) -> None:
        self._socket.sendall(json.dumps(word).encode() + b"\n")

    def hear(self, within_s: float) -> Answer:
        """The next line. Raises TimeoutError, and EOFError when the other end is gone."""
        until = time.monotonic() + within_s
        while b"\n" not in self._rest:
            self._socket.settimeout(max(0.01, until - time.monotonic()))
            if not (more := self._socket.recv(1 << 16)):
                raise EOFError("QEMU has gone")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return dict(json.loads(line))


class Vm:
    """A machine and its state: disk, variables of the firmware, TPM. They outlive one run of it, as a laptop's do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events: list[str] = []  # since it was switched on, by QMP's names
        self._running: list[subprocess.Popen[bytes]] = []
        self._asked = 0
        self.qmp: Line
        self.agent: Line

    @classmethod
    def made(cls, folder: Path, disk: Path | None = None, disk_mb: int = 8192) -> Self:
        """A new machine, with a copy of a disk or an empty one, whose firmware is in setup mode."""
        folder.mkdir(parents=True)
        (folder / "tpm").mkdir()
        if disk is None:
            with (folder / "disk.raw").open("wb") as file:
                file.truncate(disk_mb * 1024 * 1024)
        else:
            subprocess.run(["cp", "--sparse=always", disk, folder / "disk.raw"], check=True)
        in_builder(folder, "cp", EMPTY_VARIABLES, "/out/variables.fd")
        return cls(folder)

    @contextlib.contextmanager
    def on(
        self, *more: str, memory_mb: int = 2048, disk: str = NVME, tpm: bool = True, slow: bool = True
    ) -> Iterator[Self]:
        """Switched on for as long as this lasts; then the plug is pulled. `slow`: it lives in slow time."""
        self.events.clear()
        for each in self.folder.glob("*.sock"):
            each.unlink()
        try:
            self._start(
                "swtpm", "swtpm", "socket", "--tpm2", "--tpmstate", "dir=/out/tpm",
                "--ctrl", "type=unixio,path=/out/tpm.sock",
            )  # fmt: skip
            self._await(self.folder / "tpm.sock")
            machine = _machine(memory_mb, self._disk(), disk)
            self._start("qemu", *(self._in_slow_time() if slow else ()), *machine, *(TPM if tpm else ()), *more)
            self._await(self.folder / "qmp.sock")
            with (
                contextlib.closing(Line(self.folder / "qmp.sock")) as self.qmp,
                contextlib.closing(Line(self.folder / "agent.sock")) as self.agent,
            ):
                self.qmp.hear(30)
                self.ask("qmp_capabilities")
                with self._pictured():
                    yield self
        finally:
            for process in reversed(self._running):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            self._running.clear()

    @contextlib.contextmanager
    def _pictured(self) -> Iterator[None]:
        """What fails leaves a picture of the screen behind, `failed.png`."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(OSError, EOFError, ValueError):
                self.picture("failed")
            raise

    def ask(self, command: str, **arguments: object) -> Answer:
        """One command of QMP's and its answer; events are let go by."""
        self.qmp.say({"execute": command, "arguments": arguments})
        while True:
            answer = self.qmp.hear(60)
            if "error" in answer:
                raise ValueError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer
            self.events.append(answer["event"])

    def happened(self, event: str, within_s: float) -> bool:
        """Whether an event of QMP's has come since the machine was switched on, or comes in this time."""
        until = time.monotonic() + within_s
        while event not in self.events and (left := until - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                self.events.append(self.qmp.hear(left)["event"])
        return event in self.events

    def freeze(self) -> None:
        """Stop it, and keep its memory beside its disk, for `thawed`. It must have been switched on with FREEZABLE."""
        self.ask("stop")
        self.ask("migrate", uri="file:/out/memory")
        while (told := self.ask("query-migrate")["return"])["status"] != "completed":
            assert told["status"] != "failed", told
            time.sleep(0.1)

    @contextlib.contextmanager
    def thawed(self, folder: Path, *more: str) -> Iterator[Self]:
        """A machine that goes on where this one was frozen, with a disk of its own; this one stays as it was."""
        folder.mkdir()
        for name in ("memory", "under.raw", "foreign.raw"):
            if (self.folder / name).exists():
                os.link(self.folder / name, folder / name)
        os.link(self.folder / "disk.qcow2", folder / "under.qcow2")
        _overlay(folder, "under.qcow2", "qcow2")
        subprocess.run(["cp", "-a", self.folder / "tpm", self.folder / "variables.fd", folder], check=True)
        with type(self)(folder).on("-incoming", "defer", *more, disk=FREEZABLE) as vm:
            vm._remember()
            vm.ask("cont")
            yield vm

    def _remember(self) -> None:
        """Read its memory in."""
        self.ask("migrate-set-capabilities", capabilities=[{"capability": "events", "state": True}])
        self.ask("migrate-incoming", **{"uri": "file:/out/memory", "exit-on-error": False})
        while (told := self._migration(READ_WITHIN_S)) != "completed":
            assert told != "failed", self.ask("query-migrate")

    def _migration(self, within_s: float) -> str:
        """How far it is, by QEMU's next word of it."""
        while (said := self.qmp.hear(within_s))["event"] != "MIGRATION":
            self.events.append(said["event"])
        return str(said["data"]["status"])

    def replug(self) -> None:
        """Take its cable out and put it in: one that was frozen hears at once that its lines are new ones."""
        for is_up in (False, True):
            self.ask("set_link", name="net", up=is_up)
            time.sleep(dilation.ours(0.5))

    def _disk(self) -> str:
        return "disk.qcow2" if (self.folder / "disk.qcow2").exists() else "disk.raw"

    def press(self, *keys: str, hold_ms: int = 100) -> None:
        """Keys held together."""
        self.ask("send-key", keys=[{"type": "qcode", "data": key} for key in keys], **{"hold-time": hold_ms})

    def picture(self, name: str, head: int = 0) -> Path:
        """What the screen shows, as a PNG file; a second one is `head` 1."""
        self.ask("screendump", filename=f"/out/{name}.png", format="png", device="screen", head=head)
        return self.folder / f"{name}.png"

    def run(self, *command: str, within_s: float = 120, may_fail: bool = False) -> str:
        """A program in the machine, by the agent; what it said. Raises AssertionError with all of it if it failed."""
        answer = self._told({"run": command, "within_s": within_s}, within_s + 60)
        assert may_fail or answer["status"] == 0, f"{command}: {answer['out']}{answer['err']}"
        return str(answer["out"])

    def python(self, code: str, within_s: float = 120) -> str:
        """Python in the agent itself, which starts no program."""
        answer = self._told({"python": code}, within_s)
        assert answer["status"] == 0, f"{answer['out']}{answer['err']}"
        return str(answer["out"])

    def is_up(self, within_s: float) -> bool:
        """Whether the agent answers."""
        try:
            self.python("print(1)", within_s)
        except TimeoutError:
            return False
        return True

    def _told(self, word: Answer, within_s: float) -> Answer:
        """Answers to what was not waited for are let go by."""
        self._asked += 1
        self.agent.say(word | {"id": self._asked})
        while (answer := self.agent.hear(within_s)).get("id") != self._asked:
            pass
        return answer

    def _start(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", *inside(), RUN, *command],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    env={**os.environ, "OUT": str(self.folder)},
                )
            )

    def _in_slow_time(self) -> Sequence[str]:
        shutil.copy(dilation.LIBRARY, self.folder / "dilation.so")
        return dilation.slowly(Path("/out/dilation.so"))

    def _await(self, path: Path, within_s: float = 30) -> None:
        end = time.monotonic() + within_s
        while not path.exists():
            if time.monotonic() > end or self._running[-1].poll() is not None:
                logs = "".join(each.read_text(errors="replace") for each in self.folder.glob("*.log"))
                raise TimeoutError(f"{path.name} did not come: {logs}")
            time.sleep(0.05)


TPM: Final = (
    "-chardev", "socket,id=tpm,path=/out/tpm.sock", "-tpmdev", "emulator,id=tpm0,chardev=tpm",
    "-device", "tpm-crb,tpmdev=tpm0",
)  # fmt: skip
STICK: Final = (  # a copy of one, as `stick.raw` beside the machine's disk; the firmware starts it first
    "-drive", "file=/out/stick.raw,format=raw,if=none,id=stick,cache=unsafe",
    "-device", "usb-storage,bus=xhci.0,drive=stick,removable=on,bootindex=1",
)  # fmt: skip


def overlaid(vm: Vm, folder: Path) -> Vm:
    """The same machine once more: its firmware's variables, its TPM, and its disk, on top of which is written."""
    folder.mkdir()
    subprocess.run(["cp", "-a", vm.folder / "tpm", vm.folder / "variables.fd", folder], check=True)
    os.link(vm.folder / "disk.raw", folder / "under.raw")
    _overlay(folder, "under.raw", "raw")
    return Vm(folder)


def eventually(claim: Callable[[], bool], within_s: float, every_s: float = 1.0) -> bool:
    """Whether it holds within this time."""
    until = time.monotonic() + within_s
    while not (holds := claim()) and time.monotonic() < until:
        time.sleep(every_s)
    return holds


def _overlay(folder: Path, under: str, form: str) -> None:
    in_builder(folder, "qemu-img", "create", "-q", "-f", "qcow2", "-F", form, "-b", under, "/out/disk.qcow2")


def in_builder(folder: Path, *command: str) -> str:
    """A command in the builder, with `folder` as /out; what it said."""
    env = {**os.environ, "OUT": str(folder)}
    return subprocess.run([RUN, *command], env=env, check=True, capture_output=True, text=True).stdout


def _machine(memory_mb: int, file: str, disk: str) -> Sequence[str]:
    # Of more than one screen QEMU 10 keeps, and reads, as much as happens to lie behind its memory of the last.
    outputs = 1 if disk == FREEZABLE else 2
    return (
        "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35,smm=on", "-accel",
        "tcg,thread=multi", "-cpu", "max,la57=off,sha-ni=off", "-smp", "2", "-m", str(memory_mb),
        "-global", "driver=cfi.pflash01,property=secure,value=on",
        "-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={FIRMWARE}",
        "-drive", "if=pflash,format=raw,unit=1,file=/out/variables.fd",
        "-qmp", "unix:/out/qmp.sock,server=on,wait=off",
        "-device", "virtio-serial-pci", "-chardev", "socket,id=agent,path=/out/agent.sock,server=on,wait=off",
        "-device", "virtserialport,chardev=agent,name=agent",
        "-device", f"virtio-vga,id=screen,max_outputs={outputs},xres=1366,yres=768",
        "-device", "qemu-xhci,id=xhci,p2=8,p3=8",
        "-device", "usb-tablet,bus=xhci.0",
        "-audiodev", "none,id=sound", "-device", "intel-hda", "-device", "hda-duplex,audiodev=sound",
        "-device", "virtio-rng-pci",
        "-drive", f"file=/out/{file},format={file.rpartition('.')[2]},if=none,id=disk,cache=unsafe",
        "-device", f"{disk},drive=disk,serial=disk",
        "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net",
        "-smbios", "type=1,serial=LAPTOP1", "-serial", "file:/out/serial.log",
        # QEMU's goes on counting through a restart, as no chipset does: it would reset a machine that starts slowly.
        "-action", "watchdog=none",
    )  # fmt: skip
