"""A folder that reads like a laptop of ours on which every measure of the machine holds; a test breaks one thing."""

import socket
from pathlib import Path

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import Platform, Program
from kiosk.lockdown.required import MASKED, SYSCTLS
from kiosk.policy.measures import Finding

GUARD_UID, SHELL_UID, SHELL_PID = 0, 990, 702
PYTHON = "/usr/bin/python3.13"
EFI = "/sys/firmware/efi/efivars"
GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
ACCEPTANCE = "/var/lib/visit-kiosk/acceptance.json"
MOUNTS = """\
22 1 0:21 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
23 1 0:22 / /sys rw,nosuid,nodev,noexec,relatime - sysfs sysfs rw
24 1 0:6 / /dev rw,nosuid - devtmpfs devtmpfs rw
1 0 254:0 / / ro,relatime - ext4 /dev/mapper/root ro
30 1 254:1 / /var rw,nosuid,nodev,noexec,relatime - ext4 /dev/mapper/var rw
31 1 0:30 / /home ro,nosuid,nodev,noexec - tmpfs tmpfs ro
32 1 0:31 / /tmp rw,nosuid,nodev,noexec - tmpfs tmpfs rw
33 1 0:32 / /run rw,nosuid,nodev,noexec - tmpfs tmpfs rw
34 24 0:33 / /dev/shm rw,nosuid,nodev,noexec - tmpfs tmpfs rw
"""
UNIX_HEAD = "Num       RefCount Protocol Flags    Type St Inode Path\n"
PROGRAMS = (
    Program(path="/usr/lib/systemd/systemd", users=("root",)),
    Program(path="/usr/lib/systemd/systemd-executor", users=("visit-shell",)),
    Program(path="/usr/bin/cage", users=("visit-shell",)),
    Program(path=PYTHON, users=("root", "visit-shell")),
)


class LaptopRoot:
    """The folder, and ways to break it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.machine = Machine(folder)
        self.platform = Platform(name="test", programs=PROGRAMS)

    def put(self, path: str, content: str | bytes) -> Path:
        """A file with this in it."""
        place = self.machine.path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    def drop(self, path: str) -> None:
        """No such file."""
        self.machine.path(path).unlink()

    def unreadable(self, path: str) -> None:
        """Something there that cannot be read as a file, also by root."""
        self.machine.path(path).unlink(missing_ok=True)
        self.machine.path(path).mkdir(parents=True)

    def link(self, path: str, to: str) -> None:
        """A link to this."""
        place = self.machine.path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(to)

    def runs(self, pid: int, exe: str | None, uid: int = 0, parent: int = 1, terminal: int = 0, said: str = "") -> None:
        """A process; without a program it is a thread of the kernel."""
        ids = "\t".join([str(uid)] * 4)
        self.put(f"/proc/{pid}/status", f"Name:\tx\nUmask:\t0022\nPid:\t{pid}\nPPid:\t{parent}\nUid:\t{ids}\nGid:\t0\n")
        self.put(f"/proc/{pid}/stat", f"{pid} (a name) with) S {parent} {pid} {pid} {terminal} -1 4194560")
        self.put(f"/proc/{pid}/cmdline", said)
        if exe is not None:
            self.link(f"/proc/{pid}/exe", exe)

    def ends(self, pid: int) -> None:
        """That process is gone."""
        for name in ("status", "stat", "cmdline", "exe"):
            self.machine.path(f"/proc/{pid}/{name}").unlink(missing_ok=True)
        self.machine.path(f"/proc/{pid}").rmdir()


def booted(root: LaptopRoot) -> None:
    """Started as built."""
    root.put(f"{EFI}/SecureBoot-{GLOBAL}", b"\x06\0\0\0\1")
    root.put(f"{EFI}/SetupMode-{GLOBAL}", b"\x06\0\0\0\0")
    root.put("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n")
    root.put("/proc/cmdline", "ro quiet lockdown=integrity systemd.import_credentials=no roothash=abc\n")
    root.put("/sys/class/tpm/tpm0/tpm_version_major", "2\n")
    root.put(ACCEPTANCE, '{"firmware_password_set": true, "by": "IT"}')


def mounted(root: LaptopRoot) -> None:
    """Mounted as built."""
    root.put("/proc/1/mountinfo", MOUNTS)
    root.put("/sys/dev/block/254:0/dm/uuid", "CRYPT-VERITY-2f1e-root\n")


def hardened(root: LaptopRoot) -> None:
    """Every switch of the kernel as it must stand."""
    for name, wanted in SYSCTLS.items():
        root.put("/proc/sys/" + name.replace(".", "/"), wanted.removeprefix(">=") + "\n")
    root.put("/proc/swaps", "Filename\t\t\t\tType\t\tSize\n")
    root.put("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n")


def populated(root: LaptopRoot) -> None:
    """The shell in cage, and what keeps them."""
    root.put("/etc/passwd", f"root:x:0:0::/root:/bin/sh\nvisit-shell:x:{SHELL_UID}:{SHELL_UID}::/:/usr/sbin/nologin\n")
    root.runs(1, "/usr/lib/systemd/systemd")
    root.runs(2, None, parent=0)
    root.runs(600, PYTHON)
    root.runs(700, "/usr/bin/cage", SHELL_UID, terminal=(4 << 8) | 1, said="/usr/bin/cage\0--\0python")
    root.runs(701, "/usr/lib/systemd/systemd-executor", SHELL_UID, parent=700)  # "(sd-pam)": forked off before cage
    root.runs(SHELL_PID, PYTHON, SHELL_UID, parent=700, terminal=(4 << 8) | 1)


def on_screen(root: LaptopRoot) -> None:
    """One console, one socket, nothing else within reach."""
    root.put("/sys/class/tty/tty0/active", "tty1\n")
    for unit in MASKED:
        root.link(f"/etc/systemd/system/{unit}", "/dev/null")
    root.put("/etc/systemd/system.conf.d/50-visit-kiosk.conf", "[Manager]\nCtrlAltDelBurstAction=none\n")
    connections(root, 1)


def connections(root: LaptopRoot, clients: int) -> None:
    """Cage's socket with so many clients."""
    listening = "0000: 00000002 00000000 00010000 0001 01 11 /run/visit-shell/wayland-0\n"
    client = "0000: 00000003 00000000 00000000 0001 03 12 /run/visit-shell/wayland-0\n"
    root.put("/proc/net/unix", UNIX_HEAD + listening + client * clients)


def listening(path: Path) -> socket.socket:
    """A real socket at this path."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    return server


def lost_with(finding: Finding, words: str) -> None:
    """Fails unless the measure is lost and says this."""
    assert finding.is_lost, finding
    assert words in finding.evidence, finding.evidence
