"""What a demo run measured, as JSON: docs/demo-report.schema.json is its schema; null is what was never reached."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0, description="seconds")]
Frames = Annotated[int, Field(ge=0, description="whole pictures")]
PerSecond = Annotated[float, Field(ge=0, description="frames divided by talk_s")]
Level = Annotated[float, Field(ge=0, le=1, description="root mean square, 0 to 1 of full scale")]
Pixels = Annotated[int, Field(ge=0, description="pixels, of the last picture")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Video(_Part):
    """Pictures that crossed one point during the talk."""

    frames: Frames
    fps: PerSecond | None
    width: Pixels
    height: Pixels


class Painted(_Part):
    """Distinct family pictures that reached the screen during the talk."""

    frames: Frames
    fps: PerSecond | None


class Audio(_Part):
    """Sound that crossed one point during the talk."""

    seconds: Seconds
    rms: Level


class Received(_Part):
    """What the laptop decoded."""

    video: Video | None
    audio: Audio | None


class Sent(_Part):
    """What the laptop handed to its encoders."""

    video: Video | None
    audio: Audio | None


class PaintedPart(_Part):
    """What the laptop showed."""

    video: Painted | None


class Trouble(_Part):
    """Something that went wrong; the call may have gone on."""

    code: str
    text: str


class Report(_Part):
    """One run of the demo."""

    outcome: str | None = Field(description="the call's outcome code; null when it never ended")
    ended_by: str | None
    states: list[str] = Field(description="every state of the call, in order")
    join_s: Seconds | None = Field(description="admission to the first family picture painted")
    talk_s: Seconds | None
    received: Received
    painted: PaintedPart
    sent: Sent
    errors: list[Trouble]
