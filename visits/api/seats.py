"""How many visitors' connections there may be at once. Laptops need no seat: each has one place of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from contract.refusals import RefusalCode
from visits.errors import Refused


class Seats:
    """Counts connections up to `most`."""

    def __init__(self, most: int) -> None:
        self._free = most

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a seat for the length of the block. Raises Refused UNAVAILABLE when all are taken."""
        if self._free <= 0:
            raise Refused(RefusalCode.UNAVAILABLE)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1
