"""How long to wait before the line is tried again: spread by chance, and short while a call is on. Pure.

Full jitter ("Exponential Backoff and Jitter", AWS Architecture Blog, 2015): any moment from now up to a limit that
doubles. A thousand laptops that lost the service in one moment come back spread over the whole of the limit.
"""

from dataclasses import dataclass
from typing import Final

LEAST_S: Final = 0.05  # a try that fails at once is not repeated at once
MOST_ASKED_S: Final = 120.0  # whatever a service asks for
LONGEST_NUMBER: Final = 6  # digits


@dataclass(frozen=True)
class Patience:
    """The limit of the first wait, and how far it grows by doubling."""

    first_s: float
    longest_s: float


IN_CALL: Final = Patience(first_s=0.5, longest_s=4.0)
IDLE: Final = Patience(first_s=2.0, longest_s=40.0)


def pause_s(failed: int, *, in_call: bool, chance: float, asked_s: float | None = None) -> float:
    """Seconds to wait after `failed` tries in a row (0: the line was up and is lost). `chance` is from 0 to 1.

    `asked_s` is when the service asked us to come back. A call does not wait for longer than a call may wait.
    """
    patience = IN_CALL if in_call else IDLE
    if asked_s is not None and 0 <= asked_s <= (patience.longest_s if in_call else MOST_ASKED_S):
        return max(LEAST_S, asked_s)
    limit_s = min(patience.longest_s, patience.first_s * 2.0 ** min(failed, 32))
    return max(LEAST_S, limit_s * chance)


def asked_for(untrusted_retry_after: str | None) -> float | None:
    """When a service that is busy asked us to come back, in seconds; None for what is no number of them."""
    text = untrusted_retry_after or ""
    return float(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None
