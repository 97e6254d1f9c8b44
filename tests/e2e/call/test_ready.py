"""A whole laptop checks itself before a call, with real sound and a confined shell, and the service knows."""

import asyncio
import json
from typing import Any

from tests.e2e.kit.house import House
from tests.fakes.eventually import within

CHECKS_WITHIN_S = 100.0  # a busy machine is slow to start it all
LOOK_EVERY_S = 0.5


async def reported(house: House) -> dict[str, Any]:
    """What the service knows of the laptop, once it knows anything."""
    while True:
        every = json.loads(await house.visits("laptop", "ready", "--json"))
        (told,) = [each for each in every if each["laptop"] == house.laptop]
        if told["light"] is not None:
            return dict(told)
        await asyncio.sleep(LOOK_EVERY_S)


async def test_a_laptop_checks_itself_before_a_call(house: House) -> None:
    booked = await house.book(starts_in_s=19 * 60)
    await house.start_service()
    await house.start_laptop()
    told = await within(CHECKS_WITHIN_S, reported(house))
    assert (told["checked_for"], told["booking_id"]) == ("booking", booked.booking_id)
    found = {row["check"]: (row["light"], row["found"]) for row in told["rows"]}
    assert found["camera"][0] == "green", found
    assert found["camera"][1].startswith("test picture: 1280x720, "), found
    assert found["microphone"][0] == "red", found  # in this house nobody speaks, and the air carries nothing
    assert found["microphone"][1].endswith("not even noise"), found
    assert found["service"][0] in ("green", "amber"), found  # amber: on a busy machine it answers late
    assert found["service"][1].startswith(("answers in ", "connected")), found
    assert found["relay_tcp"] == ("green", "this service uses no relay")
