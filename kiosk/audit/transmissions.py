"""When camera and microphone were open, and for which call, from what the guard wrote as it opened and shut them.

A preview opens neither, so it does not show. Where no record says that they were shut, the time is told as far as it
is known: at least until the guard's last record, at the latest until it was there again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.audit.reading import Entry, Unread
from kiosk.audit.sentences import plain

STARTS: Final = frozenset({"guard_started", "trail_recovered"})


@dataclass(frozen=True)
class Transmission:
    """One time that camera and microphone were open; None for what the trail does not say.

    `opened` is None where that record was removed. Without `shut`, `last` is the guard's last record while they were
    open, and `by_then` the first after it was gone.
    """

    booking: str
    opened: Entry | None
    shut: Entry | None = None
    last: Entry | None = None
    by_then: Entry | None = None

    @property
    def lasted(self) -> timedelta | None:
        """How long, by the boot-time clock, which nobody can set; None when it is not known."""
        if self.opened is None or self.shut is None or self.shut.boot_id != self.opened.boot_id:
            return None
        return timedelta(microseconds=(self.shut.mono_ns - self.opened.mono_ns) // 1000)

    def sentence(self) -> str:
        """When, how long and for which call."""
        began = f"open from {_time(self.opened)}" if self.opened is not None else "opened before the trail begins, open"
        return f"Call {self.booking}: {began} {self._end()}."

    def _end(self) -> str:
        if self.shut is not None:
            lasted = f", for {_length(self.lasted)}" if self.lasted is not None else ""
            return f"until {_time(self.shut)}{lasted}"
        known = f"at least until {_time(self.last)}" if self.last is not None else "at least for a moment"
        if self.by_then is None:
            return f"{known}; no record says that they were shut, and the trail ends there"
        return f"{known}, at the latest until {_time(self.by_then)}; no record says that they were shut"


def transmissions(lines: Iterable[Entry | Unread]) -> Iterator[Transmission]:
    """Every transmission in the trail, oldest first; a line that cannot be read is passed over."""
    opened: Entry | None = None
    last: Entry | None = None
    may_be_open = False  # since before the first record, which is not the laptop's first
    for entry in (line for line in lines if isinstance(line, Entry)):
        may_be_open = entry.seq > 1 if last is None else may_be_open
        if opened is not None and (entry.event in STARTS or entry.event == "devices_opened"):
            yield Transmission(_booking(opened), opened, last=last, by_then=entry)
            opened = None
        if entry.event == "devices_opened":
            opened = entry
        elif entry.event == "devices_shut" and (opened is not None or may_be_open):
            yield Transmission(_booking(opened or entry), opened, shut=entry)
            opened = None
        may_be_open = may_be_open and entry.event not in {*STARTS, "devices_opened", "devices_shut"}
        last = entry
    if opened is not None:
        yield Transmission(_booking(opened), opened, last=last)


def _booking(entry: Entry) -> str:
    return plain(str(entry.data.get("booking_id", "that is not named")))


def _time(entry: Entry) -> str:
    return f"{datetime.fromisoformat(entry.wall):%Y-%m-%d %H:%M:%S.%f}"[:-3] + f" UTC (record {entry.seq})"


def _length(span: timedelta) -> str:
    minutes, seconds = divmod(span.total_seconds(), 60)
    return f"{minutes:.0f} min {seconds:.3f} s"
