"""The audit trail as the guard uses it; what closes is never held up by it, what opens waits for it."""

import asyncio
import base64
import os
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol, Self

from kiosk.errors import LockdownError, Unavailable, Untrusted
from kiosk.lockdown.audit_file import Reserve, TrailFile, lock_folder
from kiosk.lockdown.audit_opening import Found, keep_torn, read_trail
from kiosk.lockdown.audit_places import OwnKey, Places, begin, load_key
from kiosk.lockdown.audit_thread import AuditThread, Job
from kiosk.lockdown.audit_writer import AuditWriter, Entry
from kiosk.lockdown.clock import boot_id as kernels_boot_id
from kiosk.policy.audit import Happening
from kiosk.policy.canonical import JsonValue
from kiosk.policy.heads import Head
from kiosk.policy.note import Note

NOTHING: Final[Mapping[str, JsonValue]] = MappingProxyType({})
RESERVE_BYTES: Final = 1 << 20
WITHIN_S: Final = 5.0
SLOW: Final = "The audit trail did not answer in time. Try again."


class AuditClock(Protocol):
    """The two times of a record."""

    def boot_ns(self) -> int:
        """Whole nanoseconds since boot, counting sleep."""
        ...

    def wall(self) -> datetime:
        """The time of day, aware."""
        ...


class AuditTrail:
    """One laptop's trail. Made by `open`, from which on a thread of its own writes it until `close`."""

    def __init__(self, writer: AuditWriter, key: OwnKey, clock: AuditClock, boot_id: str, held: ExitStack) -> None:
        self._writer, self._public, self._clock, self._boot_id, self._held = writer, key.public, clock, boot_id, held
        self._thread = AuditThread(writer)

    @classmethod
    def open(
        cls, folder: Path, *, origin: str, clock: AuditClock, boot_id: str = "", reserve_bytes: int = RESERVE_BYTES
    ) -> Self:
        """Open the trail in the state folder, or begin it there. `origin` names this laptop in what it signs.

        A torn last record is put aside, and a record says so; so does one for records that no head was signed for.
        Raises LockdownError for anything else that is not as it was left, having changed nothing.
        """
        places = Places(folder)
        try:
            with ExitStack() as held:
                key, found = _read(places, origin, held)
                file = TrailFile(places.trail, found.end)
                held.callback(file.close)
                writer = AuditWriter(places, key, found, file, Reserve(places.reserve, reserve_bytes))
                trail = cls(writer, key, clock, boot_id or kernels_boot_id(), held)
                if found.torn or found.unsigned:
                    trail._recover(places, found)
                trail._held = held.pop_all()
        except OSError as error:
            raise LockdownError(f"the audit trail cannot be opened: {error.strerror}") from None
        trail._thread.start()
        return trail

    def _recover(self, places: Places, found: Found) -> None:
        """Say in the trail what a crash left, before anything else is written."""
        data: dict[str, JsonValue] = {"torn_bytes": len(found.torn), "unsigned": found.unsigned}
        if found.torn:
            data["kept_as"] = keep_torn(places, found.torn)
        self._writer.write([Entry(self._now("trail_recovered", data, "guard"), opens=False)])

    def record(self, event: str, data: Mapping[str, JsonValue] = NOTHING, actor: str = "guard") -> "Future[int]":
        """Write this down, as having happened now; never blocks and never raises, so what closes need not wait.

        The future has the sequence number once the record is on the disk.
        """
        entry = Entry(self._now(event, data, actor), opens=False)
        self._thread.put(entry)
        return entry.done

    async def recorded(
        self, event: str, data: Mapping[str, JsonValue] = NOTHING, actor: str = "guard", within_s: float = WITHIN_S
    ) -> int:
        """Write this down and wait until it is on the disk: for what opens or loosens. Raises Unavailable.

        A record that came too late may still be written; what it announced has not happened, and must not.
        """
        entry = Entry(self._now(event, data, actor), opens=True)
        self._thread.put(entry)
        try:
            async with asyncio.timeout(within_s):
                return await asyncio.wrap_future(entry.done)
        except TimeoutError:
            raise Unavailable(SLOW) from None

    def head(self) -> bytes:
        """The newest signed head, as a note, for the service to sign too; a moment behind the newest record."""
        return self._writer.head_note

    def public_key(self) -> str:
        """The key that signs the heads: its 32 bytes, base64."""
        return base64.b64encode(self._public.raw).decode()

    def cosigned(self, untrusted_note: bytes) -> "Future[int]":
        """Keep a head of ours that the service has signed too; the future has its sequence number.

        Raises Untrusted for a note that is not a head this laptop signed, or that nobody else has signed.
        """
        note = Note.parse(untrusted_note)
        head = Head.parse(note.text)
        ours = (self._public.name, self._public.key_id)
        has_other = any((name, key_id) != ours for name, key_id, _ in note.signatures)
        if not has_other or head.origin != self._public.name or not note.is_signed_by(self._public):
            raise Untrusted("not a head of this laptop that another has signed")

        def work() -> int:
            self._writer.take_cosigned(note)
            return head.seq

        return self._do(Job(work))

    def keep_since(self, wall: datetime) -> "Future[int]":
        """Remove the records from before `wall`, as policy has it; the future has how many.

        The caller must know the time of day to be right: a clock set forward would remove too much.
        """
        now = self._now("records_removed", NOTHING, "guard")
        return self._do(Job(lambda: self._writer.keep_since(wall, now)))

    def close(self) -> None:
        """Write out what waits, sign the head and let go. Safe twice; what is recorded later is Unavailable."""
        if self._thread.close():
            self._held.close()

    def _do(self, job: Job) -> "Future[int]":
        self._thread.put(job)
        return job.done

    def _now(self, event: str, data: Mapping[str, JsonValue], actor: str) -> Happening:
        return Happening(self._boot_id, self._clock.boot_ns(), self._clock.wall(), actor, event, dict(data))


def _read(places: Places, origin: str, held: ExitStack) -> tuple[OwnKey, Found]:
    """Be the only one here, begin a trail if there never was one, and read it."""
    for folder in (places.state, places.folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held.callback(os.close, lock_folder(places.folder))
    if places.is_unused():
        begin(places, origin)
    key = load_key(places, origin)
    return key, read_trail(places, key)
