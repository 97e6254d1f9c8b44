"""What a laptop obeys: whose documents, in which order, what is never forgotten, and how keys follow one another."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.documents import DocumentFault, DocumentKind
from contract.envelope import Audience
from contract.words import Use
from kiosk.trusted import Refusal, Trusted
from tests.fakes.authority import (
    ESTABLISHMENT,
    OFFLINE,
    ONLINE,
    compact,
    document_key,
    header,
    identity,
    seconds,
    signed,
    signed_keys,
    signed_sheet,
)
from tests.fakes.clock import NOON
from tests.fakes.trusting import IN_FORCE, Trusting, sheet_of_serial

F, KEYS, POLICY, SHEET = DocumentFault, DocumentKind.KEYS, DocumentKind.POLICY, DocumentKind.SHEET
DAY = timedelta(days=1)
HIGHEST = 2**53 - 1
ONLINE_KEY = document_key("online-demo", ONLINE)
OFFLINE_KEY = document_key("offline-demo", OFFLINE)


@pytest.fixture
def laptop(tmp_path: Path) -> Trusting:
    laptop = Trusting(tmp_path)
    laptop.has_a_sheet()
    return laptop


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Trusting:
    """One that stands through all that hypothesis thinks of: it refuses everything."""
    laptop = Trusting(tmp_path_factory.mktemp("laptop"))
    laptop.has_a_sheet()
    return laptop


# ---- what is obeyed ----


def test_a_laptop_obeys_what_is_signed_for_it(laptop: Trusting) -> None:
    assert laptop.obeys_sheet(signed_sheet(sheet_of_serial(6))) == sheet_of_serial(6)
    assert laptop.obeys(POLICY, signed(POLICY, b"rules")).payload == b"rules"


def test_a_policy_may_be_for_every_laptop_of_the_establishment(laptop: Trusting) -> None:
    everyone = Audience(establishment=ESTABLISHMENT, laptop=None)
    assert laptop.obeys(POLICY, signed(POLICY, b"rules", aud=everyone)).payload == b"rules"


def test_the_same_document_again_is_no_news_and_as_good_as_before(laptop: Trusting) -> None:
    again = signed_sheet(sheet_of_serial(IN_FORCE))
    before = laptop.remembers()
    assert laptop.obeys_sheet(again).serial == IN_FORCE
    assert laptop.restarts().obeys_sheet(again).serial == IN_FORCE
    assert laptop.remembers()[1] == before[1]
    assert len(laptop.record.of("document_taken")) == 1


def test_a_document_counts_from_its_first_second_to_its_last(laptop: Trusting) -> None:
    text = signed_sheet(sheet_of_serial(6), nbf=seconds(NOON), exp=seconds(NOON) + 1)
    laptop.obeys_sheet(text)
    laptop.clock.advance(1)
    assert laptop.refuses(text) is F.EXPIRED


def test_a_document_may_count_beyond_its_end_for_as_long_as_is_said(laptop: Trusting) -> None:
    text = signed(POLICY, b"rules", exp=seconds(NOON - DAY))
    assert laptop.refuses(text, POLICY) is F.EXPIRED
    laptop.documents.read(POLICY, text, lambda envelope: envelope, grace=2 * DAY)
    laptop.clock.advance(DAY.total_seconds())
    with pytest.raises(Refusal, match="expired"):
        laptop.documents.read(POLICY, text, lambda envelope: envelope, grace=2 * DAY)


def test_each_kind_has_its_own_serials(laptop: Trusting) -> None:
    laptop.obeys(POLICY, signed(POLICY, b"rules", serial=HIGHEST))
    laptop.obeys_sheet(signed_sheet(sheet_of_serial(6)))
    assert (laptop.serial(POLICY), laptop.serial(SHEET)) == (HIGHEST, 6)


def test_a_laptop_that_is_not_enrolled_obeys_nothing() -> None:
    with pytest.raises(Refusal, match="not enrolled"):
        Trusted(None).judge(SHEET, signed_sheet(sheet_of_serial(1)), NOON)
    with pytest.raises(Refusal, match="not enrolled"):
        Trusted(None).judge_time("anything")


def test_a_live_laptop_obeys_live_documents_and_no_other(tmp_path: Path) -> None:
    laptop = Trusting(tmp_path, identity(Use.LIVE))
    assert laptop.refuses(signed_sheet(sheet_of_serial(1))) is F.DEMO_OR_LIVE
    live = sheet_of_serial(1).model_copy(update={"use": Use.LIVE})
    assert laptop.obeys_sheet(signed_sheet(live)).use is Use.LIVE


# ---- the reason ----


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong with a header, or with the rest. Flaws of one `place` exclude one another."""

    fault: DocumentFault
    place: str
    value: object


