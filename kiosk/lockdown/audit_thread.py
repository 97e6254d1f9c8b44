"""The one thread that writes the audit trail: takes what is queued in groups, so that one fsync serves many."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from kiosk.errors import KioskError, Unavailable
from kiosk.lockdown.audit_file import is_full
from kiosk.lockdown.audit_writer import BROKEN, DISK_FULL, AuditWriter, Entry, refuse

LOG: Final = logging.getLogger(__name__)
LARGEST_GROUP: Final = 512
TRY_AGAIN_S: Final = 1.0
CLOSES_WITHIN_S: Final = 10.0
CLOSED: Final = "The audit trail is closed."


@dataclass(frozen=True)
class Job:
    """Something other than a record, done between two groups of records."""

    work: Callable[[], int]
    done: Future[int] = field(default_factory=Future)


class AuditThread:
    """Owns the writer until `close`. When the disk fails for good, everything from then on is Unavailable."""

    def __init__(self, writer: AuditWriter) -> None:
        self._writer = writer
        self._queue: queue.SimpleQueue[Entry | Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()  # nothing enters the queue behind the word to close
        self._is_closed = False
        self._is_broken = False
        self._thread = threading.Thread(target=self._run, name="write the audit trail", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, item: Entry | Job) -> None:
        """Queue this; never blocks. Its future is Unavailable at once when nothing is written any more."""
        with self._door:
            if not self._is_closed:
                self._queue.put(item)
                return
        item.done.set_exception(Unavailable(CLOSED))

    def close(self) -> bool:
        """Write what is queued and end; whether it ended in time. Safe twice."""
        with self._door:
            if not self._is_closed:
                self._is_closed = True
                self._queue.put(None)
        self._thread.join(CLOSES_WITHIN_S)
        if self._thread.is_alive():
            LOG.error("the audit trail does not close; its thread is left behind")
        return not self._thread.is_alive()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            group, job, is_last = self._next()
            try:
                self._do(group, job)
            except Exception:  # the thread is the only one who writes: it says so and refuses, rather than die unseen
                LOG.exception("the audit trail is broken; nothing more is opened")
                self._is_broken = True
                self._refuse(group, job)
        self._writer.close()

    def _next(self) -> tuple[list[Entry], Job | None, bool]:
        """What to do next: some records, then perhaps a job; and whether that is all there will be."""
        group: list[Entry] = []
        wait = TRY_AGAIN_S if self._writer.is_waiting else None
        try:
            item = self._queue.get(timeout=wait)
            while isinstance(item, Entry):
                if item.done.set_running_or_notify_cancel() or not item.opens:
                    group.append(item if not item.done.cancelled() else Entry(item.what, opens=False))
                if len(group) >= LARGEST_GROUP:
                    return group, None, False
                item = self._queue.get_nowait()
        except queue.Empty:
            return group, None, False
        return group, item, item is None

    def _do(self, group: list[Entry], job: Job | None) -> None:
        if self._is_broken:
            self._refuse(group, job)
            return
        if group or self._writer.is_waiting:
            self._writer.write(group)
        if job is None:
            return
        try:
            job.done.set_result(job.work())
        except KioskError as error:
            job.done.set_exception(error)
        except OSError as error:
            if not is_full(error):
                raise
            job.done.set_exception(Unavailable(DISK_FULL))

    def _refuse(self, group: list[Entry], job: Job | None) -> None:
        refuse(group, BROKEN)
        if job is not None and not job.done.done():
            job.done.set_exception(Unavailable(BROKEN))
