"""The policy of an establishment: what it may say, and the sentence for what it may not."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import assets
from contract.policy import Policy, policy_in
from contract.policy_text import LONGEST_BYTES, PolicyWrong
from contract.spans import UNITS, span, spelled
from contract.strict import Message

HEAD: Final = """establishment = "HMP Example"
use = "live"
serial = 7
valid_from = 2026-12-01T00:00:00Z
valid_until = 2027-12-01T00:00:00Z
"""
EXAMPLE: Final = assets.text("policy/example.toml")
HOSTILE: Final = {
    "brackets": "a = " + "[" * 60_000,
    "brackets on lines": "a = " + "[\n" * 30_000,
    "tables within tables": "a = " + "{a=" * 20_000,
    "a key of many parts": ".".join("a" * 30_000) + " = 1",
    "such keys in a list": "a = {b = '''\n''', " + ".".join("c" * 25_000) + " = 1, d='x'}",
    "a long number": "a = " + "9" * 60_000,
    "many fields": "\n".join(f"a{n} = 1" for n in range(6_000)),
    "many tables": "[[a]]\n" * 10_000,
    "an open text": "a = '" + "\\" * 60_000,
    "a gigabyte, nearly": "#" * 50_000_000,
}


def refusal(text: bytes | str) -> str:
    with pytest.raises(PolicyWrong) as refused:
        policy_in(text)
    return str(refused.value)


def test_a_policy_may_be_as_short_as_its_head_and_then_has_every_default() -> None:
    policy = policy_in(HEAD)
    assert (policy.establishment, policy.laptop, policy.use, policy.serial) == ("HMP Example", None, "live", 7)
    assert policy.bounds == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC))
    assert policy.call.length == timedelta(minutes=30)
    assert policy.network is None


def test_the_example_says_every_default_and_nothing_else() -> None:
    example, short = policy_in(EXAMPLE), policy_in(HEAD)
    for name, section in short:
        if isinstance(section, Message):
            assert getattr(example, name) == section, name


def test_the_example_names_every_field_that_there_is() -> None:
    for name, field in Policy.model_fields.items():
        assert name in EXAMPLE
        if isinstance(field.default, Message):
            assert f"\n[{name}]" in EXAMPLE
            for inner in type(field.default).model_fields:
                assert f"\n{inner} = " in EXAMPLE or f"\n# {inner} = " in EXAMPLE, f"{name}.{inner}"


def test_what_the_example_leaves_out_may_be_put_in() -> None:
    whole = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and " = " in line else line for line in EXAMPLE.splitlines()
    )
    policy = policy_in(whole)
    assert policy.laptop == "visits-1"
    assert policy.presence.presence_every == timedelta(minutes=15)
    assert policy.camera.camera_id == "046d:085e"
    assert policy.network is not None
    assert policy.network.wireless == "HMP Example Visits"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "wrong at establishment: it is missing"),
        (HEAD.replace("serial = 7", "serial = 0"), "wrong at serial"),
        (HEAD.replace('"live"', '"both"'), "wrong at use"),
        (HEAD.replace("00Z", "00"), "wrong at valid_from"),
        (HEAD.replace("2027", "2026"), "valid_until must come after valid_from"),
        (HEAD.replace("2027", "2036"), "within 800 days"),
        (HEAD + "[calls]\n", "wrong at calls: there is no field of this name"),
        (HEAD + '[call]\nlenght = "30 min"\n', "wrong at call.lenght: there is no field of this name"),
        (HEAD + '[call]\nlength = "0 s"\n', "wrong at call.length: it must be between 5 min and 2 h"),
        (HEAD + '[call]\nlength = "3650 days"\n', "wrong at call.length: it must be between 5 min and 2 h"),
        (HEAD + "[call]\nlength = 30\n", "wrong at call.length: a span of time is written"),
        (HEAD + '[call]\nlength = "30 minutes"\n', "wrong at call.length: a span of time is written"),
        (HEAD + '[call]\nlength = "90 min"\n', "length must not be over longest"),
        (HEAD + '[call]\nextend_choices = ["10 min", "5 min"]\n', "extend_choices must go from"),
        (HEAD + '[call]\nlongest_extension = "10 min"\n', "extend_choices must not be over longest_extension"),
        (HEAD + '[call]\nshortest_goodbye = "2 min"\n', "shortest_goodbye must not be over goodbye"),
        (HEAD + '[warnings]\nwarnings = ["1 min", "1 min"]\n', "warnings must go from the longest"),
        (HEAD + "[people]\noutside = 6\n", "wrong at people.outside"),
        (HEAD + '[people]\noutside = "4"\n', "wrong at people.outside"),
        (HEAD + '[pick_up]\nlatest = "60 min"\nearliest = "30 min"\n', "latest must not be before earliest"),
        (HEAD + '[call]\nroom_opens = "20 min"\n', "readiness_known must be longer than call.room_opens"),
        (HEAD + '[pick_up]\nreadiness_known = "5 min"\n', "readiness_known must be longer than call.room_opens"),
        (HEAD + '[presence]\npresence_every = "2 min"\npresence_warns = "2 min"\n', "presence_warns must be"),
        (HEAD + '[reconnect]\nreconnect_quietly = "2 min"\nreconnect_then_ask = "1 min"\n', "reconnect_quietly"),
        (HEAD + '[reconnect]\nnot_receiving = "6 s"\n', "not_receiving must not be over far_side_silent"),
        (HEAD + "[quality]\nloss_poor_percent = 15\n", "loss_poor_percent must be under loss_bad_percent"),
        (HEAD + "[quality]\nloss_poor_percent = nan\n", "wrong at quality.loss_poor_percent"),
        (HEAD + '[languages]\noffered = ["fr"]\n', "wrong at languages.offered"),
        (HEAD + '[languages]\noffered = ["en", "en"]\n', "offered must name each language once"),
        (HEAD + "[announcement]\nlanguages = []\n", "wrong at announcement.languages"),
        (HEAD + '[laptop_waits]\nshell_silent = "10 s"\n', "shell_silent must be shorter than shell_dead"),
        (HEAD + '[laptop_waits]\ncheck_within = "24 s"\n', "check_within: it must be between 25 s and 2 min"),
        (HEAD + '[documents]\nsheet_stale_after = "36 h"\n', "sheet_stale_after must be shorter"),
        (HEAD + '[documents]\npolicy_stale_after = "30 days"\n', "policy_stale_after must be shorter"),
        (HEAD + '[officers]\npin_forgiven_every = "5 min"\n', "pin_forgiven_every must not be under"),
        (HEAD + '[officers]\npin_first_delay = "5 min"\npin_longest_delay = "1 min"\n', "pin_first_delay must not"),
        (HEAD + "[officers]\npin_least_digits = 4\n", "wrong at officers.pin_least_digits"),
        (HEAD + '[camera]\ncamera_id = "any"\n', "wrong at camera.camera_id"),
        (HEAD + "[face_advice]\nlighting = 1\n", "wrong at face_advice.lighting"),
        (HEAD + '[network]\nservices = ["visits.example:443"]\n', "not a name or a network"),
        (HEAD + "serial = 8\n", "stands there twice: line 6"),
        (HEAD + "[call]\n[call]\n", "stands there twice: line 7"),
        (HEAD + '"\\u001b[2J" = 1\n', "wrong at a field: there is no field of this name"),
        ("\x00", "not TOML"),
        ("\ud800", "not TOML"),
        ("\ufeff" + HEAD, "not TOML"),
        (b"\xff\xfe", "not TOML"),
        (b"#" * (LONGEST_BYTES + 1), "longer than 65536 bytes"),
        ("#" + "é" * 40_000, "longer than 65536 bytes"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_repeated(text: bytes | str, told: str) -> None:
    said = refusal(text)
    assert told in said
    assert len(said) < 300
    assert said.isprintable()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused_within_a_second(name: str) -> None:
    began = time.process_time()
    refusal(HEAD + HOSTILE[name])
    assert time.process_time() - began < 1


@pytest.mark.slow
@given(st.text(max_size=200))
def test_no_text_does_anything_but_check_out_or_be_refused(text: str) -> None:
    for whole in (text, HEAD + text, HEAD.replace("HMP Example", text), HEAD + f"[call]\nlength = '{text}'\n"):
        try:
            policy_in(whole)
        except PolicyWrong:
            continue


@given(st.integers(min_value=0, max_value=999_999), st.sampled_from(sorted(UNITS)))
def test_a_span_that_is_spelled_reads_the_same(count: int, unit: str) -> None:
    length = span(f"{count} {unit}")
    assert span(spelled(length)) == length
