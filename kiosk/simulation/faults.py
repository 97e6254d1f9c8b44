"""What befalls a simulated laptop: by the family, the network, the service or its power; no deed of its own people."""

from collections.abc import Callable
from typing import Final

from contract.words import Outcome, Presence
from kiosk.simulation.laptop import Laptop
from kiosk.simulation.scenario import Happens, Side, What
from kiosk.simulation.service import SimulatedService
from kiosk.simulation.world import World


class Faults:
    """Changes what surrounds the laptop, and has it told what it would come to know."""

    def __init__(self, world: World, service: SimulatedService, laptop: Laptop) -> None:
        self._world = world
        self._service = service
        self._laptop = laptop

    def befall(self, each: Happens, booking_id: str) -> bool:
        """Let it happen, to this booking if it is about one; False, and nothing, where people have to do it."""
        if (happen := _FAULTS.get(each.what)) is None:
            return False
        happen(self, each, booking_id)
        return True

    def _visitor(self, each: Happens, booking_id: str) -> None:
        family = self._world.family(booking_id)
        was_there = family.presence in (Presence.CHECKING, Presence.WAITING)
        family.presence = _PRESENCE[each.what]
        family.camera, family.microphone = each.camera, each.microphone
        if not was_there:
            family.loading += 1
        self._laptop.tell_family(booking_id)

    def _network(self, each: Happens, _booking_id: str) -> None:
        was_up = self._world.link_up
        match each.what:
            case What.SERVICE_DOWN | What.SERVICE_UP:
                self._world.service_up = each.what is What.SERVICE_UP
            case What.NETWORK_DOWN | What.NETWORK_UP:
                self._world.network_up = each.what is What.NETWORK_UP
            case _:
                self._world.probe_clean = each.what is What.PROBE_CLEAN
        self._laptop.tell_link(with_all=self._world.link_up and not was_up)

    def _media(self, each: Happens, _booking_id: str) -> None:
        sides = {Side.HERE, Side.THERE} if each.side is Side.BOTH else {each.side}
        if each.what is What.MEDIA_STOPS:
            self._world.stopped |= sides
        else:
            self._world.stopped -= sides

    def _sheet(self, each: Happens, booking_id: str) -> None:
        match each.what:
            case What.CANCELLED:
                self._service.cancel(booking_id, each.outcome or Outcome.ESTABLISHMENT_CANCELLED)
            case What.REVOKED:
                self._service.revoke(booking_id, each.kind)
            case _:
                self._service.reinstate(booking_id)
        self._laptop.tell_link(with_all=True)

    def _power(self, each: Happens, _booking_id: str) -> None:
        match each.what:
            case What.LAPTOP_DOWN:
                self._laptop.down()
            case What.LAPTOP_UP:
                self._laptop.up()
            case What.SHELL_DOWN:
                self._laptop.shell_goes()
            case _:
                self._laptop.shell_comes()


_PRESENCE: Final = {
    What.VISITOR_OPENS: Presence.CHECKING,
    What.VISITOR_WAITS: Presence.WAITING,
    What.VISITOR_GONE: Presence.GONE,
    What.VISITOR_LEFT: Presence.LEFT,
}
_OF_NETWORK: Final = (
    What.SERVICE_DOWN,
    What.SERVICE_UP,
    What.NETWORK_DOWN,
    What.NETWORK_UP,
    What.PROBE_BAD,
    What.PROBE_CLEAN,
)
_OF_POWER: Final = (What.LAPTOP_DOWN, What.LAPTOP_UP, What.SHELL_DOWN, What.SHELL_UP)
_FAULTS: Final[dict[What, Callable[[Faults, Happens, str], None]]] = {
    **dict.fromkeys(_PRESENCE, Faults._visitor),
    **dict.fromkeys(_OF_NETWORK, Faults._network),
    **dict.fromkeys((What.MEDIA_STOPS, What.MEDIA_FLOWS), Faults._media),
    **dict.fromkeys((What.CANCELLED, What.REVOKED, What.REINSTATED), Faults._sheet),
    **dict.fromkeys(_OF_POWER, Faults._power),
}
