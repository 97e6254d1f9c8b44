"""Who goes first on a busy laptop: the threads that packets and sound wait for, before those that work on pictures.

Chromium does the same for its own. A thread is born as urgent as the one that makes it, so whoever may wait says so.
"""

import logging
import os
import threading
from typing import Final

log = logging.getLogger(__name__)

URGENT: Final = -8  # nice (setpriority(2)); the shell's unit allows this and no more
USUAL: Final = 0


def be_urgent() -> None:
    """This thread goes first, where the system lets it; where not, nothing is lost but time."""
    try:
        _be(URGENT)
    except OSError:
        log.info("sound goes no faster than the rest: the system does not allow it")


def be_patient() -> None:
    """This thread may wait, whoever made it."""
    _be(USUAL)


def _be(nice: int) -> None:
    """In Linux this is a thread's own, by its number."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
