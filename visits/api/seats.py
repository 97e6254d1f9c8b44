"""How many visitors' connections there may be, in all and for one link. Laptops need no seat: each has a place."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from contract.refusals import RefusalCode
from visits.domain.records import Digest
from visits.errors import Refused

MOST_FOR_ONE_LINK: Final = 8  # a household's tabs and reconnects; nobody needs more


class Seats:
    """Counts connections up to `most` in all."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._taken: Counter[Digest] = Counter()

    @contextmanager
    def one(self, link: Digest) -> Iterator[None]:
        """Hold a seat for the length of the block. Raises Refused: UNAVAILABLE, or TOO_MANY for this link."""
        if self._free <= 0:
            raise Refused(RefusalCode.UNAVAILABLE)
        if self._taken[link] >= MOST_FOR_ONE_LINK:
            raise Refused(RefusalCode.TOO_MANY)
        self._free -= 1
        self._taken[link] += 1
        try:
            yield
        finally:
            self._free += 1
            self._taken[link] -= 1
            self._taken += Counter()  # drops links that hold no seat
