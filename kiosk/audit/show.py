"""The trail as sentences, one a line, in the order in which they stand; it believes nothing and checks nothing."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.audit.reading import Unread, read
from kiosk.audit.sentences import sentence

TORN = "The last record is torn: the power went, or the guard was killed, while it was written."
UNREADABLE = "Line {line} cannot be read as a record. Check the trail with `kiosk audit verify`."


def show(trail: Path) -> Iterator[tuple[bool, str]]:
    """Every line as a sentence, and whether it could be read. Raises Unavailable."""
    for number, entry in enumerate(read(trail), 1):
        if isinstance(entry, Unread):
            yield entry.is_torn, TORN if entry.is_torn else UNREADABLE.format(line=number)
        else:
            yield True, sentence(entry)
