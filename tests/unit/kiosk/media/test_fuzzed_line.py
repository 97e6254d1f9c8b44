"""Whatever comes over the line, aiortc's own receivers and senders outlive it; a few tries, the many are attacks."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fakes.fuzzed_line import outlives, streams


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(streams)
def test_nearly_right_packets_are_taken_or_dropped(packets: tuple[list[bytes], list[bytes]]) -> None:
    asyncio.run(outlives(*packets))
