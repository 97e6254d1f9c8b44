"""What the kernel says of each thread of a process, by /proc: for the shell itself, and for the guard from outside."""

from dataclasses import dataclass
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, all_of, holds, lost

CAPABILITIES: Final = ("CapInh", "CapPrm", "CapEff", "CapAmb")
FILTERED: Final = 2  # SECCOMP_MODE_FILTER


@dataclass(frozen=True)
class ThreadSeen:
    """One thread, as its status file has it. Raises ValueError or KeyError for text that is none."""

    uids: frozenset[int]
    no_new_privs: bool
    seccomp: int
    capabilities: int

    @classmethod
    def parse(cls, text: str) -> "ThreadSeen":
        """Read a status file."""
        fields = {name: value.split() for name, _, value in (line.partition(":") for line in text.splitlines())}
        capabilities = 0
        for name in CAPABILITIES:
            capabilities |= int(fields[name][0], 16)
        return cls(
            uids=frozenset(int(uid) for uid in fields["Uid"]),
            no_new_privs=fields["NoNewPrivs"] == ["1"],
            seccomp=int(fields["Seccomp"][0]),
            capabilities=capabilities,
        )


def threads(machine: Machine, process: int | str) -> dict[str, ThreadSeen]:
    """Every thread of a process by its id; one that ends meanwhile is left out.

    Raises OSError, ValueError, KeyError.
    """
    found = {}
    for thread in machine.names(f"/proc/{process}/task"):
        try:
            text = machine.text(f"/proc/{process}/task/{thread}/status")
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[thread] = ThreadSeen.parse(text)
    return found


def confined_threads(machine: Machine, process: int | str, *, as_root: bool = False) -> Look:
    """Whether every thread has no_new_privs, a seccomp filter and, unless it is root's, no capability."""
    seen = threads(machine, process)
    if not seen:
        return lost(f"there is no process {process}")
    for thread, is_ in seen.items():
        if not is_.no_new_privs:
            return lost(f"thread {thread} of {process} may gain privileges (NoNewPrivs 0)")
        if is_.seccomp != FILTERED:
            return lost(f"thread {thread} of {process} has no seccomp filter (Seccomp {is_.seccomp})")
        if is_.capabilities and not as_root:
            return lost(f"thread {thread} of {process} has capabilities ({is_.capabilities:#x})")
    return holds(f"NoNewPrivs 1, Seccomp 2 on {len(seen)} thread(s){', as root' if as_root else ', no capability'}")


def shell_seen_from_outside(machine: Machine, pid: int, uid: int) -> Look:
    """The guard's own view of the shell it was told of: confined on every thread, and of the shell's user only.

    A taken-over shell can claim anything of itself; this it cannot. Raises OSError, ValueError, KeyError.
    """
    strangers = {found for seen in threads(machine, pid).values() for found in seen.uids} - {uid}
    whose = lost(f"the shell runs as uid {sorted(strangers)}, not {uid}") if strangers else holds(f"uid {uid}")
    return all_of(confined_threads(machine, pid), whose)
