"""Who has a device open is found by the kernel's word, also where it is hidden, and nobody else is ended."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.lockdown import file_tables
from kiosk.lockdown.holders import Holder, end, holders
from kiosk.lockdown.machine import Machine
from tests.fakes.devices import CAMERA, PROGRAM, STRANGER, needs_root, program

pytestmark = pytest.mark.skipif(not needs_root, reason="only root sees what every process has open")

FULL, ZERO = Path("/dev/full"), Path("/dev/zero")
DEVICES = frozenset({CAMERA})
ROOT = Path(__file__).parents[4]
GUARD = ROOT / "installer" / "units" / "visit-guard.service"
LOOK = """
import sys
from kiosk.lockdown.holders import holders
from kiosk.lockdown.machine import Machine
print([holder.pid for holder in holders(Machine(), frozenset({int(sys.argv[1])}))])
"""

# By the C library's mmap: Python's own keeps a second descriptor, by which it would be found as well.
MAPPED_AND_CLOSED = """
import ctypes, os, sys
handle = os.open(sys.argv[1], os.O_RDWR)
mmap = ctypes.CDLL(None).mmap
mmap.restype = ctypes.c_void_p
mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
assert mmap(None, 4096, 1, 2, handle, 0) != ctypes.c_void_p(-1).value
os.close(handle)
print("open", flush=True)
for line in sys.stdin:
    pass
"""


def test_a_process_that_has_the_device_open_is_found_with_its_user_and_name() -> None:
    with program(FULL, STRANGER) as holder:
        assert holder.said == "open"
        (found,) = holders(Machine(), DEVICES)
    assert (found.pid, found.uid) == (holder.process.pid, STRANGER)
    assert found.name.startswith("python")


def test_a_device_that_is_mapped_and_closed_is_still_held() -> None:
    with program(ZERO, STRANGER, MAPPED_AND_CLOSED) as holder:
        assert holder.said == "open"
        found = {holder.pid for holder in holders(Machine(), frozenset({ZERO.stat().st_rdev}))}
        assert holder.process.pid in found


THREADS = """
import ctypes, os, sys, threading
CLONE_FILES = 0x400
def lives(own):
    if own:
        assert ctypes.CDLL(None).unshare(CLONE_FILES) == 0
        os.open(sys.argv[1], os.O_RDWR)
    ready.release()
    threading.Event().wait()
ready = threading.Semaphore(0)
for own in (False, True, False):
    threading.Thread(target=lives, args=[own], daemon=True).start()
    ready.acquire()
print("open", flush=True)
for line in sys.stdin:
    pass
"""


def test_a_thread_with_a_table_of_its_own_is_looked_at_and_one_that_shares_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []

    def noted(pid: int, threads: tuple[int, ...]) -> tuple[int, ...]:
        own = file_tables.own_tables(pid, threads)
        looked.extend(own)
        return own

    monkeypatch.setattr("kiosk.lockdown.holders.own_tables", noted)
    with program(FULL, STRANGER, THREADS) as holder:
        assert holder.said == "open"
        assert holder.process.pid in {each.pid for each in holders(Machine(), DEVICES)}
        threads = {int(each.name) for each in Path(f"/proc/{holder.process.pid}/task").iterdir()}
        assert len(threads) == 4
        assert len(set(looked) & threads) == 1


def test_where_threads_cannot_be_compared_each_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_tables, "_KCMP", None)
    with program(FULL, STRANGER, THREADS) as holder:
        assert holder.process.pid in {each.pid for each in holders(Machine(), DEVICES)}


@pytest.mark.parametrize(
    ("flags", "program", "is_found"),
    [(2129984, False, False), (2129984, True, True), (4194560, False, True), (None, False, True)],
)
def test_only_children_of_the_kernels_own_thread_that_run_no_program_are_passed_over(
    tmp_path: Path, flags: int | None, program: bool, is_found: bool
) -> None:
    for folder in ("2/task/2", "77/fd"):
        (tmp_path / "proc" / folder).mkdir(parents=True)
    if flags is not None:
        (tmp_path / "proc/2/stat").write_text(f"2 (a) b) S 0 0 0 0 -1 {flags} 0 0\n")
    (tmp_path / "proc/2/task/2/children").write_text("77 78 ")
    (tmp_path / "proc/77/comm").write_text("x\n")
    if program:
        (tmp_path / "proc/77/exe").symlink_to("/usr/bin/helper (deleted)")
    (tmp_path / "proc/77/fd/3").symlink_to(FULL)
    assert [each.pid for each in holders(Machine(tmp_path), DEVICES)] == ([77] if is_found else [])


def test_with_the_rights_of_the_guards_unit_a_mapping_is_found_and_without_them_that_is_said() -> None:
    """To follow an entry of map_files takes CAP_CHECKPOINT_RESTORE; without it every answer is EPERM."""
    (rights,) = re.findall(r"^CapabilityBoundingSet=(.+)$", GUARD.read_text(), re.MULTILINE)
    with program(ZERO, STRANGER, MAPPED_AND_CLOSED) as holder:
        assert str(holder.process.pid) in _found_with(rights.split())
        assert "PermissionError" in _found_with([each for each in rights.split() if "CHECKPOINT" not in each])


def _found_with(rights: list[str]) -> str:
    bounds = ",".join(["-all", *(f"+{name.removeprefix('CAP_').lower()}" for name in rights)])
    looks = [sys.executable, "-c", LOOK, str(ZERO.stat().st_rdev)]
    command = ["setpriv", f"--bounding-set={bounds}", "--inh-caps=-all", "--no-new-privs", *looks]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_whoever_is_found_is_killed() -> None:
    with program(FULL, STRANGER, PROGRAM) as holder:
        (found,) = holders(Machine(), DEVICES)
        assert end(Machine(), found, DEVICES)
        assert holder.process.wait(5) == -9
        assert not end(Machine(), found, DEVICES)


def test_a_process_that_let_go_meanwhile_or_has_another_device_is_spared() -> None:
    with program(Path("/dev/null"), STRANGER) as other:
        assert not end(Machine(), Holder(other.process.pid, STRANGER, "python3"), DEVICES)
        assert other.process.poll() is None


def test_nobody_is_looked_for_where_there_is_no_device() -> None:
    assert holders(Machine(), frozenset()) == ()


def test_a_machine_whose_processes_cannot_be_seen_has_no_holder_of_which_anything_is_known(tmp_path: Path) -> None:
    (tmp_path / "proc").write_text("")
    with pytest.raises(OSError, match="Not a directory"):
        holders(Machine(tmp_path), frozenset({os.makedev(1, 7)}))
