"""What the media room is asked for, as frozen data: one session with one visitor's page."""

from dataclasses import dataclass

from contract.media import IceServer
from contract.words import Purpose


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """Connect to `page` for `purpose`. With `synthetic`, a missing device is replaced by a moving picture or a tone.

    With `relay_only`, no packet goes anywhere but to one of the `ice_servers`. With `signing`, the picture keeps its
    movement before its size (BSL).
    """

    session: str
    booking_id: str
    page: str
    purpose: Purpose
    synthetic: bool
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    signing: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The visitor's answer to the offer of `session`, unread."""

    session: str
    untrusted_sdp: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One more way to reach the visitor, unread; empty when there are no more."""

    session: str
    untrusted_candidate: str
    mid: str | None


@dataclass(frozen=True, slots=True)
class Renew:
    """The way to the relay is another one now, or may be: connect anew beside what runs, with these servers."""

    ice_servers: tuple[IceServer, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """Connections that are made from now on go by these servers; those that run are left as they are."""

    ice_servers: tuple[IceServer, ...] = ()


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Look at camera, sound and relays for the check of this name; without `devices`, at the relays alone.

    `ice_servers` is None until the service has said which there are; with `relay_only` there is no call without one.
    """

    check: str
    devices: bool
    synthetic: bool
    ice_servers: tuple[IceServer, ...] | None = ()
    relay_only: bool = False


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Shut the devices and end the session or the self-test, if there is one."""


Wish = SessionRequest | SelfTest | Answer | Candidate | Renew | Use | Disconnect