FLAWS = (  # in the order in which they are looked for
    Flaw(F.WRONG_KIND, "typ", "visit-roster"),
    Flaw(F.UNKNOWN_CRITICAL, "crit", ["aud", "colour", "exp", "iss", "nbf", "serial", "use"]),
    Flaw(F.DEMO_OR_LIVE, "use", "live"),
    Flaw(F.OTHER_ESTABLISHMENT, "aud", {"establishment": "HMP Other", "laptop": "Visits 2"}),
    Flaw(F.OTHER_LAPTOP, "aud", {"establishment": ESTABLISHMENT, "laptop": "Visits 2"}),
    Flaw(F.UNKNOWN_KEY, "kid", "stranger"),
    Flaw(F.KEY_MAY_NOT, "kid", "offline-demo"),
    Flaw(F.WRONG_ISSUER, "iss", "HMP Other"),
    Flaw(F.WRONGLY_SIGNED, "signer", "stranger"),
    Flaw(F.ROLLED_BACK, "serial", IN_FORCE - 1),
    Flaw(F.SERIAL_USED_TWICE, "serial", IN_FORCE),
    Flaw(F.NOT_YET_VALID, "nbf", seconds(NOON) + 60),
    Flaw(F.EXPIRED, "exp", seconds(NOON)),
    Flaw(F.BAD_CONTENT, "payload", b"{}"),
)
_ONE_A_PLACE = st.lists(st.sampled_from(FLAWS), unique_by=lambda flaw: flaw.place, min_size=1, max_size=len(FLAWS))


def _with(flaws: list[Flaw]) -> str:
    said = header(SHEET, serial=IN_FORCE + 1).model_dump(mode="json")
    wrong = {flaw.place: flaw.value for flaw in flaws}
    payload = wrong.pop("payload", sheet_of_serial(IN_FORCE + 1).model_dump_json().encode())
    signer = str(wrong.pop("signer", "online-demo"))
    assert isinstance(payload, bytes)
    return compact(json.dumps(said | wrong).encode(), payload, signer)


@given(flaws=_ONE_A_PLACE)
def test_of_all_that_is_wrong_the_first_in_the_order_is_the_reason(standing: Trusting, flaws: list[Flaw]) -> None:
    places = {flaw.place for flaw in flaws}
    if {"nbf", "exp"} <= places:
        flaws = [flaw for flaw in flaws if flaw.place != "exp"]  # together they are no span at all
    assert standing.refuses(_with(flaws)) is min(flaws, key=FLAWS.index).fault


def test_with_no_flaw_it_is_obeyed(laptop: Trusting) -> None:
    assert laptop.obeys_sheet(_with([])).serial == IN_FORCE + 1


# ---- keys follow one another ----


def test_a_chain_of_keys_each_named_by_the_one_before_it(laptop: Trusting) -> None:
    second, third = document_key("offline-2", OFFLINE), document_key("offline-3", OFFLINE)
    laptop.documents.keys(signed_keys(ONLINE_KEY, OFFLINE_KEY, second, serial=1))
    laptop.documents.keys(signed_keys(ONLINE_KEY, second, third, serial=2, kid="offline-2"))
    laptop.restarts().documents.keys(signed_keys(ONLINE_KEY, third, serial=3, kid="offline-3"))
    assert laptop.obeys(POLICY, signed(POLICY, b"rules", kid="offline-3")).payload == b"rules"


