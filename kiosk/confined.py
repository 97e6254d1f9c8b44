"""Composition root above the shell: clears the environment, shuts away files, and seals the process. Draws nothing."""

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from kiosk.errors import LockdownError, Unavailable
from kiosk.lockdown.clean_environment import KEYS_ARE_AT, RUNTIME, cleaned
from kiosk.lockdown.libraries import find_no_libraries_by_programs
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Measure, finding
from kiosk.lockdown.measures.environment import Environment
from kiosk.lockdown.measures.exec import Exec
from kiosk.lockdown.measures.files import Files
from kiosk.lockdown.measures.keys import Keys
from kiosk.lockdown.room import PROGRAM, Room
from kiosk.policy.measures import Finding

if TYPE_CHECKING:
    from kiosk.certificates import Credentials
    from kiosk.proving import Confinement

LOG: Final = logging.getLogger(__name__)
PLATFORM: Final = "/usr/lib/visit-kiosk/platform.toml"  # as in `lockdown.platform`, which is heavy to load
CLEARED: Final = "cleared"  # marks the second start, so that one that cannot be cleared is refused and not repeated
FROM_A_TREE: Final = (
    "import runpy, sys; sys.path.insert(0, {program!r}); del sys.argv[0]; "
    "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)


@dataclass(frozen=True)
class Adds:
    """What another composition than the product's may add: folders, and variables that a laptop never keeps."""

    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    variables: tuple[str, ...] = ()


NOTHING: Final = Adds()


def room_for(arguments: Sequence[str], *, on_laptop: bool, adds: Adds = NOTHING) -> Room:
    """Which files a shell started so may have; its runtime folder is made where it is missing."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--guard", type=Path)
    options, _ = parser.parse_known_args(arguments)
    runtime = RUNTIME if on_laptop or options.guard is None else options.guard.resolve().parent / "shell"
    if not on_laptop and options.guard is not None:
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Room(runtime, on_laptop, adds.readable, adds.writable)


def credentials_for(arguments: Sequence[str], *, on_laptop: bool) -> "Credentials | None":
    """Who this laptop is, with its key, read while files can be; None where it has no identity that can be used.

    Raises Refused for a vault that a laptop may not have.
    """
    from kiosk.lockdown.identity_file import credentials_at  # noqa: PLC0415 - heavy, and not for the first of two starts
    from kiosk.lockdown.vault import open_vault  # noqa: PLC0415

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--identity", type=Path)
    parser.add_argument("--vault", type=Path)
    options, _ = parser.parse_known_args(arguments)
    vault = open_vault(on_laptop=on_laptop, folder=options.vault)
    try:
        return None if options.identity is None else credentials_at(options.identity, vault)
    except (LockdownError, Unavailable) as error:
        LOG.error("%s", error)
        return None
    finally:
        for name in KEYS_ARE_AT:
            os.environ.pop(name, None)


def start_clean(module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Go on only in an isolated interpreter with exactly this environment; else start `module` again so, in place."""
    if sys.flags.isolated and dict(os.environ) == environment:
        return
    if CLEARED in sys._xoptions:
        raise LockdownError("The environment could not be cleared.")
    _start_again(command(module, arguments), environment)


def command(module: str, arguments: Sequence[str]) -> list[str]:
    """How `module` is started isolated: as installed, or from the tree that it runs from now."""
    is_installed = PROGRAM.name.endswith("-packages")
    how = ["-m"] if is_installed else ["-c", FROM_A_TREE.format(program=str(PROGRAM))]
    return [sys.executable, "-I", "-B", "-X", CLEARED, *how, module, *arguments]


def _start_again(command: list[str], environment: Mapping[str, str]) -> NoReturn:
    os.execve(command[0], command, environment)  # noqa: S606 - this very program, no shell


def confine(module: str, arguments: Sequence[str], adds: Adds = NOTHING) -> "Confined":
    """Clear the environment, read the identity and give up files, in this order, before any library has threads.

    Raises LockdownError; what this machine cannot do is logged, and is a measure lost.
    """
    machine = Machine()
    on_laptop = machine.has(PLATFORM)
    room = room_for(arguments, on_laptop=on_laptop, adds=adds)
    environment = cleaned(os.environ, on_laptop=on_laptop, runtime=room.runtime, more=adds.variables)
    start_clean(module, arguments, environment)
    find_no_libraries_by_programs()
    confined = Confined(machine, room, environment)
    confined.credentials = credentials_for(arguments, on_laptop=on_laptop)
    confined.shut_files_away()
    return confined


class Confined:
    """This process, confined: files at once, the rest by `seal` when everything is loaded. Nothing is ever undone."""

    def __init__(self, machine: Machine, room: Room, environment: Mapping[str, str]) -> None:
        self._environment = Environment(machine, environment, on_laptop=room.on_laptop)
        self._files = Files(machine, room.runtime, room.grants(environment), room.scopes(environment))
        self._exec = Exec(machine)
        self._on_laptop = room.on_laptop
        self._told: list[Finding] = []
        self.credentials: Credentials | None = None  # read before files are shut away

    def shut_files_away(self) -> None:
        """Before the first thread. Raises LockdownError if there is a second one."""
        _apply(self._files)

    def seal(self) -> None:
        """After everything is loaded and Qt has started, on all threads."""
        _apply(self._environment)
        _apply(self._exec)

    def _tell(self, found: list[Finding]) -> None:
        """For IT: what has changed since the last look."""
        for each in found:
            if each not in self._told:
                LOG.info("%s %s: %s", each.name, each.verdict, each.evidence)
        self._told = found

    def for_the_shell(self) -> "Confinement":
        """What the shell uses of it."""
        from kiosk.ipc import Proven, ProvenHere  # noqa: PLC0415 - heavy, and of no use before files are shut away
        from kiosk.proving import Confinement  # noqa: PLC0415

        def look(escaped: str | None) -> ProvenHere:
            keys = Keys(lambda: escaped)
            found = [finding(measure) for measure in (self._environment, self._files, self._exec, keys)]
            self._tell(found)
            return ProvenHere(findings=tuple(Proven.of(each) for each in found))

        return Confinement(self.seal, look, self._on_laptop)


def _apply(measure: Measure) -> None:
    """Apply one; what this machine cannot do is said, and looking will find it lost."""
    try:
        measure.apply()
    except (Unavailable, OSError) as error:
        LOG.warning("%s is not confined: %s", measure.name, error)


def main(arguments: Sequence[str]) -> None:
    """`kiosk run`."""
    confined = confine("kiosk", ["run", *arguments])
    from kiosk import app  # noqa: PLC0415 - what it loads may start threads, so files are shut away first

    app.run(arguments, confinement=confined.for_the_shell(), credentials=confined.credentials)
