"""What the harness looks at inside the machine, and how it takes a control away: code for the agent, which is root."""

import ast
from typing import Final

from tests.image.kit import dilation
from tests.image.kit.site import CLOCKS_ERR_S
from tests.image.kit.vm import Vm

_BLOCKS: Final = "import os; print(sorted(os.listdir('/sys/class/block')))"
_INPUTS: Final = """
from pathlib import Path
events = Path('/sys/class/input').glob('event*')
print(sorted(f"{p.name} {p.joinpath('device/name').read_text().strip()}" for p in events))
"""
_NETWORKS: Final = "import os; print(sorted(os.listdir('/sys/class/net')))"
_TTYS: Final = "import glob; print(sorted(glob.glob('/dev/ttyUSB*') + glob.glob('/dev/ttyACM*')))"
_CARDS: Final = "import glob; print(sorted(glob.glob('/proc/asound/card[0-9]*')))"
_SHELL: Final = """
import contextlib
from pathlib import Path
with contextlib.suppress(OSError):  # neither unit nor process may be there any more
    for pid in Path('/sys/fs/cgroup/system.slice/visit-shell.service/cgroup.procs').read_text().split():
        words = Path(f'/proc/{pid}/cmdline').read_bytes().split(bytes(1))
        if words[0].endswith(b'/python') and b'run' in words:
            print(pid)
"""
_UNMASK: Final = """
import shutil, subprocess
from pathlib import Path
kept = Path('/run/unmasked')
if not kept.exists():
    shutil.copytree('/etc/systemd/system', kept, symlinks=True)
    subprocess.run(['/usr/bin/mount', '--bind', kept, '/etc/systemd/system'], check=True)
for name in {names!r}:
    (kept / name).unlink(missing_ok=True)
subprocess.run(['/usr/bin/systemctl', 'daemon-reload'], check=True)
"""
_CHANGED: Final = """
import subprocess
from pathlib import Path
folder = Path('/run/systemd/system/{unit}.d')
folder.mkdir(parents=True, exist_ok=True)
(folder / 'without.conf').write_text({text!r})
subprocess.run(['/usr/bin/systemctl', 'daemon-reload'], check=True)
"""


def blocks(vm: Vm) -> list[str]:
    """Its block devices."""
    return _listed(vm, _BLOCKS)


def inputs(vm: Vm) -> list[str]:
    """Its input devices, with their names."""
    return _listed(vm, _INPUTS)


def networks(vm: Vm) -> list[str]:
    """Its network interfaces."""
    return _listed(vm, _NETWORKS)


def serial_ports(vm: Vm) -> list[str]:
    """Its serial lines over USB."""
    return _listed(vm, _TTYS)


def sound_cards(vm: Vm) -> list[str]:
    """Its sound cards."""
    return _listed(vm, _CARDS)


def console(vm: Vm) -> str:
    """Which of the consoles is on the screen."""
    return vm.python("print(open('/sys/class/tty/tty0/active').read())").strip()


def console_words(vm: Vm, within_s: float = 120) -> str:
    """What stands on it; nothing, where the machine does not answer in time: it may be about to start again."""
    try:
        return vm.python("print(open('/dev/vcs1').read())", within_s)
    except TimeoutError:
        return ""


def boot_id(vm: Vm) -> str:
    """Which start this is."""
    return vm.python("print(open('/proc/sys/kernel/random/boot_id').read())").strip()


def is_active(vm: Vm, unit: str) -> bool:
    """Whether a unit runs."""
    found = "import subprocess; print(subprocess.run(['/usr/bin/systemctl', 'is-active', {!r}], stdout=-1).stdout)"
    return vm.python(found.format(unit)).strip() == r"b'active\n'"


def main_pid(vm: Vm, unit: str) -> str:
    """The process that a unit is; "0" while it is none."""
    return vm.run("systemctl", "show", "--property=MainPID", "--value", unit).strip()


def shell_pid(vm: Vm) -> str:
    """The shell's own process, a child of the compositor's; "" while there is none."""
    return vm.python(_SHELL).strip()


def is_locked_down(vm: Vm) -> bool:
    """Whether every measure holds, by the laptop's own word."""
    said = vm.run("/usr/bin/kiosk", "check", may_fail=True)
    return " holds " in said and not any(word in said for word in ("LOST", "not looked at", "No real calls"))


def time_of_day(vm: Vm) -> float:
    """By its own clock, in seconds since 1970."""
    return float(vm.python("import time; print(time.time())"))


def is_ready(vm: Vm) -> bool:
    """Whether a call may be opened: it knows the time, and every measure holds."""
    return abs(time_of_day(vm) - dilation.now()) < CLOCKS_ERR_S and is_locked_down(vm)


def denied(vm: Vm) -> list[str]:
    """What the profiles of the laptop's programs kept them from, by the kernel's log."""
    log = vm.run("journalctl", "--dmesg", "--no-pager", "--grep=DENIED", within_s=300, may_fail=True)
    return [line for line in log.splitlines() if 'apparmor="DENIED"' in line]


def read(vm: Vm, path: str) -> str:
    """A file of the kernel's, or of the machine's."""
    return vm.python(f"print(open({path!r}).read())").strip()


def write(vm: Vm, path: str, text: str) -> None:
    """A file of the kernel's, or of the machine's."""
    vm.python(f"open({path!r}, 'w').write({text!r})")


def authorise_all(vm: Vm) -> None:
    """Let every USB device in that waits outside."""
    vm.python(
        "from pathlib import Path\n"
        "for p in Path('/sys/bus/usb/devices').glob('*/authorized'):\n"
        "    if p.read_text().strip() == '0': p.write_text('1')"
    )
    vm.run("udevadm", "settle")


def load_forbidden_drivers(vm: Vm) -> None:
    """Those that ride along with the agent, and that the product's root does not have."""
    vm.python("load_drivers('forbidden')")


def unmask(vm: Vm, *names: str) -> None:
    """As if these units had not been masked."""
    vm.python(_UNMASK.format(names=names))


def change_unit(vm: Vm, unit: str, text: str) -> None:
    """A drop-in that weakens a unit."""
    vm.python(_CHANGED.format(unit=unit, text=text))


def _listed(vm: Vm, code: str) -> list[str]:
    return list(ast.literal_eval(vm.python(code)))
