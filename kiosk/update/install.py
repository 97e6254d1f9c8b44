"""Writes a verified bundle beside what runs, in an order in which the power may go at any moment.

First everything goes that could start what is about to be overwritten; then the idle slot is written and read back;
then it is named; and last, whole, the kernel image comes that starts it. Until then only what runs can be started, and
afterwards it is what is started again if the new one is not blessed. It asks nobody whether now is the time.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from contract.manifest import ROOT, UKI, VERITY, FileFacts, Manifest
from kiosk.errors import LockdownError, Refused, Unavailable, Untrusted
from kiosk.lockdown.update_files import UpdateFiles, UpdateState
from kiosk.update.boot_folder import BootFolder
from kiosk.update.bundle import CHUNK, Bundle
from kiosk.update.disk import Disk
from kiosk.update.gpt import Blocks, read_table, write_table
from kiosk.update.slots import Slot, idle_slot

KEEP_EVERY: Final = 64 * CHUNK  # what is written again after a power cut
CUT_SHORT: Final = "The update broke off while {name} was read. It goes on from there next time."
NOT_SIGNED: Final = "What was written of {name} is not what was signed. The update begins again."
Told = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """Where to: the disk, the folder that is booted from, what is kept, and what runs."""

    disk: Disk
    boot: BootFolder
    files: UpdateFiles
    running_version: str
    running_hash: str


def install(bundle: Bundle, manifest: Manifest, digest: str, place: Place, tell: Told) -> None:
    """Have it on the disk, to be tried at the next start. `digest` is that of its manifest's text.

    Raises KioskError or OSError; what runs can be started all the same, and the next try goes on from here.
    """
    _check_running(place)
    slot = _idle(place)
    for name, number in ((ROOT, slot.root), (VERITY, slot.verity)):
        if manifest.files[name].size > (number.last - number.first + 1) * place.disk.sector:
            raise Refused(f"Version {manifest.version} does not fit: its {name} is larger than its place on the disk.")
    place.boot.drop_all_but(place.running_version)
    state = _begun(place, slot, digest)
    slot = _idle(place)
    for name, partition in ((ROOT, slot.root), (VERITY, slot.verity)):
        tell(f"writing {name}")
        with place.disk.part(partition) as blocks:
            state = _write(bundle, name, manifest.files[name], blocks, (place.files, state))
    tell("naming it")
    _rename(place, slot.holding(manifest.root_hash, f"visit-laptop_{manifest.version}"))
    before = place.running_version
    place.files.keep(UpdateState(trying=manifest.version, before=before, failed=state.failed))
    tell(f"adding {UKI}")
    facts = manifest.files[UKI]
    place.boot.put(manifest.version, _exactly(bundle.read(UKI, 0), facts.size, UKI), facts)


def _check_running(place: Place) -> None:
    """Raises LockdownError unless what runs could be started again and need not be tried any more."""
    running = [image for image in place.boot.images() if image.version == place.running_version]
    if not running:
        raise LockdownError("The boot partition does not hold what runs, so there would be no way back. Tell IT.")
    if any(image.tries_left is not None and image.tries_left > 0 for image in running):
        raise Refused("The version that runs is still being tried. Wait until it has been found good.")


def _idle(place: Place) -> Slot:
    with place.disk.whole() as whole:
        return idle_slot(read_table(whole, place.disk.sector).partitions, place.running_hash)


def _rename(place: Place, slot: Slot) -> None:
    with place.disk.whole(writable=True) as whole:
        write_table(whole, read_table(whole, place.disk.sector).with_changes(slot.changes))


def _begun(place: Place, slot: Slot, digest: str) -> UpdateState:
    """The slot is said to be empty, unless this very bundle is on its way into it."""
    state = place.files.state()
    if state.coming == digest and slot.is_empty:
        return state
    if not slot.is_empty:
        _rename(place, slot.emptied())
    fresh = UpdateState(coming=digest, failed=state.failed)
    place.files.keep(fresh)
    return fresh


def _write(
    bundle: Bundle, name: str, facts: FileFacts, blocks: Blocks, kept: tuple[UpdateFiles, UpdateState]
) -> UpdateState:
    files, state = kept
    at = kept_at = min(state.written.get(name, 0), facts.size)
    for chunk in _exactly(bundle.read(name, at), facts.size - at, name) if at < facts.size else ():
        blocks.write(at, chunk)
        at += len(chunk)
        if at - kept_at >= KEEP_EVERY or at == facts.size:
            blocks.sync()
            state = state.model_copy(update={"written": {**state.written, name: at}})
            files.keep(state)
            kept_at = at
    if _digest(blocks, facts.size) != facts.sha256:
        files.keep(UpdateState(failed=state.failed))
        raise Untrusted(NOT_SIGNED.format(name=name))
    return state


def _exactly(pieces: Iterator[bytes], size: int, name: str) -> Iterator[bytes]:
    """So many bytes, and not one more, whatever comes. Raises Unavailable for less."""
    left = size
    for piece in pieces:
        yield piece[:left]
        left -= len(piece[:left])
        if left == 0:
            return
    raise Unavailable(CUT_SHORT.format(name=name))


def _digest(blocks: Blocks, size: int) -> str:
    digest = hashlib.sha256()
    for at in range(0, size, CHUNK):
        digest.update(blocks.read(at, min(CHUNK, size - at)))
    return digest.hexdigest()
