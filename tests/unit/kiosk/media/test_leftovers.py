"""What the C library keeps of what was freed goes back to the system: the memory of this process says so."""

import ctypes
from pathlib import Path

from kiosk.media.leftovers import trim

BLOCK, BLOCKS = 60_000, 2_000  # each below what the C library gives back by itself


def resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1e3


def test_a_trim_gives_back_what_lies_free_between_what_is_used() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = (
        ctypes.c_void_p,
        [ctypes.c_size_t],
        [ctypes.c_void_p],
    )
    blocks = [libc.malloc(BLOCK) for _ in range(BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    used, freed = blocks[::50], [block for number, block in enumerate(blocks) if number % 50]
    for block in freed:
        libc.free(block)
    before = resident_mb()
    trim()
    after = resident_mb()
    for block in used:
        libc.free(block)
    assert before - after > 60  # of 118 MB; what could be given back without looking has been
