"""A laptop's devices to try things on: /sys of our own, real nodes in a folder of /dev, the real /proc."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kiosk.lockdown.device_nodes import Users
from kiosk.lockdown.machine import Machine

CAMERA: Final = os.makedev(1, 7)  # /dev/full stands in for a camera: reading it never ends, and nobody has it open
OTHER_CAMERA: Final = os.makedev(10, 235)  # autofs
MICROPHONE: Final = os.makedev(10, 234)  # btrfs-control: opening it does nothing
SPEAKER: Final = os.makedev(10, 237)  # loop-control: the same
MIXER: Final = os.makedev(10, 203)  # cuse, which need not be there
SHELL: Final = 64001  # users that no machine has
SOUND: Final = 64002
STRANGER: Final = 64003
USERS: Final = Users(shell_uid=SHELL, shell_gid=SHELL, sound_uid=SOUND, sound_gid=SOUND)

needs_root: Final = os.geteuid() == 0


class PluggedIn:
    """What is plugged in. `camera_node` is the path that the shell would open, by its real name."""

    def __init__(self, folder: Path, dev: Path) -> None:
        self.root, self.dev = folder / "root", dev
        self.root.mkdir()
        (self.root / "proc").symlink_to("/proc")
        (self.root / "dev").symlink_to(dev)
        (dev / "snd").mkdir()
        lent_folder(dev / "visit", SHELL)
        self.machine = Machine(self.root)
        self.camera_node = dev / "visit" / "camera"

    def plug_camera(self, name: str = "video0", number: int = CAMERA, index: int = 0, usb_id: str = "") -> None:
        """A camera as udev would leave it: open to a group."""
        place = self._listed("video4linux", name, number)
        (place / "index").write_text(f"{index}\n")
        if usb_id:
            interface = self.root / "sys" / "devices" / name / "interface"
            interface.mkdir(parents=True)
            vendor, product = usb_id.split(":")
            (interface.parent / "idVendor").write_text(f"{vendor}\n")
            (interface.parent / "idProduct").write_text(f"{product}\n")
            (place / "device").symlink_to(interface)
        self._node(self.dev / name, number)

    def plug_sound(self) -> None:
        for name, number in (("pcmC0D0c", MICROPHONE), ("pcmC0D0p", SPEAKER), ("controlC0", MIXER)):
            self._listed("sound", name, number)
            self._node(self.dev / "snd" / name, number, SOUND)
        for name in ("timer", "seq"):
            self._node(self.dev / "snd" / name, MIXER, SOUND)

    def unplug_camera(self, name: str = "video0") -> None:
        shutil.rmtree(self.root / "sys" / "class" / "video4linux" / name)
        (self.dev / name).unlink()

    def mode(self, name: str) -> str:
        """Owner, group and mode of a node below /dev, as `0:44 660`; a group that gets nothing is left out."""
        found = (self.dev / name).lstat()
        mode = stat.S_IMODE(found.st_mode)
        group = f":{found.st_gid}" if mode & 0o070 else ""
        return f"{found.st_uid}{group} {mode:o}"

    def _listed(self, kind: str, name: str, number: int) -> Path:
        place = self.root / "sys" / "class" / kind / name
        place.mkdir(parents=True)
        (place / "dev").write_text(f"{os.major(number)}:{os.minor(number)}\n")
        return place

    def _node(self, path: Path, number: int, gid: int = 44) -> None:
        os.mknod(path, stat.S_IFCHR | 0o600, number)
        path.chmod(0o660)
        os.chown(path, 0, gid)


def lent_folder(path: Path, gid: int) -> None:
    """A folder as tmpfiles makes it: what is made in it is of this group."""
    path.mkdir(exist_ok=True)
    os.chown(path, 0, gid)
    path.chmod(0o2710)


@contextmanager
def plugged_in(folder: Path) -> Iterator[PluggedIn]:
    """The devices of a laptop; their nodes are gone afterwards."""
    dev = Path(tempfile.mkdtemp(prefix="visit-test-", dir="/dev"))
    dev.chmod(0o755)
    try:
        yield PluggedIn(folder, dev)
    finally:
        shutil.rmtree(dev)


PROGRAM: Final = """
import os, sys
try:
    handle = os.open(sys.argv[1], os.O_RDONLY)
except OSError as error:
    print(error.errno, flush=True)
    raise SystemExit(1)
print("open", flush=True)
for line in sys.stdin:
    print(len(os.read(handle, 64)), flush=True)
"""


class Program:
    """A real process of another user that opens a device, and reads it when it is told to."""

    def __init__(self, node: Path, uid: int, program: str = PROGRAM) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", program, str(node)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            user=uid,
            group=uid,
            extra_groups=[],
            cwd="/",
        )
        self.said = self._line()  # "open", or the number of the error

    def reads(self) -> bool:
        """Whether it can read the device now."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write("read\n")
        except BrokenPipeError:
            return False
        return self._line() == "64"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        for end in (self.process.stdin, self.process.stdout):
            assert end is not None
            with suppress(BrokenPipeError):
                end.close()


@contextmanager
def program(node: Path, uid: int, text: str = PROGRAM) -> Iterator[Program]:
    """Such a process, ended whatever the test comes to."""
    running = Program(node, uid, text)
    try:
        yield running
    finally:
        running.close()
