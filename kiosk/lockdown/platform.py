"""What this machine is said to be by the image it was made from; without that it is a DEMO. Reads one file."""

import json
import os
import tomllib
from typing import Annotated, Final

from pydantic import Field

from contract.strict import Message
from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.required import CMDLINE_FORBIDDEN, CMDLINE_REQUIRED, MASKED, MOUNTS, SYSCTLS

PLACE: Final = "/usr/lib/visit-kiosk/platform.toml"  # below the verity root: as true as the boot that loaded it

AbsolutePath = Annotated[str, Field(pattern=r"^/")]
Words = tuple[str, ...]


class Program(Message):
    """A program that may run: the file that is executed, and the names of the users it may run as."""

    path: AbsolutePath
    users: Annotated[Words, Field(min_length=1)]


class Privileged(Message):
    """A file that gives whoever runs it more than they had. `capabilities` as `cap_net_raw+ep`, empty for none."""

    path: AbsolutePath
    mode: Annotated[str, Field(pattern=r"^[0-7]{4}$")]
    owner: Annotated[str, Field(pattern=r"^[0-9]+:[0-9]+$")]
    capabilities: str = ""


class CommandLine(Message):
    """The words the kernel must have been started with, and those it must not."""

    required: Words = CMDLINE_REQUIRED
    forbidden: Words = CMDLINE_FORBIDDEN


class Platform(Message):
    """Frozen facts of the image. Written when it is built, read-only from then on."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    shell_user: str = "visit-shell"
    sound_user: str = "visit-sound"
    update_user: str = "visit-update"
    packages_sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""  # of the list of installed packages
    masked: Words = MASKED  # units
    cmdline: CommandLine = CommandLine()
    sysctls: dict[str, str] = SYSCTLS  # by name; `>=` before a number that may be higher
    mounts: dict[str, Words] = MOUNTS  # by place: the options each must have
    programs: tuple[Program, ...] = ()
    privileged: tuple[Privileged, ...] = ()


def find_platform(machine: Machine) -> Platform | None:
    """The platform, or None on a machine that no image of ours was installed on: a developer's, or any other.

    Raises LockdownError for a file that is there and does not check out: that is no developer's machine.
    """
    try:
        text = machine.text(PLACE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise LockdownError(f"{PLACE} cannot be read: {os.strerror(error.errno or 0)}") from error
    try:
        return parse_platform(text)
    except ValueError as error:
        raise LockdownError(f"{PLACE} does not check out: {type(error).__name__}") from error


def parse_platform(text: str) -> Platform:
    """Read the facts. Raises ValueError for anything else, whatever it is."""
    try:
        facts = json.dumps(tomllib.loads(text))  # strict reading takes a list for a tuple only from JSON
    except TypeError as error:
        raise ValueError("it holds a time") from error
    return Platform.model_validate_json(facts)
