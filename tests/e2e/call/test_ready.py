"""A whole laptop checks itself before a call and by command, with real sound: service and terminal say the same."""

import asyncio
import json
import sys
from typing import Any

from tests.e2e.kit.house import House
from tests.fakes.eventually import within

CHECKS_WITHIN_S = 40.0
LOOK_EVERY_S = 0.5


async def reported(house: House) -> dict[str, Any]:
    """What the service knows of the laptop, once it knows anything."""
    while True:
        (told,) = [
            each
            for each in json.loads(await house.visits("laptop", "ready", "--json"))
            if each["laptop"] == house.laptop
        ]
        if told["light"] is not None:
            return dict(told)
        await asyncio.sleep(LOOK_EVERY_S)


async def ready(house: House) -> tuple[int, dict[str, Any]]:
    """`kiosk ready --json`: its status and what it said."""
    command = (sys.executable, "-m", "kiosk", "ready", "--json", "--runtime", str(house.runtime))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await within(CHECKS_WITHIN_S, process.communicate())
    return process.returncode or 0, dict(json.loads(said))


async def test_a_laptop_checks_itself_before_a_call_and_when_asked(house: House) -> None:
    booked = await house.book(starts_in_s=19 * 60)
    await house.start_service()
    await house.start_laptop()
    told = await within(CHECKS_WITHIN_S, reported(house))
    assert (told["checked_for"], told["booking_id"]) == ("booking", booked.booking_id)
    found = {row["check"]: (row["light"], row["found"]) for row in told["rows"]}
    assert found["camera"][0] == "green", found
    assert found["camera"][1].startswith("test picture: light "), found
    assert found["microphone"][0] == "red", found  # its loudspeaker is nowhere near its microphone in this house
    assert found["microphone"][1].startswith("own sound not heard: "), found
    assert found["service"][0] == "green", found
    assert found["relay_tcp"] == ("green", "this service uses no relay")
    await asyncio.sleep(10)  # policy's `check_again`
    status, said = await ready(house)
    assert status == 1
    assert said["checked_for"] == "command"
    assert {row["check"]: row["light"] for row in said["rows"]} == {check: light for check, (light, _) in found.items()}
