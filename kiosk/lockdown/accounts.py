"""The users of the machine by name, as its own file lists them; asks no name service."""

from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine


def users(machine: Machine) -> dict[str, int]:
    """The uid of every user. Raises OSError."""
    rows = (line.split(":") for line in machine.text("/etc/passwd").splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) > 2 and row[2].isdecimal()}


def uid_of(machine: Machine, name: str) -> int:
    """This user's uid. Raises Unavailable where there is no such user, OSError where nobody can say."""
    try:
        return users(machine)[name]
    except KeyError:
        raise Unavailable(f"there is no user {name}") from None
