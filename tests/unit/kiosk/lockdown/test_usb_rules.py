"""The rules for USBGuard: rendered from what was enrolled, and read as strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Untrusted
from kiosk.lockdown.usb_rules import (
    Enrolled,
    Enrolment,
    Use,
    parse_enrolment,
    parse_rules,
    render_enrolment,
    render_rules,
)

HASH = "A" * 43 + "="
RULE = f'allow id 046d:0825 hash "{HASH}" via-port "1-4"'
enrolled = st.builds(
    Enrolled,
    use=st.sampled_from(Use),
    id=st.from_regex(r"[0-9a-f]{4}:[0-9a-f]{4}", fullmatch=True),
    hash=st.from_regex(r"[A-Za-z0-9+/]{43}=", fullmatch=True),
    port=st.one_of(
        st.from_regex(r"usb[0-9]{1,3}", fullmatch=True), st.from_regex(r"[1-9]-[1-9](\.[1-9]){0,3}", fullmatch=True)
    ),
)
enrolments = st.builds(Enrolment, device=st.lists(enrolled, max_size=6).map(tuple))


@pytest.mark.slow
@given(enrolments)
def test_rules_let_in_exactly_what_was_enrolled(enrolment: Enrolment) -> None:
    assert parse_rules(render_rules(enrolment)) == enrolment.devices


@pytest.mark.slow
@given(enrolments)
def test_an_enrolment_is_read_as_it_was_written(enrolment: Enrolment) -> None:
    assert parse_enrolment(render_enrolment(enrolment)).devices == enrolment.devices


def test_comments_and_empty_lines_let_nothing_in() -> None:
    assert parse_rules(f"# of laptop 7\n\n  {RULE}  \n") == parse_rules(RULE)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("allow with-interface equals { 08:*:* }", "rule 1 allows by class without id, hash, via-port"),
        ("allow id 046d:0825", "rule 1 allows without hash, via-port"),
        (f'allow id 046d:0825 hash "{HASH}"', "rule 1 allows without via-port"),
        ('allow id 046d:0825 via-port "1-4"', "rule 1 allows without hash"),
        (f'allow hash "{HASH}" via-port "1-4"', "rule 1 allows without id"),
        ("allow", "rule 1 allows without id, hash, via-port"),
        ("block", "rule 1 is no rule that allows a device"),
        (RULE.replace("046d:0825", "*:*"), "rule 1 is not of our form: id, hash, via-port, each exact"),
        (RULE.replace("046d:0825", "046d:*"), "rule 1 is not of our form: id, hash, via-port, each exact"),
        (RULE + " if random(0.5)", "rule 1 is not of our form: id, hash, via-port, each exact"),
        (RULE.replace('"1-4"', 'one-of { "1-4" "1-5" }'), "rule 1 is not of our form: id, hash, via-port, each exact"),
        (f"{RULE}\n{RULE} with-interface 03:00:01", "rule 2 is not of our form: id, hash, via-port, each exact"),
    ],
)
def test_a_rule_that_is_not_by_id_hash_and_port_is_refused(rule: str, why: str) -> None:
    with pytest.raises(Untrusted, match=r"^rule \d ") as refused:
        parse_rules(rule)
    assert str(refused.value) == why


@given(st.text())
def test_any_text_is_rules_or_refused(text: str) -> None:
    try:
        devices = parse_rules(text)
    except Untrusted:
        return
    assert devices == frozenset()
