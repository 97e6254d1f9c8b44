"""What slips say, in English and in Welsh, and times as GOV.UK writes them. Pure; draws nothing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo


class Language(StrEnum):
    """Of the prisoner's slip; the officers' is in English."""

    ENGLISH = "en"
    WELSH = "cy"


WORDS: Final = MappingProxyType(
    {
        Language.ENGLISH: MappingProxyType(
            {
                "with": "You have a video call with {who}.",
                "where": "It is on {laptop}, {establishment}.",
                "midday": "midday",
                "midnight": "midnight",
                "and": "and",
                "and_vowel": "and",
            }
        ),
        Language.WELSH: MappingProxyType(
            {
                "with": "Mae gennych alwad fideo gyda {who}.",
                "where": "Mae ar {laptop}, {establishment}.",
                "midday": "hanner dydd",
                "midnight": "hanner nos",
                "and": "a",
                "and_vowel": "ac",
            }
        ),
    }
)
DAYS: Final = MappingProxyType(
    {
        Language.ENGLISH: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        Language.WELSH: (
            "Dydd Llun",
            "Dydd Mawrth",
            "Dydd Mercher",
            "Dydd Iau",
            "Dydd Gwener",
            "Dydd Sadwrn",
            "Dydd Sul",
        ),
    }
)
MONTHS: Final = MappingProxyType(
    {
        Language.ENGLISH: (
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        Language.WELSH: (
            *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
            *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
        ),
    }
)
VOWELS: Final = frozenset("aeiouwyâêîôûŵŷäëïöüàèìòùẁỳáéíóúẃý")  # before which Welsh "a" is "ac"


def say(language: Language, key: str, **values: str) -> str:
    """A sentence; what is filled in stays as it is."""
    return WORDS[language][key].format(**values)


def day_of(day: date, language: Language) -> str:
    """ "Monday 23 November"."""
    return f"{DAYS[language][day.weekday()]} {day.day} {MONTHS[language][day.month - 1]}"


def full_date(day: date) -> str:
    """ "23 November 2026", for officers."""
    return f"{day.day} {MONTHS[Language.ENGLISH][day.month - 1]} {day.year}"


def clock(moment: datetime, timezone: str, language: Language = Language.ENGLISH) -> str:
    """The time of day in the establishment: "2:30pm", "2pm", "midday"; with UTC where the zone is not known here."""
    try:
        local, suffix = moment.astimezone(ZoneInfo(timezone)), ""
    except (KeyError, ValueError, OSError):
        local, suffix = moment.astimezone(UTC), " UTC"
    if local.minute == 0 and local.hour % 12 == 0:
        return WORDS[language]["midday" if local.hour else "midnight"] + suffix
    face = f"{local.hour % 12 or 12}:{local.minute:02}" if local.minute else f"{local.hour % 12}"
    return f"{face}{'am' if local.hour < 12 else 'pm'}{suffix}"


def together(names: Sequence[str], language: Language) -> str:
    """ "Mum, Jac and Nain"."""
    if len(names) == 1:
        return names[0]
    last = names[-1]
    joined = WORDS[language]["and_vowel" if last[:1].lower() in VOWELS else "and"]
    return f"{', '.join(names[:-1])} {joined} {last}"
