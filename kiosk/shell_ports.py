"""Guard, service, media, screen and what else the switchboard joins, as it uses them: protocols, which do nothing."""

from typing import Protocol

from contract.laptop_link import CallNow, TimeAsked
from contract.media import Candidate, IceServer, Offer
from contract.readiness import Readiness
from contract.record import HeadNow, OutcomeReport
from kiosk.hearing import Hearing
from kiosk.ipc import CertificateArrived, FromShell
from kiosk.media.request import SelfTest, SessionRequest
from kiosk.scenes import AnyScene, Frame, Panel


class GuardLine(Protocol):
    """Where facts go."""

    def send(self, fact: FromShell) -> None:
        """Say this to the guard, if it is there."""
        ...


class ServiceLine(Protocol):
    """Where offers, the call's state and what must be kept go."""

    @property
    def round_trip_ms(self) -> int | None:
        """How long the service took to answer, last; None without a line, or before the first answer."""
        ...

    def send(self, message: Offer | Candidate | OutcomeReport | HeadNow | TimeAsked | Readiness) -> None:
        """Say this, if the line is up."""
        ...

    def tell(self, call: CallNow) -> None:
        """Say where the call is, now and whenever the line returns."""
        ...

    def allow(self, allowed: bool) -> None:
        """Whether there may be a line at all."""
        ...


class Media(Protocol):
    """The media room, as the switchboard uses it; every call returns at once."""

    def connect(self, request: SessionRequest) -> None:
        """Open a session, ending any other."""
        ...

    def answer(self, session: str, sdp: str) -> None:
        """The visitor's answer."""
        ...

    def candidate(self, session: str, candidate: str, mid: str | None) -> None:
        """One of the visitor's candidates."""
        ...

    def test_itself(self, asked: SelfTest) -> None:
        """Look at camera, sound and relays, and open nothing else."""
        ...

    def renew(self, ice_servers: tuple[IceServer, ...]) -> None:
        """Have a new connection take over from the one that runs."""
        ...

    def use(self, ice_servers: tuple[IceServer, ...]) -> None:
        """By which servers what is connected from now on goes."""
        ...

    def disconnect(self) -> None:
        """Shut devices and end every session."""
        ...


class Screen(Protocol):
    """The window, as the switchboard uses it."""

    def show_scene(self, frame: Frame, scene: AnyScene, panel: Panel) -> None:
        """Draw this; `panel` is what the officer's panel offers."""
        ...

    def answered(self, accepted: bool, text: str) -> None:
        """What came of the deed an officer asked for, in one sentence."""
        ...

    def photo_arrived(self, sha: str, untrusted: bytes) -> None:
        """A photo on file that the screen wanted."""
        ...

    def hears(self, hearing: Hearing | None) -> None:
        """What the microphone of a call hears now; None while it is shut."""
        ...


class PhotoFetching(Protocol):
    """Who gets photos from the service."""

    def wanted(self, sha256: str) -> None:
        """Get this one, soon."""
        ...


class Renewing(Protocol):
    """The laptop's next certificate."""

    def issued(self, untrusted_certificate: str) -> CertificateArrived | None:
        """What the guard is to keep of it."""
        ...

    def kept(self, certificate: str) -> None:
        """The guard has kept it."""
        ...
