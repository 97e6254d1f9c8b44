"""Setting up media between laptop and visitor: the laptop offers, the visitor answers, the service only relays."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contract.strict import Message
from contract.words import BookingId, PageId, Purpose, Sdp, SessionId

Count = Annotated[int, Field(ge=0, lt=2**53)]


class Offer(Message):
    """Laptop to visitor: a new media session, for one page; any earlier session of the booking is over."""

    type: Literal["offer"] = "offer"
    booking_id: BookingId
    session: SessionId
    page: PageId
    purpose: Purpose
    sdp: Sdp


class Answer(Message):
    """Visitor to laptop: the answer to the offer with the same `session`."""

    type: Literal["answer"] = "answer"
    booking_id: BookingId
    session: SessionId
    sdp: Sdp


class Candidate(Message):
    """One ICE candidate (RFC 8839 attribute text), either way. An empty `candidate` means there are no more."""

    type: Literal["candidate"] = "candidate"
    booking_id: BookingId
    session: SessionId
    candidate: Annotated[str, StringConstraints(max_length=512)]
    mid: Annotated[str, StringConstraints(max_length=16)] | None = None


class Received(Message):
    """Visitor to laptop: what the visitor's side has received since the session began.

    Said as soon as picture has come and as soon as sound has, since the call is not live before, and then every half
    second.
    """

    type: Literal["received"] = "received"
    booking_id: BookingId
    session: SessionId
    video_frames: Count
    audio_ms: Count
    sound_level: Annotated[float, Field(ge=0, le=1)] = 0.0  # of full scale, since the last report
    loss_percent: Annotated[float, Field(ge=0, le=100)] = 0.0
    rtt_ms: Annotated[float, Field(ge=0, le=60_000)] | None = None


class JoinSteps(Message):
    """How long each step of connecting took, in milliseconds; null for one that there was none of.

    Devices opened, a place at the relay had and the offer made, the far side's answer, a way found (ICE), keys agreed
    (DTLS); then, both from there, the first sound and the first picture decoded here.
    """

    devices: Count | None = None
    offer: Count | None = None
    answer: Count | None = None
    ice: Count | None = None
    dtls: Count | None = None
    sound: Count | None = None
    picture: Count | None = None


class IceServer(Message):
    """A STUN or TURN server, in the words of WebRTC."""

    urls: Annotated[tuple[str, ...], Field(min_length=1, max_length=8, strict=False, fail_fast=True)]
    username: str | None = None
    credential: str | None = None
