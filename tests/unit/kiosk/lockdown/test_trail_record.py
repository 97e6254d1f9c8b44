"""Without a trail that checks out nothing opens, and what closes goes on."""

import pytest

from kiosk.errors import Unavailable
from kiosk.lockdown.trail_record import NoRecord


async def test_nothing_that_opens_can_be_recorded_and_what_closes_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    record = NoRecord()
    with pytest.raises(Unavailable, match="Use another laptop"):
        await record.recorded("devices_opened", {"booking_id": "b1"})
    record.note("end_asked", {"booking_id": "b1", "text": "a name"})
    assert "not recorded: end_asked b1" in caplog.text
    assert "a name" not in caplog.text
