"""A full disk: what closes is still recorded, from the reserve; what opens is refused until there is space again."""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.audit.verdict import Word
from kiosk.audit.verify import verify
from kiosk.errors import Unavailable
from kiosk.lockdown.audit_file import Reserve, TrailFile
from kiosk.lockdown.audit_opening import read_trail
from kiosk.lockdown.audit_places import Places, begin, load_key
from kiosk.lockdown.audit_thread import AuditThread, Job
from kiosk.lockdown.audit_writer import AuditWriter, Entry
from tests.fakes.audit import ORIGIN, happening

RECORD_BYTES = 400
RESERVE_BYTES = 4 * RECORD_BYTES


@dataclass
class Disk:
    """How much fits, as a fake file and a fake reserve see it; or another error that every write gives."""

    free: int = 100 * RECORD_BYTES
    fails_with: int = 0
    fails_after_the_reserve: int = 0

    def take(self, size: int) -> None:
        if self.fails_with:
            raise OSError(self.fails_with, "as the test wants it")
        if size > self.free:
            raise OSError(errno.ENOSPC, "no space")
        self.free -= size


class TightFile(TrailFile):
    """A real file on a disk of the test's size."""

    def __init__(self, path: Path, end: int, disk: Disk) -> None:
        super().__init__(path, end)
        self._disk = disk

    def append(self, data: bytes) -> None:
        self._disk.take(data.count(b"\n") * RECORD_BYTES)
        super().append(data)

    def drop_before(self, place: int) -> None:
        self._disk.take(RECORD_BYTES)
        super().drop_before(place)


class TightReserve(Reserve):
    """Space held on that disk."""

    def __init__(self, disk: Disk) -> None:
        self._disk, self._held = disk, False

    def hold(self) -> bool:
        if not self._held and self._disk.free >= RESERVE_BYTES:
            self._disk.take(RESERVE_BYTES)
            self._held = True
        return self._held

    def release(self) -> None:
        self._disk.free += RESERVE_BYTES if self._held else 0
        self._disk.fails_with = self._disk.fails_after_the_reserve
        self._held = False


@dataclass
class Bench:
    """A writer on a disk."""

    state: Path
    disk: Disk
    writer: AuditWriter

    def write(self, event: str, opens: bool = False) -> Entry:
        entry = Entry(happening(event), opens)
        self.writer.write([entry])
        return entry

    def fill(self) -> None:
        self.disk.free = 0

    def verdict(self) -> Word:
        return verify(self.state / "audit" / "trail.jsonl", self.state / "audit.pub").verdict


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    places = Places(tmp_path)
    begin(places, ORIGIN)
    key = load_key(places, ORIGIN)
    disk = Disk()
    found = read_trail(places, key)
    writer = AuditWriter(places, key, found, TightFile(places.trail, found.end, disk), TightReserve(disk))
    yield Bench(tmp_path, disk, writer)
    writer.close()
    writer.close()


def test_what_closes_is_recorded_on_a_full_disk(bench: Bench) -> None:
    bench.fill()
    assert bench.write("devices_shut").done.result(0) == 1
    assert bench.write("outcome").done.result(0) == 2
    assert bench.verdict() is Word.WHOLE


def test_what_opens_is_refused_on_a_full_disk_and_leaves_no_record(bench: Bench) -> None:
    bench.fill()
    with pytest.raises(Unavailable, match="disk is full"):
        bench.write("devices_opened", opens=True).done.result(0)
    assert bench.write("devices_shut").done.result(0) == 1


def test_in_one_group_what_closes_is_written_and_what_opens_is_refused(bench: Bench) -> None:
    bench.fill()
    shut, opened = Entry(happening("devices_shut"), opens=False), Entry(happening("devices_opened"), opens=True)
    bench.writer.write([opened, shut])
    assert shut.done.result(0) == 1
    with pytest.raises(Unavailable):
        opened.done.result(0)


def test_nothing_opens_on_the_reserve_until_there_is_space_for_another(bench: Bench) -> None:
    bench.fill()
    bench.write("devices_shut")
    with pytest.raises(Unavailable):
        bench.write("devices_opened", opens=True).done.result(0)
    bench.disk.free += 10 * RECORD_BYTES
    assert bench.write("devices_opened", opens=True).done.result(0) == 2
    bench.fill()
    assert bench.write("devices_shut").done.result(0) == 3


def test_what_closes_when_the_reserve_is_used_up_waits_for_space(bench: Bench) -> None:
    bench.fill()
    written = [bench.write("held") for _ in range(4)]
    assert all(entry.done.done() for entry in written)
    late = bench.write("devices_shut")
    assert not late.done.done()
    assert bench.writer.is_waiting
    bench.disk.free = RECORD_BYTES
    bench.writer.write()
    assert late.done.result(0) == 5
    assert bench.verdict() is Word.WHOLE


