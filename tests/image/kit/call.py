"""A call under way from the machine, with a family outside."""

from dataclasses import dataclass
from functools import partial

from contract.words import Outcome
from tests.e2e.kit.family import Family
from tests.e2e.kit.officer import admits
from tests.e2e.kit.picture import another_colour, colour_on
from tests.fakes.eventually import eventually
from tests.image.kit import looks
from tests.image.kit.dilation import now, ours
from tests.image.kit.shown import Shown
from tests.image.kit.site import Site
from tests.image.kit.trail import live_since
from tests.image.kit.vm import Vm
from visits.demo_data.write import Made

READY_S = 600.0  # in ours
WITHIN_S = 60.0  # in the time that the machine lives in, as all seconds of a call here
LOOK_EVERY_S = 1.0  # each look is work for an emulated machine


@dataclass(frozen=True)
class Call:
    """The machine, its screen, the family and the booking."""

    vm: Vm
    screen: Shown
    people: Family
    booked: Made

    async def is_live(self, after_s: float = 0, within_s: float = WITHIN_S) -> float:
        """Wait until it is, by the laptop's record, since the machine's time of day `after_s`; since when it is."""
        what = "the call is live"
        return await eventually(lambda: live_since(self.vm, after_s), ours(within_s), what, LOOK_EVERY_S)

    async def is_seen(self, within_s: float = WITHIN_S) -> str:
        """Wait until the family's picture is on the screen; its colour."""
        what = "the family's picture on the screen"
        return await eventually(lambda: colour_on(self.screen), ours(within_s), what, LOOK_EVERY_S)

    async def goes_on(self, seconds: float) -> None:
        """They talk for so long, in the time of the machine, without an interruption; both see each other meanwhile."""
        since, began, shown = live_since(self.vm), now(), await self.people.pictures()
        assert since is not None, "it is not live"
        colour = await self.is_seen()
        await eventually(partial(another_colour, self.screen, colour), ours(WITHIN_S), "its next colour", LOOK_EVERY_S)
        await eventually(lambda: now() > began + seconds, ours(seconds) + 60, "they have talked", LOOK_EVERY_S)
        assert live_since(self.vm) == since, "it stopped by itself"
        assert await self.people.pictures() > shown + seconds, "the laptop's picture stands still at the family's"

    async def ends(self, site: Site) -> int:
        """END is pressed, and the service knows it; milliseconds talked."""
        await self.screen.press("End")
        known = await eventually(lambda: site.outcome(self.booked), ours(WITHIN_S), "an outcome", LOOK_EVERY_S)
        assert known[0] == Outcome.TERMINATED_BY_STAFF
        return known[1]


async def under_way(vm: Vm, site: Site, people: Family, duration_s: int = 1800) -> Call:
    """Booked, admitted and seen, on a machine that has just been thawed."""
    call = Call(vm, Shown(vm), people, site.book(duration_s))
    vm.replug()
    await eventually(lambda: looks.is_ready(vm), READY_S, "a laptop that is ready", LOOK_EVERY_S)
    await people.opens(f"{site.pages}/v/{call.booked.link}")
    await admits(call.screen, people)
    await people.is_at("call", ours(WITHIN_S))
    await call.is_live()
    await call.is_seen()
    return call
