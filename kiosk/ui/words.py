"""Every sentence on screen, by key, and the words for times. Pure but for reading the table once; knows no widget."""

import functools
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import assets

MINUTE_S: Final = 60

PLURAL_CLASS: Final[Mapping[str, Callable[[int], str]]] = MappingProxyType(
    {"en": lambda n: "one" if n == 1 else "other"}  # CLDR's plural rules, one entry a language
)


@functools.cache
def table() -> Mapping[str, str]:
    """The sentences by dotted key, such as "joining.title"."""
    return MappingProxyType(dict(_flat(tomllib.loads(assets.text("words/en.toml")))))


def _flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, str):
            yield above + key, value
        else:
            yield from _flat(value, f"{above}{key}.")


def say(key: str, **values: str | int) -> str:
    """The sentence `key` with its placeholders filled. Raises KeyError for a key that is not in the table."""
    return table()[key].format(**values)


def count(key: str, n: int) -> str:
    """The sentence `key` in the plural form that `n` takes."""
    return say(f"{key}.{PLURAL_CLASS[table()['language']](n)}", n=n)


def left(seconds: int) -> str:
    """Time that is left: "12 minutes left", and in the last minute "40 seconds left"."""
    return _whole_or_seconds("time.minutes_left", "time.seconds_left", seconds)


def until(seconds: int) -> str:
    """Time to wait: "in 4 minutes", "in 40 seconds", "It is time"."""
    return say("time.now") if seconds <= 0 else _whole_or_seconds("time.in_minutes", "time.in_seconds", seconds)


def _whole_or_seconds(minutes_key: str, seconds_key: str, seconds: int) -> str:
    if seconds < MINUTE_S:
        return count(seconds_key, max(0, seconds))
    return count(minutes_key, -(-seconds // MINUTE_S))


def lasting(seconds: int) -> str:
    """A time that has passed: "28 minutes" to the nearest minute, "40 seconds" under one."""
    if seconds < MINUTE_S:
        return count("time.seconds", max(0, seconds))
    return count("time.minutes", (seconds + MINUTE_S // 2) // MINUTE_S)


def clock(moment: datetime, timezone: str) -> str:
    """The time of day in the establishment, as GOV.UK writes it: "2:30pm", "2pm", "midday"."""
    zone = _zone(timezone)
    if zone is None:  # the hour may be wrong for the reader: say which hour it is
        return say("time.utc", time=_of_day(moment.astimezone(UTC)))
    return _of_day(moment.astimezone(zone))


def day_of(moment: datetime, timezone: str) -> str:
    """The day in the establishment, as GOV.UK writes it: "3 November"."""
    return day_in_words(moment.astimezone(_zone(timezone) or UTC).date())


def day_in_words(day: date) -> str:
    """A day as GOV.UK writes it: "3 November"."""
    return say("time.day", day=day.day, month=say(f"time.month.{day.month}"))


def from_to(starts_at: datetime, ends_at: datetime, timezone: str) -> str:
    """A span of the day: "2:30pm to 3pm"."""
    return say("time.from_to", start=clock(starts_at, timezone), end=clock(ends_at, timezone))


def _of_day(local: datetime) -> str:
    if local.minute == 0 and local.hour % 12 == 0:
        return say("time.midday" if local.hour else "time.midnight")
    face = f"{local.hour % 12 or 12}:{local.minute:02}" if local.minute else f"{local.hour % 12}"
    return say("time.am" if local.hour < 12 else "time.pm", clock=face)


@functools.cache
def _zone(name: str) -> tzinfo | None:
    """The zone called `name`, or None for a name this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
