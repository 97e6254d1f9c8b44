"""What the media room reports, as frozen data: facts in the past; it never says what should happen next."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.hearing import Hearing
from kiosk.media.joining import Step
from kiosk.policy.readiness import Found
from kiosk.scenes import CameraFault


@dataclass(frozen=True, slots=True)
class OfferMade:
    """The offer for `session` is complete, candidates and all; send it to the visitor.

    With `renews` it is to take over from that session, which goes on meanwhile.
    """

    session: str
    sdp: str
    renews: str | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """`renewed` has taken over from `session` without a break: from now on it is measured, and the other ends."""

    session: str
    renewed: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Sound and picture have come: how many milliseconds each step took, by its name."""

    session: str
    steps_ms: Mapping[Step, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """Every half second while a session is open: totals since it began.

    A picture counts as received once it is decoded, as sent once it is handed to the encoder. `rms` is the level of
    the whole session, 0 to 1 of full scale. `loss_percent` is the worse direction over the last five seconds.
    """

    session: str
    received_video_frames: int
    received_video_width: int
    received_video_height: int
    received_audio_ms: int
    received_audio_rms: float
    sent_video_frames: int
    sent_video_width: int
    sent_video_height: int
    sent_audio_ms: int
    sent_audio_rms: float
    loss_percent: float
    rtt_ms: float | None
    far_video_packets: int = 0  # of ours that the far side has received, by RTCP
    far_audio_packets: int = 0
    concealed_audio_ms: int = 0  # played in the place of sound that never came, or too late
    sent_video_rung: str = ""  # such as 1280x720@30; "sound alone", or nothing before the first picture
    sent_video_kbps: int = 0  # what the encoder aims at
    playout_delay_ms: int = 0  # how long received sound waits before the sound server has it, now
    microphone_dbfs: float | None = None  # just now, smoothed; None where no microphone is open
    speaker_latency_ms: float | None = None  # from here to the ear, as far as the sound server knows


@dataclass(frozen=True, slots=True)
class SessionFailed:
    """The session came to nothing and its devices are shut. `text` is one sentence for the log."""

    session: str
    text: str


@dataclass(frozen=True, slots=True)
class DevicesFound:
    """Which devices this machine has; said when the room has started, and again when that is something else."""

    camera: bool
    microphone: bool
    speaker: bool


@dataclass(frozen=True, slots=True)
class CameraNow:
    """What is wrong with the camera of the open session, each time that changes; None when it is well, or shut."""

    fault: CameraFault | None


@dataclass(frozen=True, slots=True)
class HearsNow:
    """What the microphone of the open session hears, each time that is another step; None when it is shut.

    For the screen alone: no guard is told, and nothing is logged. At most ten a second.
    """

    hearing: Hearing | None


@dataclass(frozen=True, slots=True)
class DevicesShut:
    """After a disconnect: camera, microphone and loudspeaker are shut. Never said by a room that could not shut one."""


@dataclass(frozen=True, slots=True)
class SelfTested:
    """What was found for the check of this name; whatever opened for it is shut."""

    check: str
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class RoomBroke:
    """The media room is no more; only another shell can have one."""


Fact = (
    OfferMade
    | Renewed
    | Joined
    | Measured
    | SessionFailed
    | DevicesFound
    | CameraNow
    | HearsNow
    | DevicesShut
    | SelfTested
    | RoomBroke
)