def test_what_still_waits_at_the_end_is_told_so(bench: Bench) -> None:
    bench.fill()
    for _ in range(4):
        bench.write("held")
    late = bench.write("devices_shut")
    bench.writer.close()
    with pytest.raises(Unavailable):
        late.done.result(0)


def test_records_that_have_no_room_for_their_head_are_signed_for_later(bench: Bench) -> None:
    (bench.state / "audit" / "head.note.new").mkdir()  # where the head is written first
    with pytest.raises(IsADirectoryError):
        bench.write("held")
    assert bench.writer.is_waiting
    (bench.state / "audit" / "head.note.new").rmdir()
    bench.writer.write()
    assert not bench.writer.is_waiting
    assert bench.verdict() is Word.WHOLE


def test_an_error_when_even_the_reserve_is_tried_is_raised(bench: Bench) -> None:
    bench.fill()
    bench.disk.fails_after_the_reserve = errno.EIO
    with pytest.raises(OSError, match="as the test wants"):
        bench.write("devices_shut")


def test_what_waits_when_the_disk_fails_for_good_is_told_so(bench: Bench) -> None:
    bench.fill()
    for _ in range(4):
        bench.write("held")
    late = bench.write("devices_shut")
    bench.disk.fails_with = errno.EIO
    with pytest.raises(OSError, match="as the test wants"):
        bench.writer.write()
    with pytest.raises(Unavailable, match="cannot be written"):
        late.done.result(0)


def test_another_error_of_the_disk_is_raised(bench: Bench) -> None:
    bench.disk.fails_with = errno.EIO
    with pytest.raises(OSError, match="as the test wants"):
        bench.write("devices_shut")


def test_an_error_while_on_the_reserve_is_raised(bench: Bench) -> None:
    bench.fill()
    bench.write("devices_shut")
    bench.disk.free, bench.disk.fails_with = 0, errno.EIO
    with pytest.raises(OSError, match="as the test wants"):
        bench.write("outcome")


@pytest.fixture
def thread(bench: Bench) -> Iterator[AuditThread]:
    made = AuditThread(bench.writer)
    made.start()
    yield made
    assert made.close()


def put(thread: AuditThread, event: str, opens: bool = False) -> Entry:
    entry = Entry(happening(event), opens)
    thread.put(entry)
    return entry


def test_a_disk_that_fails_for_good_makes_everything_unavailable(bench: Bench, thread: AuditThread) -> None:
    bench.disk.fails_with = errno.EIO
    with pytest.raises(Unavailable, match="cannot be written"):
        put(thread, "devices_shut").done.result(5)
    bench.disk.fails_with = 0
    with pytest.raises(Unavailable, match="cannot be written"):
        put(thread, "devices_opened", opens=True).done.result(5)
    job = Job(lambda: 1)
    thread.put(job)
    with pytest.raises(Unavailable, match="cannot be written"):
        job.done.result(5)


def raises(error: Exception) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), Unavailable("The disk is full.")])
def test_a_job_that_finds_no_space_is_unavailable_and_the_trail_goes_on(thread: AuditThread, error: Exception) -> None:
    job = Job(raises(error))
    thread.put(job)
    with pytest.raises(Unavailable, match="full"):
        job.done.result(5)
    assert put(thread, "devices_shut").done.result(5) == 1


def test_a_job_that_crashes_breaks_the_trail(thread: AuditThread) -> None:
    job = Job(raises(OSError(errno.EIO, "gone")))
    thread.put(job)
    with pytest.raises(Unavailable, match="cannot be written"):
        job.done.result(5)


def test_what_opens_and_is_cancelled_is_not_written(bench: Bench, tmp_path: Path) -> None:
    made = AuditThread(bench.writer)
    opened, shut = put(made, "devices_opened", opens=True), put(made, "devices_shut")
    opened.done.cancel()
    shut.done.cancel()
    made.start()
    assert made.close()
    assert b"devices_opened" not in (tmp_path / "audit" / "trail.jsonl").read_bytes()
    assert b"devices_shut" in (tmp_path / "audit" / "trail.jsonl").read_bytes()


def test_a_job_is_done_behind_what_was_queued_before_it(thread: AuditThread) -> None:
    before = put(thread, "held")
    job = Job(lambda: 1 if before.done.done() else 0)
    thread.put(job)
    assert job.done.result(5) == 1


def test_what_waits_is_written_when_there_is_space_again(bench: Bench, thread: AuditThread) -> None:
    bench.fill()
    for _ in range(4):
        put(thread, "held").done.result(5)
    late = put(thread, "devices_shut")
    put(thread, "locked")
    bench.disk.free = 10 * RECORD_BYTES
    assert late.done.result(10) == 5
