"""The list of officers, as its plain text is read."""

import json
from typing import Any

import pytest

from contract.documents import LONGEST_BYTES as LONGEST_DOCUMENT
from contract.documents import DocumentKind
from contract.only_for import only_for
from contract.roster import LONGEST_BYTES, LONGEST_NAME, MOST_OFFICERS, ROSTER, Right, Roster, RosterOfficer
from contract.strict import Malformed, parse
from tests.fakes.rosters import SEALING_KEY, officer, signed_jwe

TWO = Roster(officers=(officer("A1", "482913"), officer("B2", "571046", disabled=True)))


def spelled() -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(TWO.model_dump_json())
    return fields


def test_it_is_read_as_it_was_written() -> None:
    assert parse(TWO.model_dump_json(), ROSTER) == TWO


def test_the_most_officers_with_the_longest_names_fit_into_a_document() -> None:
    verifier = officer("A1", "482913").verifier.replace("m=8,", "m=131072,")
    longest = "\U0001f600" * LONGEST_NAME
    everybody = tuple(
        RosterOfficer(number=f"{place:016}", name=longest, rights=frozenset(Right), verifier=verifier)
        for place in range(MOST_OFFICERS)
    )
    plain = Roster(officers=everybody).model_dump_json().encode()
    assert len(plain) <= LONGEST_BYTES
    document = signed_jwe(only_for(SEALING_KEY.public_key(), plain))
    assert len(document) <= LONGEST_DOCUMENT[DocumentKind.ROSTER]


def test_a_verifier_is_not_shown_where_an_officer_is() -> None:
    assert "argon2" not in repr(TWO)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verifier", "482913"),
        ("verifier", "$argon2id$v=19$m=9999999,t=1,p=1$" + "A" * 22 + "$" + "A" * 43),
        ("rights", ["everything"]),
        ("number", "a1"),
        ("name", ""),
        ("name", "a" * (LONGEST_NAME + 1)),
        ("disabled", "no"),
        ("pin", "482913"),
    ],
)
def test_an_officer_that_is_not_as_it_should_be_spoils_the_whole_list(field: str, value: object) -> None:
    fields = spelled()
    fields["officers"][0][field] = value
    with pytest.raises(Malformed):
        parse(json.dumps(fields), ROSTER)


def test_a_number_twice_or_out_of_order_spoils_it_too() -> None:
    first, second = spelled()["officers"]
    for officers in ([first, first], [second, first]):
        with pytest.raises(Malformed, match="order of their numbers"):
            parse(json.dumps({"officers": officers}), ROSTER)


def test_more_than_the_most_are_not_read() -> None:
    first = spelled()["officers"][0]
    many = [first | {"number": f"{place:05}"} for place in range(MOST_OFFICERS + 1)]
    with pytest.raises(Malformed, match="500"):
        parse(json.dumps({"officers": many}), ROSTER)
