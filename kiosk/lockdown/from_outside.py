"""What the guard itself sees of the shell, beside what the shell says: a taken-over one can claim anything."""

from collections.abc import Iterable

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.threads_seen import shell_seen_from_outside
from kiosk.policy.measures import Finding, MeasureName, Severity, Verdict


def as_seen(found: Iterable[Finding], machine: Machine, pid: int, uid: int) -> tuple[Finding, ...]:
    """The shell's findings, but with *exec* lost where the kernel says otherwise of any of its threads."""
    try:
        look = shell_seen_from_outside(machine, pid, uid)
        is_so, evidence = look.verdict is Verdict.HOLDS, look.evidence
    except (OSError, ValueError, KeyError) as error:
        is_so, evidence = False, f"process {pid} cannot be looked at: {type(error).__name__}"
    if is_so:
        return tuple(found)
    lost = Finding(MeasureName.EXEC, Verdict.LOST, Severity.BLOCK, f"seen from outside: {evidence}")
    return (*(each for each in found if each.name is not MeasureName.EXEC), lost)