@pytest.mark.parametrize("kid", ["offline-demo", "offline-2"])
def test_a_key_that_was_left_out_has_ended(laptop: Trusting, kid: str) -> None:
    second, third = document_key("offline-2", OFFLINE), document_key("offline-3", OFFLINE)
    laptop.documents.keys(signed_keys(ONLINE_KEY, second, serial=1))
    laptop.documents.keys(signed_keys(ONLINE_KEY, third, serial=2, kid="offline-2"))
    laptop.restarts()
    assert laptop.refuses(signed(POLICY, b"rules", kid=kid), POLICY) is F.UNKNOWN_KEY
    assert laptop.refuses(signed_keys(ONLINE_KEY, third, serial=9, kid=kid), KEYS) is F.UNKNOWN_KEY


def test_keys_named_by_a_stranger_change_nothing(laptop: Trusting) -> None:
    own = document_key("mallory", frozenset(DocumentKind))
    for changes in ({"kid": "mallory"}, {"signer": "mallory"}, {"kid": "online-demo"}):
        laptop.refuses(signed_keys(own, **changes), KEYS)
    assert laptop.refuses(signed_sheet(sheet_of_serial(6), kid="mallory")) is F.UNKNOWN_KEY


def test_a_new_key_counts_only_after_the_old_one_has_named_it(laptop: Trusting) -> None:
    next_sheet = signed_sheet(sheet_of_serial(6), kid="online-2")
    assert laptop.refuses(next_sheet) is F.UNKNOWN_KEY
    laptop.documents.keys(signed_keys(document_key("online-2", ONLINE), OFFLINE_KEY))
    assert laptop.obeys_sheet(next_sheet).serial == 6


def test_keys_of_which_none_could_name_the_next_ones_here_are_refused(laptop: Trusting) -> None:
    live = document_key("offline-live", OFFLINE, Use.LIVE)
    assert laptop.refuses(signed_keys(ONLINE_KEY, live), KEYS) is F.BAD_CONTENT


def test_old_keys_cannot_be_brought_back(laptop: Trusting) -> None:
    first = signed_keys(ONLINE_KEY, OFFLINE_KEY, serial=1)
    laptop.documents.keys(first)
    laptop.documents.keys(signed_keys(document_key("online-2", ONLINE), OFFLINE_KEY, serial=2))
    assert laptop.restarts().refuses(first, KEYS) is F.ROLLED_BACK


def test_what_an_ended_key_has_signed_stays_in_force_until_something_newer_comes(laptop: Trusting) -> None:
    in_force = signed_sheet(sheet_of_serial(IN_FORCE))
    laptop.documents.keys(signed_keys(document_key("online-2", ONLINE), OFFLINE_KEY))
    assert laptop.restarts().obeys_sheet(in_force).serial == IN_FORCE
    assert laptop.refuses(signed_sheet(sheet_of_serial(6))) is F.UNKNOWN_KEY
    laptop.obeys_sheet(signed_sheet(sheet_of_serial(6), kid="online-2"))
    assert laptop.refuses(in_force) is F.UNKNOWN_KEY


def test_what_an_ended_key_has_signed_ends_at_its_time_all_the_same(laptop: Trusting) -> None:
    text = signed_sheet(sheet_of_serial(6), exp=seconds(NOON) + 60)
    laptop.obeys_sheet(text)
    laptop.documents.keys(signed_keys(document_key("online-2", ONLINE), OFFLINE_KEY))
    laptop.clock.advance(60)
    assert laptop.refuses(text) is F.EXPIRED


