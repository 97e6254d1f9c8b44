"""Whose link it is."""

from datetime import timedelta

import pytest

from contract.refusals import RefusalCode
from tests.fakes.visits import NOON
from visits.domain.claims import check_holder, is_new_claim
from visits.domain.records import Claim, Digest
from visits.errors import Refused

OURS = Digest("ours")
THEIRS = Digest("theirs")
CLAIM = Claim(OURS, NOON)
TEN = timedelta(seconds=10)


def test_the_first_browser_gets_the_link() -> None:
    assert is_new_claim(None, None, TEN)


@pytest.mark.parametrize("gone_for", [None, timedelta(0), timedelta(days=1)])
def test_the_holder_may_always_come_back(gone_for: timedelta | None) -> None:
    assert not is_new_claim(CLAIM, OURS, gone_for)


@pytest.mark.parametrize("cookie", [None, THEIRS])
@pytest.mark.parametrize("gone_for", [None, timedelta(0), TEN - timedelta(milliseconds=1)])
def test_another_browser_is_refused_while_the_holder_is_near(cookie: Digest | None, gone_for: timedelta | None) -> None:
    with pytest.raises(Refused) as refused:
        is_new_claim(CLAIM, cookie, gone_for)
    assert refused.value.code is RefusalCode.LINK_IN_USE


def test_another_browser_gets_the_link_once_the_holder_has_been_gone_10_s() -> None:
    assert is_new_claim(CLAIM, THEIRS, TEN)


@pytest.mark.parametrize(("claim", "cookie"), [(None, None), (None, OURS), (CLAIM, None), (CLAIM, THEIRS)])
def test_only_the_holder_may_connect(claim: Claim | None, cookie: Digest | None) -> None:
    with pytest.raises(Refused) as refused:
        check_holder(claim, cookie)
    assert refused.value.code is RefusalCode.LINK_NOT_CLAIMED
    check_holder(CLAIM, OURS)
