"""Who goes first on a busy laptop: the threads that packets and sound wait for, before those that work on pictures.

Chromium does the same for its own. A thread is born as urgent as the one that makes it, so whoever may wait says so.
"""

import logging
import os
import threading
from typing import Final

log = logging.getLogger(__name__)

SOONER: Final = 8  # nice (setpriority(2)): the shell's unit allows so much and no more


def be_urgent() -> None:
    """This thread goes before the process's first, where the system lets it; where not, nothing is lost but time."""
    _be(usual() - SOONER)


def be_patient() -> None:
    """This thread is as urgent as the process's first, whoever made it."""
    _be(usual())


def usual() -> int:
    """The nice value that the process was started with: its first thread's, which keeps it."""
    return os.getpriority(os.PRIO_PROCESS, os.getpid())


def _be(nice: int) -> None:
    """In Linux this is a thread's own, by its number. It never fails: an executor would take no more work."""
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
    except OSError as error:
        log.info("this thread goes on as urgent as it was: %s", error.strerror)
