"""What media, service and line report, put into the words that the guard hears. Pure; it sends nothing."""

from typing import Final

from contract.laptop_link import VisitorNow
from contract.media import JoinSteps
from contract.readiness import CheckName
from kiosk.ipc import DevicesNow, LinkNow, MediaNow, ScreensNow, SessionJoined, VisitorSeen
from kiosk.media import facts
from kiosk.policy.readiness import Found, Trouble

LONGEST_NAME: Final = 64  # of a screen, and how many of them, as kiosk.ipc.ScreensNow has them
MOST_NAMES: Final = 8


def screens_now(names: tuple[str, ...]) -> ScreensNow:
    """The screens there are: all are counted, the first ones named."""
    return ScreensNow(count=len(names), names=tuple(name[:LONGEST_NAME] for name in names[:MOST_NAMES]))


def devices_now(found: facts.DevicesFound) -> DevicesNow:
    """Which devices there are."""
    return DevicesNow(camera=found.camera, microphone=found.microphone, speaker=found.speaker)


def session_joined(joined: facts.Joined) -> SessionJoined:
    """How long each step of joining took."""
    return SessionJoined(
        session=joined.session, steps=JoinSteps(**{str(step): took for step, took in joined.steps_ms.items()})
    )


def line_found(link: LinkNow, took_ms: int | None) -> Found:
    """What is known of the line to the service, which answered in `took_ms`, last."""
    if not link.up:
        return Found(check=CheckName.SERVICE, trouble=Trouble.NO_SERVICE, found="no line")
    found = "connected" if took_ms is None else f"answers in {took_ms} ms"
    slow = None if link.clean else Trouble.SERVICE_SLOW
    return Found(check=CheckName.SERVICE, trouble=slow, found=found)


def visitor_seen(visitor: VisitorNow) -> VisitorSeen:
    """Where a visitor's page is, and what works there."""
    return VisitorSeen(
        booking_id=visitor.booking_id,
        presence=visitor.presence,
        page=visitor.page,
        camera=visitor.camera,
        microphone=visitor.microphone,
    )


def media_now(measured: facts.Measured) -> MediaNow:
    """What a session has carried; the level of what is received is at most 1."""
    return MediaNow(
        session=measured.session,
        received_video_frames=measured.received_video_frames,
        received_audio_ms=measured.received_audio_ms,
        sent_video_frames=measured.sent_video_frames,
        sent_audio_ms=measured.sent_audio_ms,
        received_level=min(1.0, measured.received_audio_rms),
        loss_percent=measured.loss_percent,
        rtt_ms=measured.rtt_ms,
        far_video_packets=measured.far_video_packets,
        far_audio_packets=measured.far_audio_packets,
    )
