"""The scenario file: a day of bookings, deeds and faults in TOML, read strictly; described in docs/simulation.md."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from contract.words import BookingId, EndCode, HoldReason, Outcome, Revocation, SetMessage
from kiosk.errors import Refused
from kiosk.policy.numbers import Needs

CANCELLED_AS: Final = frozenset(
    {
        Outcome.ESTABLISHMENT_CANCELLED,
        Outcome.PRISONER_CANCELLED,
        Outcome.VISITOR_CANCELLED,
        Outcome.BATCH_CANCELLATION,
        Outcome.ADMINISTRATIVE_ERROR,
    }
)
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,3})?)?$")]
Seconds = Annotated[float, Field(ge=0, le=86_400)]


class What(StrEnum):
    """Everything that can happen in a scenario."""

    VISITOR_OPENS = "visitor_opens"  # the page; not yet in the waiting room
    VISITOR_WAITS = "visitor_waits"  # in the waiting room, or back in it
    VISITOR_GONE = "visitor_gone"  # vanished: no goodbye
    VISITOR_LEFT = "visitor_left"  # said goodbye
    OPEN_IDENTITY = "open_identity"
    LEAVE_IDENTITY = "leave_identity"
    ADMIT = "admit"
    HOLD = "hold"
    HOLD_REASON = "hold_reason"
    RESUME = "resume"
    EXTEND = "extend"
    MESSAGE = "message"
    END = "end"
    END_SOON = "end_soon"
    CANCEL_END_SOON = "cancel_end_soon"
    REASON = "reason"
    NO_SHOW = "no_show"
    CONFIRM_PRESENCE = "confirm_presence"
    LOCK = "lock"
    UNLOCK = "unlock"
    PRISONER_LEFT = "prisoner_left"
    CANCELLED = "cancelled"  # by the service
    REVOKED = "revoked"  # somebody may take part no more: a visitor, or with `kind` "prisoner_moved" the prisoner
    REINSTATED = "reinstated"  # and may again
    SERVICE_DOWN = "service_down"
    SERVICE_UP = "service_up"
    NETWORK_DOWN = "network_down"  # the prison's own: no service, no gateway, no media
    NETWORK_UP = "network_up"
    PROBE_BAD = "probe_bad"  # the service answers, but too slowly for a call
    PROBE_CLEAN = "probe_clean"
    LAPTOP_DOWN = "laptop_down"  # power, reboot or guard
    LAPTOP_UP = "laptop_up"
    SHELL_DOWN = "shell_down"
    SHELL_UP = "shell_up"
    MEDIA_STOPS = "media_stops"  # `side`: here, there or both
    MEDIA_FLOWS = "media_flows"
    ANNOUNCEMENT_STARTS = "announcement_starts"
    ANNOUNCEMENT_ENDS = "announcement_ends"


class Side(StrEnum):
    """Who receives nothing: the prisoner, the family, or neither of them anything."""

    HERE = "here"
    THERE = "there"
    BOTH = "both"


class Strict(BaseModel):
    """No unknown fields: a mistyped name is a mistake in the file, not a fact that is ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Booked(Strict):
    """One booking. `hard_stop` is the latest end; by default a quarter of an hour after the booked one."""

    id: BookingId
    starts: TimeOfDay
    minutes: Annotated[float, Field(gt=0, le=120)] = 30
    hard_stop: TimeOfDay | None = None


class Happens(Strict):
    """One thing that happens. `booking` may be left out when there is one booking only."""

    at: TimeOfDay
    what: What
    booking: BookingId | None = None
    reason: HoldReason | None = None
    code: EndCode | None = None
    minutes: Annotated[int, Field(ge=1, le=60)] | None = None
    message: SetMessage | None = None
    outcome: Outcome | None = None
    kind: Revocation = Revocation.VISITOR_BANNED
    side: Side = Side.BOTH
    camera: bool = True
    microphone: bool = True


class Policy(Strict):
    """The numbers a scenario may change; seconds, unless their name says otherwise."""

    talk_needs: Needs | None = None
    no_show_from: Seconds | None = None
    longest_extension: Seconds | None = None
    presence_every: Seconds | None = None
    room_opens: Seconds | None = None
    not_receiving: Seconds | None = None


class Scenario(Strict):
    """A day. It begins when the laptop is switched on, by default half an hour before the first booking."""

    title: str = ""
    day: date = date(2026, 11, 23)
    on: TimeOfDay | None = None
    until: TimeOfDay | None = None
    policy: Policy = Policy()
    booking: Annotated[tuple[Booked, ...], Field(min_length=1, max_length=60)]
    event: tuple[Happens, ...] = ()
    expect: tuple[dict[str, Any], ...] = ()  # for whoever runs it: what should come out, booking by booking

    def at(self, time_of_day: str) -> datetime:
        """The instant, UTC."""
        return datetime.combine(self.day, time.fromisoformat(time_of_day), UTC)

    def hard_stop(self, booked: Booked) -> datetime:
        """The latest end of a booking."""
        if booked.hard_stop is not None:
            return self.at(booked.hard_stop)
        return self.at(booked.starts) + timedelta(minutes=booked.minutes) + timedelta(minutes=15)

    def begins(self) -> datetime:
        """When the laptop is switched on."""
        first = min(self.at(booked.starts) for booked in self.booking)
        return first - timedelta(minutes=30) if self.on is None else self.at(self.on)

    def ends(self) -> datetime:
        """When nothing more is looked at."""
        if self.until is not None:
            return self.at(self.until)
        last_event = max((self.at(each.at) for each in self.event), default=self.begins())
        return max(last_event, *(self.hard_stop(booked) for booked in self.booking)) + timedelta(minutes=2)


def read(text: str) -> Scenario:
    """Read a scenario. Raises Refused with one sentence that names the place."""
    try:
        scenario = Scenario.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"This is not a scenario: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Refused(f"This is not a scenario: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    if (wrong := _wrong(scenario)) is not None:
        raise Refused(f"This is not a scenario: {wrong}.")
    known = {booked.id for booked in scenario.booking}
    for each in scenario.event:
        if each.booking is not None and each.booking not in known:
            raise Refused(f"This is not a scenario: there is no booking {each.booking}.")
    return scenario


def _wrong(scenario: Scenario) -> str | None:
    """What no single field shows."""
    if len({booked.id for booked in scenario.booking}) < len(scenario.booking):
        return "two bookings have the same id"
    for booked in scenario.booking:
        if scenario.hard_stop(booked) <= scenario.at(booked.starts):
            return f"the hard stop of {booked.id} is not after its start"
        if round(booked.minutes * 60) < 1:
            return f"{booked.id} is shorter than a second"
    for each in scenario.event:
        if scenario.at(each.at) < scenario.begins():
            return f"{each.at} is before the laptop is switched on; say when with on"
        if each.outcome is not None and each.outcome not in CANCELLED_AS:
            return f"nothing is cancelled as {each.outcome}"
    return None
