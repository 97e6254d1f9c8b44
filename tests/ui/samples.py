"""One of every scene, as the guard would send it, and pictures that look a little like people."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from contract.words import Cause, HoldReason, Presence, Reason, SetMessage
from kiosk.latest import Picture
from kiosk.policy.admission import NOT_APPROVED
from kiosk.policy.measures import MeasureName
from kiosk.scenes import (
    AnyScene,
    CameraFault,
    Connection,
    Fault,
    Frame,
    Goodbye,
    Held,
    InCall,
    Interrupted,
    Joining,
    Locked,
    NextCall,
    NothingBooked,
    OfficerAdmits,
    OutOfService,
    Person,
    WaitingFor,
)

NOW: Final = datetime(2026, 7, 14, 13, 26, tzinfo=UTC)  # 2:26pm in London
STARTS: Final = NOW + timedelta(minutes=4)
ENDS: Final = STARTS + timedelta(minutes=30)
SIZES: Final = ((1366, 768), (1280, 800), (1920, 1080))

DEMO: Final = Frame(establishment="HMP Ashgrove", laptop="Laptop 3", demo=True, online=True)
DEMO_CALL: Final = DEMO.model_copy(
    update={
        "can_end": True,
        "can_hold": True,
        "synthetic_camera": True,
        "synthetic_sound": True,
        "online": False,
    }
)
LIVE: Final = Frame(establishment="HMP Ashgrove", laptop="Laptop 3", demo=False, online=True)
LIVE_CALL: Final = LIVE.model_copy(update={"can_end": True, "can_hold": True})
PRESENCE: Final = DEMO_CALL.model_copy(update={"presence_due_s": 130})

PEOPLE: Final = (
    Person(visitor_id="v1", name="Sharon Hughes", relation="Mother", photo="a" * 64),
    Person(visitor_id="v2", name="Jac Hughes", relation="Son", age=9, photo="b" * 64),
)
ENDED: Final = PEOPLE[0].model_copy(update={"approval_ended": date(2026, 7, 13)})
FIVE: Final = tuple(
    Person(visitor_id=f"v{n}", name=f"Visitor Number{n} Longer-Surname", relation="Grandmother", age=None if n else 12)
    for n in range(5)
)
IN_CALL: Final = InCall(who="Mum and Jac", left_s=710, whole_s=1800)
ADMITS: Final = OfficerAdmits(
    prisoner_name="Daniel Hughes", prisoner_number="A1234BC", people=PEOPLE, visitor=Presence.WAITING, preview=True
)
INTERRUPTED: Final = Interrupted(who="Mum and Jac", tried_s=12, try_for_s=300, quiet=True, left_s=710)
LONG_NOTE: Final = "Jac may only be seen together with his mother. " * 20

SCENES: Final[Mapping[str, tuple[Frame, AnyScene]]] = MappingProxyType(
    {
        "nothing_booked": (DEMO, NothingBooked()),
        "nothing_booked_off": (LIVE.model_copy(update={"officer_wanted": True}), NothingBooked(off_at=STARTS)),
        "next_call_off": (
            LIVE.model_copy(update={"officer_wanted": True, "online": False}),
            NextCall(who="Mum and Jac", starts_at=ENDS, ends_at=ENDS + timedelta(minutes=30), off_at=STARTS),
        ),
        "officer_admits_ended": (
            LIVE_CALL,
            ADMITS.model_copy(update={"people": (ENDED, PEOPLE[1]), "why_not": NOT_APPROVED}),
        ),
        "goodbye_revoked": (LIVE, Goodbye(reason=Reason.REVOKED, talk_s=0, owed_s=1800)),
        "next_call": (LIVE, NextCall(who="Mum and Jac", starts_at=STARTS, ends_at=ENDS)),
        "next_call_countdown": (
            DEMO,
            NextCall(who="Mum and Jac", starts_at=STARTS, ends_at=ENDS, countdown_s=235),
        ),
        "next_call_open": (
            LIVE_CALL,
            NextCall(who="Mum and Jac", starts_at=STARTS, ends_at=ENDS, countdown_s=40, may_open=True),
        ),
        "officer_admits": (DEMO_CALL, ADMITS.model_copy(update={"note": "Jac may be seen only with his mother."})),
        "officer_admits_absent": (
            LIVE_CALL,
            ADMITS.model_copy(
                update={
                    "preview": False,
                    "visitor": Presence.ABSENT,
                    "why_not": "The family is not here yet. Wait until you can see them.",
                }
            ),
        ),
        "officer_admits_five": (LIVE_CALL, ADMITS.model_copy(update={"people": FIVE, "note": LONG_NOTE[:900]})),
        "out_of_service_usb": (
            LIVE.model_copy(update={"lost": MeasureName.USB}),
            OutOfService(fault=Fault.NOT_LOCKED, measure=MeasureName.USB, reference="NOT-LOCKED-USB"),
        ),
        "out_of_service_displays": (
            LIVE.model_copy(update={"lost": MeasureName.DISPLAYS}),
            OutOfService(fault=Fault.NOT_READY, measure=MeasureName.DISPLAYS, reference="NOT-READY-DISPLAYS"),
        ),
        "maintenance": (
            LIVE.model_copy(update={"released": True}),
            OutOfService(fault=Fault.MAINTENANCE, reference="MAINTENANCE"),
        ),
        "interrupted_displays": (
            LIVE_CALL.model_copy(update={"lost": MeasureName.DISPLAYS}),
            INTERRUPTED.model_copy(
                update={"cause": Cause.LAPTOP, "measure": MeasureName.DISPLAYS, "quiet": True, "ask_officer": True}
            ),
        ),
        "in_call_battery": (LIVE_CALL.model_copy(update={"warns": MeasureName.POWER}), IN_CALL),
        "joining": (DEMO_CALL, Joining(who="Mum and Jac", waited_s=2, waiting_for=WaitingFor.PICTURE)),
        "joining_long": (LIVE_CALL, Joining(who="Mum and Jac", waited_s=14, waiting_for=WaitingFor.NETWORK)),
        "in_call": (LIVE_CALL, IN_CALL.model_copy(update={"recorded": True, "watched": True})),
        "in_call_demo": (
            DEMO_CALL,
            IN_CALL.model_copy(update={"connection": Connection.POOR, "recorded": True, "watched": True}),
        ),
        "in_call_warning": (
            LIVE_CALL,
            IN_CALL.model_copy(update={"left_s": 298, "warning": True, "connection": Connection.BAD}),
        ),
        "in_call_not_heard": (LIVE_CALL, IN_CALL.model_copy(update={"cannot_hear": True})),
        "in_call_not_seen": (DEMO_CALL, IN_CALL.model_copy(update={"cannot_see": True})),
        "in_call_neither": (LIVE_CALL, IN_CALL.model_copy(update={"cannot_see": True, "cannot_hear": True})),
        "in_call_notice": (
            DEMO_CALL,
            IN_CALL.model_copy(update={"notice": SetMessage.LAST_WARNING, "cannot_hear": True, "recorded": True}),
        ),
        **{
            f"in_call_camera_{fault.value}": (LIVE_CALL, IN_CALL.model_copy(update={"camera": fault}))
            for fault in CameraFault
        },
        "in_call_presence": (PRESENCE, IN_CALL.model_copy(update={"recorded": True, "watched": True})),
        "in_call_ending": (LIVE_CALL, IN_CALL.model_copy(update={"ending_in_s": 45, "recorded": True})),
        "in_call_goodbye": (DEMO_CALL, IN_CALL.model_copy(update={"left_s": 24, "watched": True})),
        "interrupted": (DEMO_CALL, INTERRUPTED),
        "interrupted_long": (
            LIVE_CALL,
            INTERRUPTED.model_copy(update={"quiet": False, "tried_s": 300, "ask_officer": True}),
        ),
        **{
            f"interrupted_{cause.value.lower()}": (LIVE_CALL, INTERRUPTED.model_copy(update={"cause": cause}))
            for cause in Cause
        },
        "held": (DEMO_CALL, Held(who="Mum and Jac", left_s=710)),
        **{
            f"held_{reason.value}": (LIVE_CALL, Held(who="Mum and Jac", left_s=710, reason=reason))
            for reason in HoldReason
        },
        "goodbye": (DEMO, Goodbye(reason=Reason.TIME_UP, talk_s=1795)),
        "goodbye_owed": (LIVE, Goodbye(reason=Reason.TIME_UP, talk_s=1560, owed_s=240)),
        "goodbye_why": (DEMO, Goodbye(reason=Reason.OFFICER_ENDED, talk_s=700, owed_s=60, ask_reason=True)),
        "locked": (DEMO, Locked()),
        "goodbye_never": (LIVE, Goodbye(reason=Reason.NEVER_CONNECTED, talk_s=0)),
        "out_of_service": (LIVE, OutOfService(fault=Fault.NO_CAMERA, reference="7F3A-19")),
        "starting": (DEMO, OutOfService(fault=Fault.STARTING)),
        "guard_silent": (LIVE_CALL, OutOfService(fault=Fault.GUARD_SILENT)),
    }
)


def picture_of(image: QImage, number: int = 1) -> Picture:
    """`image` as media would put it into a box."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return Picture(
        data=bytearray(image.constBits()),
        width=image.width(),
        height=image.height(),
        stride=image.bytesPerLine(),
        number=number,
        frame_width=image.width(),
        frame_height=image.height(),
    )


def plain_picture(colour: str, width: int, height: int, number: int = 1) -> Picture:
    """A picture of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return picture_of(image, number)


def drawn_person(width: int, height: int, wall: str = "#C9A27A", jumper: str = "#3D6B8C") -> Picture:
    """A room with somebody in it, drawn with three strokes."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        light = QLinearGradient(QPointF(0, 0), QPointF(width, height))
        light.setColorAt(0, QColor(wall).lighter(130))
        light.setColorAt(1, QColor(wall).darker(150))
        painter.fillRect(image.rect(), light)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, u = width / 2, height / 10
        painter.setBrush(QColor(jumper))
        painter.drawRoundedRect(QRectF(middle - 3.4 * u, 6.6 * u, 6.8 * u, 6 * u), 2.4 * u, 2.4 * u)
        painter.setBrush(QColor("#4A3226"))
        painter.drawEllipse(QPointF(middle, 3.9 * u), 2.0 * u, 2.5 * u)
        painter.setBrush(QColor("#E3B998"))
        painter.drawEllipse(QPointF(middle, 4.5 * u), 1.55 * u, 2.0 * u)
    return picture_of(image)
