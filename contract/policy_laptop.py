"""The sections of a policy about a laptop, its papers and its officers: plain data with bounds; no logic."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from contract.spans import Span
from contract.strict import Message
from contract.version import Version

Language = Literal["en", "cy"]
Languages = Annotated[tuple[Language, ...], Field(min_length=1, max_length=2, strict=False)]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
PAPERS: Final = ("policy", "sheet", "roster")


def _once_each(languages: tuple[Language, ...], name: str) -> None:
    if len(set(languages)) != len(languages):
        raise ValueError(f"{name} must name each language once")


class Words(Message):
    """`[languages]`: what people may choose, the first being what a screen begins with."""

    offered: Languages = ("en", "cy")

    @model_validator(mode="after")
    def _no_twins(self) -> "Words":
        _once_each(self.offered, "offered")
        return self


class Announcement(Message):
    """`[announcement]`: what is said before a call, in each language after the other; never counted as call time."""

    languages: Languages = ("en",)
    beep: bool = True

    @model_validator(mode="after")
    def _no_twins(self) -> "Announcement":
        _once_each(self.languages, "languages")
        return self


class Clocks(Message):
    """`[clock]`: how far the laptop's clock may be from the service's before no call is opened. Talk time is apart."""

    clock_may_err: Annotated[timedelta, Span("5 s", "10 min")] = timedelta(seconds=60)
    clock_steps: Annotated[timedelta, Span("100 ms", "30 s")] = timedelta(seconds=1)
    reboot_clock_may_err: Annotated[timedelta, Span("500 ms", "30 s")] = timedelta(seconds=2)
    reboot_unchecked: Annotated[timedelta, Span("5 s", "10 min")] = timedelta(seconds=60)


class LaptopWaits(Message):
    """`[laptop_waits]`: how long guard and shell wait for each other and for the service. Not a site's to change."""

    shut_within: Annotated[timedelta, Span("100 ms", "2 s")] = timedelta(milliseconds=500)
    shell_silent: Annotated[timedelta, Span("2 s", "10 s")] = timedelta(seconds=3)
    shell_dead: Annotated[timedelta, Span("5 s", "60 s")] = timedelta(seconds=10)
    shell_starts: Annotated[timedelta, Span("10 s", "5 min")] = timedelta(seconds=60)
    say_again: Annotated[timedelta, Span("2 s", "5 min")] = timedelta(seconds=10)
    maintenance: Annotated[timedelta, Span("5 min", "4 h")] = timedelta(minutes=30)
    check_within: Annotated[timedelta, Span("25 s", "2 min")] = timedelta(seconds=25)  # the shell may need 19 s
    check_again: Annotated[timedelta, Span("1 s", "5 min")] = timedelta(seconds=10)

    @model_validator(mode="after")
    def _fits_together(self) -> "LaptopWaits":
        if self.shell_silent >= self.shell_dead:
            raise ValueError("shell_silent must be shorter than shell_dead")
        return self


class Retention(Message):
    """`[retention]`: how long a laptop keeps what. Pictures and sound are never kept."""

    keep_audit: Annotated[timedelta, Span("30 days", "730 days")] = timedelta(days=90)
    day_pack: Annotated[timedelta, Span("1 h", "7 days")] = timedelta(hours=6)  # after the end of its day


class Documents(Message):
    """`[documents]`: how old policy, sheet and roster may be. Stale: officers are told. Very stale: no new call.

    Ages count from when the service wrote a document, or later last had a line to the laptop; a roster's from when it
    was signed. `expiry_grace` is how long after its last day a policy still counts.
    """

    policy_stale_after: Annotated[timedelta, Span("1 days", "90 days")] = timedelta(days=7)
    policy_very_stale_after: Annotated[timedelta, Span("2 days", "180 days")] = timedelta(days=30)
    sheet_stale_after: Annotated[timedelta, Span("1 h", "7 days")] = timedelta(hours=12)
    sheet_very_stale_after: Annotated[timedelta, Span("2 h", "14 days")] = timedelta(hours=36)
    roster_stale_after: Annotated[timedelta, Span("1 h", "30 days")] = timedelta(days=2)
    expiry_warns: Annotated[timedelta, Span("1 days", "90 days")] = timedelta(days=14)
    expiry_grace: Annotated[timedelta, Span("0 s", "30 days")] = timedelta(days=7)

    @model_validator(mode="after")
    def _gets_worse(self) -> "Documents":
        if self.policy_stale_after >= self.policy_very_stale_after:
            raise ValueError("policy_stale_after must be shorter than policy_very_stale_after")
        if self.sheet_stale_after >= self.sheet_very_stale_after:
            raise ValueError("sheet_stale_after must be shorter than sheet_very_stale_after")
        return self


class OfficerRules(Message):
    """`[officers]`: PINs, what wrong ones cost, and how long a laptop may go without hearing who still works there."""

    pin_least_digits: Annotated[int, Field(ge=6, le=12)] = 6
    pin_first_delay: Annotated[timedelta, Span("1 s", "5 min")] = timedelta(seconds=5)
    pin_longest_delay: Annotated[timedelta, Span("1 min", "4 h")] = timedelta(minutes=15)
    pin_forgiven_every: Annotated[timedelta, Span("1 min", "24 h")] = timedelta(minutes=15)
    roster_longest_offline: Annotated[timedelta, Span("1 h", "60 days")] = timedelta(days=14)

    @model_validator(mode="after")
    def _fits_together(self) -> "OfficerRules":
        if self.pin_first_delay > self.pin_longest_delay:
            raise ValueError("pin_first_delay must not be over pin_longest_delay")
        if self.pin_forgiven_every < self.pin_longest_delay:
            raise ValueError("pin_forgiven_every must not be under pin_longest_delay")
        return self


class Updates(Message):
    """`[updates]`: the laptop's own software. Between `calls_from` and `calls_until`, local time, none is installed.

    `site_cache` is where the site keeps a copy of releases, as `http://ADDRESS:PORT/FOLDER`; its address must stand
    among `network.services` too. Nothing of it is believed but what the release key has signed.
    """

    least_version: Version = "0"
    calls_from: TimeOfDay = "08:00"
    calls_until: TimeOfDay = "20:00"
    site_cache: (
        Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]{1,80}(/[A-Za-z0-9._/-]{0,100})?$")]
        | None
    ) = None

    @model_validator(mode="after")
    def _leaves_time(self) -> "Updates":
        if self.calls_from >= self.calls_until:
            raise ValueError("calls_from must be before calls_until")
        return self


class Camera(Message):
    """`[camera]`: which camera and no other, as `vendor:product`; without it the first one that is plugged in."""

    camera_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{4}:[0-9a-f]{4}$")] | None = None


class FaceAdvice(Message):
    """`[face_advice]`: which hints a prisoner is given about the picture. A hint never pauses or ends a call."""

    lighting: bool = True
    distance: bool = True
    framing: bool = True