def test_a_stolen_key_that_signed_the_highest_serial_there_is_holds_nothing_up_once_it_has_ended(
    laptop: Trusting,
) -> None:
    laptop.obeys_sheet(signed_sheet(sheet_of_serial(HIGHEST)))
    assert laptop.refuses(signed_sheet(sheet_of_serial(6))) is F.ROLLED_BACK
    laptop.documents.keys(signed_keys(document_key("online-2", ONLINE), OFFLINE_KEY))
    assert laptop.restarts().obeys_sheet(signed_sheet(sheet_of_serial(6), kid="online-2")).serial == 6


def test_another_key_under_the_name_of_an_old_one_inherits_nothing(laptop: Trusting) -> None:
    other = document_key("other", ONLINE).model_copy(update={"key_id": "online-demo"})
    laptop.documents.keys(signed_keys(other, OFFLINE_KEY))
    assert laptop.refuses(signed_sheet(sheet_of_serial(6))) is F.WRONGLY_SIGNED
    assert laptop.obeys_sheet(signed_sheet(sheet_of_serial(1), signer="other")).serial == 1


def test_serials_of_the_keys_that_stay_are_remembered_through_a_change(laptop: Trusting) -> None:
    laptop.documents.keys(signed_keys(ONLINE_KEY, document_key("online-2", ONLINE), OFFLINE_KEY))
    assert laptop.refuses(signed_sheet(sheet_of_serial(4), kid="online-2")) is F.ROLLED_BACK
    assert laptop.refuses(signed_sheet(sheet_of_serial(IN_FORCE), kid="online-2")) is F.SERIAL_USED_TWICE


# ---- enrolled anew ----


def test_a_laptop_that_is_enrolled_anew_begins_anew(laptop: Trusting) -> None:
    laptop.obeys_sheet(signed_sheet(sheet_of_serial(HIGHEST)))
    again = identity().model_copy(update={"enrolled_at": NOON, "replaces": True})
    laptop.restarts(again)
    assert laptop.serial() is None
    assert laptop.obeys_sheet(signed_sheet(sheet_of_serial(6))).serial == 6


def test_a_service_that_has_moved_is_no_new_enrolment(laptop: Trusting) -> None:
    laptop.documents.keys(signed_keys(document_key("online-2", ONLINE), OFFLINE_KEY))
    laptop.restarts(identity().model_copy(update={"service": "https://192.0.2.7:8443"}))
    assert laptop.serial() == IN_FORCE
    assert laptop.refuses(signed_sheet(sheet_of_serial(6))) is F.UNKNOWN_KEY


def test_documents_of_the_name_it_had_before_are_another_laptops(laptop: Trusting) -> None:
    laptop.restarts(identity(laptop="Visits 2"))
    text = signed_sheet(sheet_of_serial(IN_FORCE))
    assert laptop.refuses(text) is F.OTHER_LAPTOP


# ---- time ----

NONCE = "n" * 22


def _signed_time(**changes: object) -> str:
    said = {"nonce": NONCE, "at": NOON.isoformat()}
    return signed(DocumentKind.TIME, json.dumps(said).encode(), **changes)


def test_a_signed_time_is_believed_whatever_this_laptops_clock_says(laptop: Trusting) -> None:
    laptop.clock.set_wall(NOON.replace(year=1970))
    assert laptop.documents.time(_signed_time(), NONCE) == NOON


def test_a_signed_time_that_was_not_asked_for_is_not_believed(laptop: Trusting) -> None:
    with pytest.raises(Exception, match="not asked for"):
        laptop.documents.time(_signed_time(), "m" * 22)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"signer": "stranger"}, F.WRONGLY_SIGNED),
        ({"kid": "offline-demo"}, F.KEY_MAY_NOT),
        ({"aud": Audience(establishment=ESTABLISHMENT, laptop="Visits 2")}, F.OTHER_LAPTOP),
    ],
)
def test_a_time_signed_by_or_for_somebody_else_is_not_believed(
    laptop: Trusting, changes: dict[str, object], why: DocumentFault
) -> None:
    with pytest.raises(Refusal) as refused:
        laptop.documents.time(_signed_time(**changes), NONCE)
    assert refused.value.fault is why
    assert laptop.documents.refused.faults == {DocumentKind.TIME: why}
