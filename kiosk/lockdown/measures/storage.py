"""What is mounted, and how: the verity root read-only, nothing runs from what can be written, no other disk."""

from dataclasses import dataclass
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, all_of, holds, lost
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.required import NOTHING_RUNS
from kiosk.policy.measures import MeasureName, Severity

TABLE: Final = "/proc/1/mountinfo"  # the machine's; in a unit's own view everything may seem read-only
EVERY_S: Final = 5.0
VERITY: Final = "CRYPT-VERITY-"  # how the device mapper names what veritysetup opened
KERNEL_WORDS: Final = (
    "autofs bpf cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs mqueue proc pstore ramfs "
    "securityfs sysfs tmpfs tracefs"
)
BOOT: Final = "/efi"  # mounted while an update, or systemd after a good start, writes to it; not in between
BOOT_KIND: Final = "vfat"
BOOT_PARTITION: Final = "PARTNAME=esp"
OF_THE_KERNEL: Final = frozenset(KERNEL_WORDS.split())  # file systems without a disk


@dataclass(frozen=True)
class Mount:
    """One line of mountinfo, as far as it matters."""

    device: str  # major:minor
    place: str
    options: frozenset[str]  # of the mount and of the file system, where either is enough
    kind: str


class Storage:
    """The system is what was built, and nothing that can be written can be run."""

    name = MeasureName.STORAGE
    threat = "Somebody changes the system on its disk, runs a program from a folder, or mounts a disk of their own."
    severity = Severity.BLOCK
    every_s = EVERY_S

    def __init__(self, machine: Machine, platform: Platform) -> None:
        self._machine, self._wanted = machine, platform.mounts

    def apply(self) -> None:
        """Nothing: the image mounts what it needs."""

    def look(self) -> Look:
        """The table of mounts against what the image needs. Raises OSError."""
        mounts = [_mount(line) for line in self._machine.text(TABLE).splitlines()]
        by_place = {mount.place: mount for mount in mounts}  # the last one at a place is what is seen there
        return all_of(self._root(by_place), *self._options(by_place), self._others(mounts))

    def _root(self, mounts: dict[str, Mount]) -> Look:
        root = mounts.get("/")
        if root is None:
            return lost("nothing is mounted at /")
        uuid = self._machine.text_or(f"/sys/dev/block/{root.device}/dm/uuid", "")
        if not uuid.startswith(VERITY):
            return lost(f"the root (device {root.device}, {root.kind}) is not opened by dm-verity")
        return holds(f"the root is dm-verity {uuid.removeprefix(VERITY)[:24]}")

    def _options(self, mounts: dict[str, Mount]) -> list[Look]:
        looks = []
        for place, options in self._wanted.items():
            mount = mounts.get(place)
            if mount is None:
                looks.append(lost(f"{place} is not a mount of its own"))
            elif missing := [option for option in options if option not in mount.options]:
                looks.append(lost(f"{place} is mounted without {','.join(missing)}"))
            else:
                looks.append(holds(f"{place} {','.join(options)}"))
        return looks

    def _others(self, mounts: list[Mount]) -> Look:
        others = [each for each in mounts if each.kind not in OF_THE_KERNEL and each.place not in self._wanted]
        others = [each for each in others if not self._is_boot(each)]
        if others:
            return lost("also mounted: " + ", ".join(f"{each.kind} at {each.place}" for each in others))
        return holds("no other disk is mounted")

    def _is_boot(self, mount: Mount) -> bool:
        """Whether it is the boot partition, at its place, and nothing in it can be run."""
        if (mount.place, mount.kind) != (BOOT, BOOT_KIND) or not set(NOTHING_RUNS) <= mount.options:
            return False
        return BOOT_PARTITION in self._machine.text_or(f"/sys/dev/block/{mount.device}/uevent", "").splitlines()


def _mount(line: str) -> Mount:
    """Read one line; see proc_pid_mountinfo(5). Raises OSError for another kind of line."""
    before, _, after = line.partition(" - ")
    fields, kind = before.split(" "), after.split(" ")
    if len(fields) < 6 or len(kind) < 3:
        raise OSError(f"{TABLE} has a line that is none")
    place = fields[4].encode().decode("unicode_escape")  # a space is \040 there
    of_both = set(fields[5].split(",")) | ({"ro"} & set(kind[2].split(",")))
    return Mount(fields[2], place, frozenset(of_both), kind[0])
