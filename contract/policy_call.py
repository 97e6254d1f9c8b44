"""The sections of a policy about a call: its length, its times, who may take part, what is given back; no logic."""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from contract.spans import Span
from contract.strict import Message

Percent = Annotated[float, Field(ge=1, le=100)]


class Calls(Message):
    """`[call]`: a call from the minute its room opens until its goodbye has been read."""

    length: Annotated[timedelta, Span("5 min", "2 h")] = timedelta(minutes=30)
    longest: Annotated[timedelta, Span("5 min", "2 h")] = timedelta(minutes=60)
    turnaround: Annotated[timedelta, Span("0 s", "2 h")] = timedelta(minutes=10)
    room_opens: Annotated[timedelta, Span("1 min", "60 min")] = timedelta(minutes=5)
    countdown_from: Annotated[timedelta, Span("1 min", "60 min")] = timedelta(minutes=10)
    late_after: Annotated[timedelta, Span("1 min", "60 min")] = timedelta(minutes=10)
    no_show_from: Annotated[timedelta, Span("5 min", "60 min")] = timedelta(minutes=15)
    service_answers: Annotated[timedelta, Span("5 s", "2 min")] = timedelta(seconds=15)
    longest_extension: Annotated[timedelta, Span("0 s", "60 min")] = timedelta(minutes=15)
    extend_choices: Annotated[
        tuple[Annotated[timedelta, Span("1 min", "60 min")], ...], Field(max_length=3, strict=False)
    ] = (timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=15))
    talk_needs: Literal["sound", "picture"] = "sound"
    recorded: bool = True
    watched: bool = True
    notice_stands: Annotated[timedelta, Span("5 s", "5 min")] = timedelta(seconds=20)
    end_soon: Annotated[timedelta, Span("10 s", "5 min")] = timedelta(seconds=60)
    goodbye: Annotated[timedelta, Span("5 s", "10 min")] = timedelta(seconds=60)
    shortest_goodbye: Annotated[timedelta, Span("1 s", "5 min")] = timedelta(seconds=10)

    @model_validator(mode="after")
    def _fits_together(self) -> "Calls":
        if self.length > self.longest:
            raise ValueError("length must not be over longest")
        if self.shortest_goodbye > self.goodbye:
            raise ValueError("shortest_goodbye must not be over goodbye")
        if any(shorter >= longer for shorter, longer in pairwise(self.extend_choices)):
            raise ValueError("extend_choices must go from the shortest to the longest")
        if any(choice > self.longest_extension for choice in self.extend_choices):
            raise ValueError("extend_choices must not be over longest_extension")
        return self


class Warnings(Message):
    """`[warnings]`: when the people in a call are told how much time is left."""

    warnings: Annotated[
        tuple[Annotated[timedelta, Span("5 s", "60 min")], ...], Field(min_length=1, max_length=8, strict=False)
    ] = (
        timedelta(minutes=10),
        timedelta(minutes=5),
        timedelta(minutes=2),
        timedelta(minutes=1),
        timedelta(seconds=30),
    )
    warning_stands: Annotated[timedelta, Span("1 s", "60 s")] = timedelta(seconds=6)

    @model_validator(mode="after")
    def _count_down(self) -> "Warnings":
        if any(sooner <= later for sooner, later in pairwise(self.warnings)):
            raise ValueError("warnings must go from the longest to the shortest")
        return self


class Allowance(Message):
    """`[allowance]`: how much calling a prisoner has a month. The service's booking rules; a laptop does not count."""

    a_month: Annotated[timedelta, Span("0 s", "48 h")] = timedelta(minutes=60)


class People(Message):
    """`[people]`: who may take part outside."""

    outside: Annotated[int, Field(ge=1, le=5)] = 4  # a sheet has room for five
    main_caller_from_age: Annotated[int, Field(ge=16, le=25)] = 18


class PickUp(Message):
    """`[pick_up]`: fetching the prisoner, and when the laptop must be known to be ready."""

    earliest: Annotated[timedelta, Span("5 min", "3 h")] = timedelta(minutes=60)
    latest: Annotated[timedelta, Span("1 min", "60 min")] = timedelta(minutes=1)
    readiness_known: Annotated[timedelta, Span("5 min", "3 h")] = timedelta(minutes=20)
    readiness_lasts: Annotated[timedelta, Span("10 min", "12 h")] = timedelta(hours=1)

    @model_validator(mode="after")
    def _fits_together(self) -> "PickUp":
        if self.latest > self.earliest:
            raise ValueError("latest must not be before earliest")
        return self


class Presence(Message):
    """`[presence]`: how often an officer confirms being there. Without `presence_every` it is not asked for."""

    presence_every: Annotated[timedelta, Span("2 min", "60 min")] | None = None
    presence_warns: Annotated[timedelta, Span("10 s", "10 min")] = timedelta(minutes=1)

    @model_validator(mode="after")
    def _warns_in_time(self) -> "Presence":
        if self.presence_every is not None and self.presence_warns >= self.presence_every:
            raise ValueError("presence_warns must be shorter than presence_every")
        return self


class Reconnect(Message):
    """`[reconnect]`: when a line counts as lost, and how long the laptop tries before it asks the officer."""

    not_receiving: Annotated[timedelta, Span("1 s", "10 s")] = timedelta(seconds=2)
    far_side_silent: Annotated[timedelta, Span("2 s", "30 s")] = timedelta(seconds=5)
    rtcp_silent: Annotated[timedelta, Span("6 s", "60 s")] = timedelta(seconds=12)
    reconnect_quietly: Annotated[timedelta, Span("5 s", "2 min")] = timedelta(seconds=30)
    reconnect_then_ask: Annotated[timedelta, Span("1 min", "30 min")] = timedelta(minutes=5)
    retry_session: Annotated[timedelta, Span("1 s", "60 s")] = timedelta(seconds=5)
    session_connects: Annotated[timedelta, Span("10 s", "2 min")] = timedelta(seconds=25)
    renews_itself: Annotated[timedelta, Span("5 s", "60 s")] = timedelta(seconds=12)
    deaf_for_a_moment: Annotated[timedelta, Span("10 s", "10 min")] = timedelta(seconds=60)
    noticed_late: Annotated[timedelta, Span("10 s", "10 min")] = timedelta(seconds=60)

    @model_validator(mode="after")
    def _fits_together(self) -> "Reconnect":
        if self.reconnect_quietly > self.reconnect_then_ask:
            raise ValueError("reconnect_quietly must not be over reconnect_then_ask")
        if self.not_receiving > self.far_side_silent:
            raise ValueError("not_receiving must not be over far_side_silent")
        return self


class Quality(Message):
    """`[quality]`: from which loss on the picture is called poor or bad, and when it goes so that the sound stays."""

    loss_poor_percent: Percent = 10.0
    loss_bad_percent: Percent = 15.0
    video_goes_at_loss_percent: Percent = 15.0
    video_goes_at_round_trip: Annotated[timedelta, Span("200 ms", "10 s")] = timedelta(seconds=1)
    video_goes_over: Annotated[timedelta, Span("1 s", "60 s")] = timedelta(seconds=5)

    @model_validator(mode="after")
    def _gets_worse(self) -> "Quality":
        if self.loss_poor_percent >= self.loss_bad_percent:
            raise ValueError("loss_poor_percent must be under loss_bad_percent")
        return self
