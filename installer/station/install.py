"""The order of an installation. Cut off anywhere, either the disk starts as it did before, or the stick starts again.

Secure Boot's keys come first, and a restart with them: /var's key is sealed to what Secure Boot is from then on.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from enum import Enum
from pathlib import Path
from typing import Final

from contract.manifest import ROOT, VERITY
from installer.station import boot_files, resting, slots, tpm_lockout, volumes
from installer.station.accepting import accept
from installer.station.faults import Fault, Stopped
from installer.station.firmware import SecureBoot, set_keys, start_again_from_here
from installer.station.joining import answer_for, enrol, question_of, take_answer, waiting
from installer.station.ready import Bench, Ready, look
from installer.station.screen import Screen
from installer.station.site_files import FOLDER, SiteFile
from kiosk.commands.enrol import STATE
from kiosk.commands.enrol_offline import has_asked
from kiosk.errors import KioskError, Unavailable
from kiosk.lockdown.state_file import replace_file

REBOOT: Final = ("/usr/bin/systemctl", "reboot")
MAPPER: Final = f"/dev/mapper/{volumes.MAPPED}"
ESP: Final = "/run/visit-install/esp"
VAR: Final = "/var"  # what is made for the laptop from here on lies where the laptop has it


class Ended(Enum):
    """How an installation went."""

    ACCEPTED = "accepted"
    STARTS_AGAIN = "starts again"  # with Secure Boot on
    WAITS = "waits for the service's answer"
    UPDATED = "updated"  # where the stick is for that
    STOPPED = "stopped"


def run(bench: Bench) -> Ended:
    """The whole, and the last line on the screen. Raises nothing that was meant."""
    return said(bench.screen, lambda: _install(bench))


def said(screen: Screen, work: Callable[[], Ended]) -> Ended:
    """How `work` ended; where it stopped, the screen has said why."""
    try:
        return work()
    except Stopped as stopped:
        screen.bad(stopped)
    except (KioskError, OSError, ValueError) as error:
        screen.bad(Stopped(Fault.UNFORESEEN, f"({type(error).__name__}: {error})"))
    return Ended.STOPPED


def _install(bench: Bench) -> Ended:
    if resting.is_wanted(bench):
        bench.screen.good("DONE", resting.update(bench), "Take the stick out.")
        return Ended.UPDATED
    ready = look(bench)
    if ready.secure_boot is SecureBoot.SETUP:
        return _set_keys(bench, ready)
    page = _made(bench, ready)
    if page is None:
        bench.screen.good("WAITING FOR THE SERVICE", *waiting(ready.serial))
        return Ended.WAITS
    lines = (f"The report is {page} on the stick.", "Take the stick out, and see to what the report leaves to you.")
    bench.screen.good("ACCEPTED", *lines)
    return Ended.ACCEPTED


def _made(bench: Bench, ready: Ready) -> str | None:
    """Make the laptop, or go on with one that waited; the report's name, or None where it waits from now on."""
    answer = answer_for(bench, ready.serial) if ready.site.offline else None
    if answer is None and ready.site.offline and _still_waits(bench, ready):
        return None
    with ExitStack() as stack:
        stack.callback(volumes.detach, bench.machine)
        _write(bench, ready) if answer is None else _open(bench, ready)
        stack.enter_context(_mounted(bench, MAPPER, VAR, "ext4"))
        if answer is not None:
            take_answer(bench, answer)
        else:
            with bench.screen.step("Writing the site's settings"):
                _keep(bench.machine.path(FOLDER), ready.files)
            if not enrol(bench, ready):
                return None
        return _accept(bench, ready)


def _still_waits(bench: Bench, ready: Ready) -> bool:
    """Whether the question on the stick is the one that this laptop's disk waits for an answer to."""
    question = question_of(bench, ready.serial)
    if question is None:
        return False
    with ExitStack() as stack:
        stack.callback(volumes.detach, bench.machine)
        try:
            _open(bench, ready)
            stack.enter_context(_mounted(bench, MAPPER, VAR, "ext4"))
            return has_asked(bench.machine.path(STATE), question)
        except Stopped:
            return False  # it is from another installation


def _set_keys(bench: Bench, ready: Ready) -> Ended:
    with bench.screen.step("Setting this product's Secure Boot keys"):
        set_keys(bench.machine, ready.payload.keys, bench.write_variable)
    if not start_again_from_here(bench.machine, bench.write_variable):
        bench.screen.note("The firmware does not remember where it started from: start the stick again by hand.")
    bench.screen.good("STARTING AGAIN", "Secure Boot is on from now on. Leave the stick where it is.")
    bench.machine.run(*REBOOT)
    return Ended.STARTS_AGAIN


def _write(bench: Bench, ready: Ready) -> None:
    with slots.held(bench.machine, ready.disk):
        _write_held(bench, ready)


def _write_held(bench: Bench, ready: Ready) -> None:
    machine, disk, layout = bench.machine, ready.disk, ready.layout
    with bench.screen.step("Preparing the TPM"):
        tpm_lockout.lift(machine)
    with bench.screen.step(f"Wiping the disk {disk}"):
        volumes.detach(machine)
        slots.wipe(machine, disk)
        slots.divide(machine, disk, layout)
    with bench.screen.step("Writing the release"):
        for place, name in ((layout.root, ROOT), (layout.verity, VERITY)):
            slots.write(machine, disk, place, ready.payload.file(name))
        try:
            volumes.make_esp(machine, disk.partition(layout.esp.number))
        except Unavailable as error:
            raise Stopped(Fault.DISK_FAULT, f"({error})") from error
        with _esp(bench, ready) as esp:
            boot_files.write(esp, ready.payload)
    with bench.screen.step("Making the encrypted part of the disk"):
        volumes.make_var(machine, disk.partition(layout.var.number))


def _open(bench: Bench, ready: Ready) -> None:
    """The /var of an installation that waits for its answer."""
    with bench.screen.step("Opening the encrypted part of the disk"):
        volumes.detach(bench.machine)
        try:
            volumes.attach(bench.machine, ready.disk.partition(ready.layout.var.number))
        except Unavailable as error:
            raise Stopped(Fault.ANSWER_WRONG, f"({error})") from error


def _accept(bench: Bench, ready: Ready) -> str:
    """The name of the report's page on the stick."""
    with bench.screen.step("Reading everything back, and writing the report"), _esp(bench, ready) as esp:
        boot_files.read_back(esp, ready.payload.manifest)
        page = accept(bench, ready)
    with bench.screen.step("Letting this disk start"), _esp(bench, ready) as esp:
        boot_files.make_it_start(esp)
    return page


def _esp(bench: Bench, ready: Ready) -> AbstractContextManager[Path]:
    return _mounted(bench, ready.disk.partition(ready.layout.esp.number), ESP, "vfat")


@contextmanager
def _mounted(bench: Bench, device: str, place: str, kind: str) -> Iterator[Path]:
    """Raises Stopped where it cannot be."""
    with ExitStack() as stack:
        try:
            path = stack.enter_context(volumes.mounted(bench.machine, device, place, kind))
        except Unavailable as error:
            raise Stopped(Fault.DISK_FAULT, f"({error})") from error
        yield path


def _keep(folder: Path, files: tuple[SiteFile, ...]) -> None:
    """The folder can be read by systemd's own users; secrets in it by root alone. Raises OSError."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for each in files:
        (folder / each.name).parent.mkdir(mode=0o755, exist_ok=True)
        replace_file(folder / each.name, each.content, each.mode)
