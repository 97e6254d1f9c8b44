"""Keeps a far side from filling the log: of what is said again and again, a few lines in a while are written."""

import logging
from typing import Final

from kiosk.media.allowance import Allowance

LINES_A_SECOND: Final = 0.2
LINES_AT_ONCE: Final = 5
_LOGGERS: Final = ("aiortc.rtcrtpreceiver", "aiortc.rtcdtlstransport", "aiortc.rtcrtpsender", "aioice.ice")


class Sparse(logging.Filter):
    """Of each sentence, so many lines; the next one that is written says how many were not."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, tuple[Allowance, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this line is written."""
        sentence = str(record.msg)[:40]
        allowance, left_out = self._lines.setdefault(sentence, (Allowance(LINES_A_SECOND, LINES_AT_ONCE), 0))
        is_written = allowance.take()
        self._lines[sentence] = (allowance, 0 if is_written else left_out + 1)
        if is_written and left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out} more like it)", None
        return is_written


def log_sparsely(*more: str) -> None:
    """Have aiortc, aioice and the loggers of `more` do so. Safe twice."""
    for name in (*_LOGGERS, *more):
        logger = logging.getLogger(name)
        if not any(isinstance(each, Sparse) for each in logger.filters):
            logger.addFilter(Sparse())
