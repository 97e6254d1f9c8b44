"""What runs is seen by what the kernel says of it, also where it would rather not be."""

import asyncio
import sys
from pathlib import Path

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.running import processes
from tests.fakes.eventually import eventually

PROGRAM = str(Path(sys.executable).resolve())
WITHOUT_ITS_FIRST_THREAD = """
import ctypes, os, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
print("up", flush=True)
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)  # exit(2): of this thread alone
"""


async def test_a_process_whose_first_thread_has_ended_is_still_seen(tmp_path: Path) -> None:
    """The kernel calls it a zombie without a program, and it runs on."""
    hidden = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", WITHOUT_ITS_FIRST_THREAD, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert hidden.stdout is not None
        assert await hidden.stdout.readline() == b"up\n"
        (tmp_path / "proc").mkdir()
        (tmp_path / "proc" / str(hidden.pid)).symlink_to(f"/proc/{hidden.pid}")
        status = Path(f"/proc/{hidden.pid}/status")
        await eventually(lambda: "State:\tZ" in status.read_text(), 5, "its first thread has ended")
        (seen,) = processes(Machine(tmp_path))
        assert (seen.pid, seen.exe) == (hidden.pid, PROGRAM)
    finally:
        hidden.kill()
        await hidden.wait()
