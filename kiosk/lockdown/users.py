"""Which number a user of this machine has, by its own /etc/passwd; makes no user and asks no directory service."""

from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine


def uid_of(machine: Machine, user: str) -> int:
    """The user's number. Raises LockdownError where there is no such user, OSError where nobody can say."""
    found = find_uid(machine, user)
    if found is None:
        raise LockdownError(f"This machine has no user {user}.")
    return found


def find_uid(machine: Machine, user: str) -> int | None:
    """The same, or None where there is no such user."""
    for line in machine.text("/etc/passwd").splitlines():
        fields = line.split(":")
        if len(fields) == 7 and fields[0] == user and fields[2].isdecimal():
            return int(fields[2])
    return None
