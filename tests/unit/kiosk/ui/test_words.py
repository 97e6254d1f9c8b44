"""The sentences and the words for times."""

import ast
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import kiosk.ui
from contract.words import Cause, EndCode, HoldReason, Presence, SetMessage
from kiosk.deeds import DeedKind
from kiosk.scenes import Connection, Fault, WaitingFor
from kiosk.ui.words import clock, from_to, lasting, left, say, table, until

UI = Path(kiosk.ui.__file__).parent
PLURALS = ("one", "other")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1800, "30 minutes left"),
        (720, "12 minutes left"),
        (719, "12 minutes left"),
        (600, "10 minutes left"),
        (61, "2 minutes left"),
        (60, "1 minute left"),
        (59, "59 seconds left"),
        (40, "40 seconds left"),
        (1, "1 second left"),
        (0, "0 seconds left"),
        (-5, "0 seconds left"),
    ],
)
def test_time_left_counts_started_minutes_and_then_seconds(seconds: int, words: str) -> None:
    assert left(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(240, "in 4 minutes"), (60, "in 1 minute"), (40, "in 40 seconds"), (0, "It is time"), (-90, "It is time")],
)
def test_a_countdown_ends_when_it_is_time(seconds: int, words: str) -> None:
    assert until(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(1795, "30 minutes"), (89, "1 minute"), (90, "2 minutes"), (40, "40 seconds")]
)
def test_time_passed_is_said_to_the_nearest_minute(seconds: int, words: str) -> None:
    assert lasting(seconds) == words


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (14, 30, "2:30pm"),
        (14, 0, "2pm"),
        (9, 5, "9:05am"),
        (0, 0, "midnight"),
        (0, 15, "12:15am"),
        (12, 0, "midday"),
        (12, 45, "12:45pm"),
    ],
)
def test_times_of_day_are_written_as_gov_uk_writes_them(hour: int, minute: int, words: str) -> None:
    assert clock(datetime(2026, 1, 5, hour, minute, tzinfo=UTC), "Europe/London") == words


def test_summer_time_is_not_an_hour_wrong() -> None:
    start = datetime(2026, 7, 14, 13, 30, tzinfo=UTC)
    assert from_to(start, start + timedelta(minutes=30), "Europe/London") == "2:30pm to 3pm"


def test_the_night_the_clocks_change_is_said_as_the_wall_clock_shows_it() -> None:
    before = datetime(2026, 3, 29, 0, 45, tzinfo=UTC)
    assert from_to(before, before + timedelta(minutes=30), "Europe/London") == "12:45am to 2:15am"


@pytest.mark.parametrize(
    "zone", ["Nowhere/Land", "", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b", "x" * 5000]
)
def test_an_unknown_timezone_says_that_the_time_is_utc(zone: str) -> None:
    assert clock(datetime(2026, 7, 14, 13, 30, tzinfo=UTC), zone) == "1:30pm UTC"


def test_braces_in_a_name_are_only_braces() -> None:
    assert say("joining.title", who="{0.__class__} {x}") == "Calling {0.__class__} {x}"


def test_every_choice_on_a_scene_has_its_sentence() -> None:
    sentences = table()
    assert {f"out_of_service.fault.{fault.value}" for fault in Fault} <= sentences.keys()
    assert {f"joining.waiting_for.{waiting.value}" for waiting in WaitingFor} <= sentences.keys()
    assert {f"officer_admits.no_picture.{presence.value}" for presence in Presence} <= sentences.keys()
    assert {f"interrupted.cause.{cause.value}" for cause in Cause} <= sentences.keys()
    assert {f"held.reason.{reason.value}" for reason in HoldReason} <= sentences.keys()
    assert {f"panel.deed.{kind.value}" for kind in DeedKind} <= sentences.keys()
    assert {f"panel.end_code.{code.value}" for code in EndCode} <= sentences.keys()
    assert {f"panel.message.{message.value}" for message in SetMessage} <= sentences.keys()
    assert {f"panel.hold_reason.{reason.value}" for reason in HoldReason if reason != "officer"} <= sentences.keys()
    assert {
        f"in_call.connection.{word.value}" for word in Connection if word is not Connection.GOOD
    } <= sentences.keys()


def constants() -> set[str]:
    return {constant for source in UI.rglob("*.py") for constant in strings_in(source)}


def strings_in(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_sentence_is_left_over() -> None:
    used = constants()
    for key in table().keys() - {"language"}:
        above, _, last = key.rpartition(".")
        assert key in used or f"{above}." in used or (last in PLURALS and above in used), key


def test_every_plural_has_all_forms_with_the_same_placeholders() -> None:
    families = {key.rpartition(".")[0] for key in table() if key.rpartition(".")[2] == "one"}
    assert families
    for family in families:
        forms = [table()[f"{family}.{form}"] for form in PLURALS]
        assert len({tuple(field for _, field, _, _ in string.Formatter().parse(form) if field) for form in forms}) == 1


def test_sentences_are_short_and_say_you() -> None:
    for key, sentence in table().items():
        assert sentence == sentence.strip(), key
        assert len(sentence) <= 100, key
        assert not {"inmate", "offender", "error"} & set(sentence.lower().split()), key
