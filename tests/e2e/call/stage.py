"""A call that is under way, as most tests need it."""

from collections.abc import Awaitable, Callable

from tests.e2e.kit.family import Family
from tests.e2e.kit.house import Booked, House
from tests.e2e.kit.officer import admits
from tests.e2e.kit.picture import colour_on
from tests.e2e.kit.screen import Screen
from tests.fakes.eventually import eventually

Look = Callable[[], object]


async def call_under_way(
    house: House, people: Family, screen: Screen, *, duration_s: int = 600, via: Callable[[str], str] = str
) -> Booked:
    """Everything started, everybody admitted, the family's picture on the laptop's screen."""
    booked = await house.book(duration_s=duration_s)
    await house.start_service()
    await house.start_laptop(via(house.laptop_url))
    await people.opens(house.url + booked.link)
    await admits(screen, people)
    await people.is_at("call")
    await is_seen(screen)
    return booked


async def in_two_goes(house: House, screen: Screen, go: Callable[[Screen], Awaitable[None]], done: Look) -> None:
    """Press what `go` presses until it is `done`: a second time if an interruption has wiped the first, rightly."""
    await go(screen)
    try:
        await eventually(done, 20, lambda: f"what was pressed for; {house.logs()}")
    except AssertionError:
        if not house.times_in("interrupted"):
            raise
        await is_seen(screen)
        await screen.press("Escape", "Escape", "Escape")  # closes what is open; where nothing is, it means nothing
        await go(screen)
        await eventually(done, 20, lambda: f"what was pressed for, twice; {house.logs()}")


async def is_seen(screen: Screen, within_s: float = 40) -> None:
    """Wait until the family is on the laptop's screen."""
    await eventually(lambda: colour_on(screen), within_s, "the family's picture on the screen")


async def is_gone(screen: Screen, within_s: float = 10) -> None:
    """Wait until the family's picture is off the laptop's screen."""
    await eventually(lambda: colour_on(screen) is None, within_s, "the family's picture is gone from the screen")
