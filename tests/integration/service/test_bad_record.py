"""Bad outcomes and heads: refused with a code, kept nowhere, and nobody else notices."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.record import OutcomeReport
from contract.refusals import RefusalCode
from contract.words import Cause
from tests.fakes.visits import head, report
from tests.integration.service.conftest import StillServed
from tests.integration.service.harness import LaptopPeer, Running, laptop
from tests.integration.service.nonsense import FEW, VALUES
from visits.demo_data.seed import Seeded

pytestmark = pytest.mark.slow

WHOLE = head(5).note
WRONG_OUTCOMES = st.dictionaries(
    st.sampled_from(sorted(OutcomeReport.model_fields)),
    VALUES
    | st.sampled_from([-1, 2**53, 1e300, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", {"": 1}])
    | st.dictionaries(st.sampled_from([*Cause, "NOBODY"]), st.integers(-5, 2**60), max_size=4),
    max_size=3,
)


@FEW
@given(changes=WRONG_OUTCOMES)
async def test_no_outcome_harms_anybody_or_is_kept_for_another_laptop(
    service: Running, seeded: Seeded, still_served: StillServed, changes: dict[str, Any]
) -> None:
    async with other_laptop(service) as peer:
        await peer.send(json.dumps(report(seeded.due.booking_id).model_dump(mode="json") | changes))
        assert await peer.refused() in (RefusalCode.MALFORMED, RefusalCode.NOT_YOUR_BOOKING, RefusalCode.OUT_OF_ORDER)
    await still_served()


@FEW
@given(
    note=st.text(max_size=300) | st.integers(0, len(WHOLE) - 1).map(lambda end: WHOLE[:end]) | st.just("x\n" * 2048),
    key=st.text(max_size=50) | st.sampled_from([head(5).public_key, "A" * 43 + "=", "/" * 43 + "="]),
)
async def test_no_head_harms_anybody_or_is_signed(
    service: Running, still_served: StillServed, note: str, key: str
) -> None:
    async with other_laptop(service) as peer:
        await peer.say("head", note=note, public_key=key)
        assert await peer.refused() in (RefusalCode.MALFORMED, RefusalCode.HEAD_UNSIGNED)
    await still_served()


@asynccontextmanager
async def other_laptop(service: Running) -> AsyncIterator[LaptopPeer]:
    """A laptop that has said hello and has no bookings."""
    async with laptop(service, "Laptop 2") as peer:
        await peer.hello()
        yield peer
