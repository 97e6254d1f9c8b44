"""Every page of the officer's panel, and how a test comes to it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from contract.documents import DocumentFault, DocumentKind
from contract.readiness import CheckedFor, CheckName, Readiness
from kiosk.deeds import DeedKind
from kiosk.policy.readiness import OF_THE_SHELL, Found, Trouble, judged
from kiosk.scenes import AnyScene, Frame, Notice, NoticeKind, Panel, SelfCheckSeen
from kiosk.ui.window import KioskWindow
from tests.ui.presses import touch, types
from tests.ui.samples import ADMITS, DEMO, DEMO_CALL, IN_CALL, LIVE, LIVE_CALL, NOW, SCENES, STARTS

MANY: Final = Panel(
    deeds=(
        DeedKind.END_SOON,
        DeedKind.SEND_MESSAGE,
        DeedKind.EXTEND,
        DeedKind.WRITE_NOTE,
        DeedKind.LOCK,
        DeedKind.WELFARE_DONE,
        DeedKind.CONFIRM_PRESENCE,
        DeedKind.DECLARE_NO_SHOW,
    ),
    extend_minutes=(5, 10, 15),
)
ALL: Final = Panel(deeds=tuple(DeedKind), extend_minutes=(5, 10, 15))
TOLD: Final = (
    Notice(kind=NoticeKind.PRISONER_MOVED, who="Daniel Hughes", at=STARTS),
    Notice(kind=NoticeKind.OFFLINE, at=NOW),
    Notice(kind=NoticeKind.REFUSED, document=DocumentKind.POLICY, why=DocumentFault.WRONGLY_SIGNED),
    Notice(kind=NoticeKind.ROSTER_STALE),
)
HELD: Final = (
    Notice(kind=NoticeKind.VETTING_ENDED, who="Sharon Hughes"),
    Notice(kind=NoticeKind.DECIDE),
)
BROKEN: Final = (
    Found(check=CheckName.CAMERA, trouble=Trouble.CAMERA_DARK, found="light 1%"),
    Found(check=CheckName.MICROPHONE, trouble=Trouble.SOUND_DEAD, found="3000 ms of nothing"),
    Found(check=CheckName.ECHO, trouble=Trouble.ECHO_UNKNOWN),
    Found(check=CheckName.MAINS, trouble=Trouble.ON_BATTERY, found="on battery, 61 %"),
    Found(check=CheckName.RELAY_UDP, trouble=Trouble.RELAY_UDP_SHUT, found="no answer on port 3478"),
)
SILENT: Final = tuple(Found(check=check, trouble=Trouble.NOT_ANSWERED) for check in sorted(OF_THE_SHELL))
WORST: Final = (
    *BROKEN[:3],
    Found(check=CheckName.SERVICE, trouble=Trouble.NO_SERVICE),
    Found(check=CheckName.RELAY_UDP, trouble=Trouble.RELAY_UDP_SHUT),
    Found(check=CheckName.RELAY_TCP, trouble=Trouble.RELAY_TCP_SHUT),
    Found(check=CheckName.CLOCK, trouble=Trouble.CLOCK_WRONG),
    Found(check=CheckName.MAINS, trouble=Trouble.BATTERY_LOW),
    Found(check=CheckName.DISK, trouble=Trouble.DISK_FULL),
    Found(check=CheckName.RESTART, trouble=Trouble.RESTART_WAITS),
)
REFUSED: Final = "That number and PIN do not fit together. Please wait 5 seconds and try again."
Steps = Callable[[KioskWindow], None]


def checked(*found: Found) -> Readiness:
    """A laptop with these troubles and no others."""
    rows = judged((*found, *(Found(check=check, found="fine") for check in CheckName)))
    return Readiness(checked_at=NOW, checked_for=CheckedFor.BOOKING, booking_id="b1", rows=rows)


def _check(**seen: Any) -> Panel:
    return Panel(deeds=(DeedKind.LOCK,), self_check=SelfCheckSeen(offered=True, **seen))


def _press(*names: str) -> Steps:
    def steps(window: KioskWindow) -> None:
        for name in ("officer_panel", *names):
            touch(window, name)

    return steps


def _write(*names: str, text: str) -> Steps:
    def steps(window: KioskWindow) -> None:
        _press(*names)(window)
        types(window, text)

    return steps


def _answered(accepted: bool, sentence: str) -> Steps:
    def steps(window: KioskWindow) -> None:
        _write("deed_end_soon", text="q4471\r482913\r")(window)
        window.answered(accepted, sentence)

    return steps


def _admit(window: KioskWindow) -> None:
    for name in ("tick_0", "tick_1", "admit"):
        touch(window, name)
    types(window, "q4471\r48")


def _why(window: KioskWindow) -> None:
    touch(window, "give_reason")


PAGES: Final[Mapping[str, tuple[Frame, AnyScene, Panel, Steps]]] = MappingProxyType(
    {
        "menu": (LIVE_CALL, IN_CALL, MANY, _press()),
        "menu_all": (DEMO_CALL, IN_CALL, ALL, _press()),
        "menu_light": (LIVE_CALL, SCENES["next_call"][1], Panel(deeds=(DeedKind.LOCK, DeedKind.WRITE_NOTE)), _press()),
        "menu_nothing": (*SCENES["nothing_booked"], Panel(), _press()),
        "menu_held": (*SCENES["held"], Panel(deeds=(DeedKind.RESUME, DeedKind.GIVE_HOLD_REASON)), _press()),
        "menu_told": (
            LIVE,
            SCENES["next_call"][1],
            Panel(deeds=(DeedKind.LOCK, DeedKind.WRITE_NOTE, DeedKind.RELEASE), notices=TOLD),
            _press(),
        ),
        "menu_revoked": (
            *SCENES["held_participant_revoked"],
            Panel(deeds=(DeedKind.RESUME, DeedKind.SEND_MESSAGE, DeedKind.WRITE_NOTE, DeedKind.END_SOON), notices=HELD),
            _press(),
        ),
        "menu_many_told": (DEMO_CALL, IN_CALL, MANY.model_copy(update={"notices": TOLD}), _press()),
        "menu_all_told": (DEMO_CALL, IN_CALL, ALL.model_copy(update={"notices": TOLD}), _press()),
        "menu_nothing_told": (*SCENES["nothing_booked"], Panel(notices=TOLD[1:2]), _press()),
        "menu_locked": (*SCENES["locked"], Panel(deeds=(DeedKind.UNLOCK,)), _press()),
        "menu_check": (
            LIVE,
            SCENES["next_call"][1],
            Panel(
                deeds=(DeedKind.LOCK, DeedKind.WRITE_NOTE, DeedKind.RELEASE),
                notices=(Notice(kind=NoticeKind.NOT_READY),),
                self_check=SelfCheckSeen(offered=True, may_start=True, last=checked(*BROKEN)),
            ),
            _press(),
        ),
        "check_running": (LIVE, SCENES["next_call"][1], _check(running=True), _press("check_laptop")),
        "check_never": (LIVE, SCENES["next_call"][1], _check(may_start=True), _press("check_laptop")),
        "check_green": (LIVE, SCENES["next_call"][1], _check(may_start=True, last=checked()), _press("check_laptop")),
        "check_amber": (
            *SCENES["nothing_booked"],
            _check(may_start=True, last=checked(*BROKEN[3:]), stale=True),
            _press("check_laptop"),
        ),
        "check_red": (
            LIVE,
            SCENES["next_call"][1],
            _check(may_start=True, last=checked(*BROKEN)),
            _press("check_laptop"),
        ),
        "check_silent": (
            DEMO,
            SCENES["next_call"][1],
            _check(may_start=True, last=checked(*SILENT)),
            _press("check_laptop"),
        ),
        "check_worst": (
            DEMO,
            SCENES["next_call"][1],
            _check(may_start=True, last=checked(*WORST)),
            _press("check_laptop"),
        ),
        "messages": (LIVE_CALL, IN_CALL, MANY, _press("deed_send_message")),
        "message_confirm": (DEMO_CALL, IN_CALL, MANY, _press("deed_send_message", "message_last_warning")),
        "extend": (LIVE_CALL, IN_CALL, MANY, _press("deed_extend")),
        "keypad": (DEMO_CALL, IN_CALL, MANY, _press("deed_end_soon")),
        "keypad_digits": (LIVE_CALL, IN_CALL, MANY, _write("deed_end_soon", text="q44")),
        "keypad_pin": (LIVE_CALL, IN_CALL, MANY, _write("deed_end_soon", text="q4471\r482913")),
        "keypad_long": (DEMO_CALL, IN_CALL, MANY, _write("deed_end_soon", text="w" * 16 + "\r" + "8" * 12)),
        "note": (DEMO_CALL, IN_CALL, MANY, _write("deed_write_note", text="Jac was upset. Daniel asked to")),
        "note_full": (LIVE_CALL, IN_CALL, MANY, _write("deed_write_note", text="Wwwwwww mmmmm " * 20)),
        "note_digits": (LIVE_CALL, IN_CALL, MANY, _press("deed_write_note", "pad_digits")),
        "checking": (LIVE_CALL, IN_CALL, MANY, _write("deed_lock", text="q4471\r482913\r")),
        "accepted": (LIVE_CALL, IN_CALL, MANY, _answered(True, "The call ends in 60 seconds.")),
        "refused": (DEMO_CALL, IN_CALL, MANY, _answered(False, REFUSED)),
        "refused_long": (DEMO_CALL, IN_CALL, MANY, _answered(False, (f"{REFUSED} " * 4)[:300])),
        "admit": (DEMO_CALL, ADMITS.model_copy(update={"note": "Only with his mother."}), Panel(), _admit),
        "why": (*SCENES["goodbye_why"], Panel(deeds=(DeedKind.GIVE_REASON,)), _why),
        "why_held": (*SCENES["held"], Panel(deeds=(DeedKind.RESUME, DeedKind.GIVE_HOLD_REASON)), _why),
    }
)


def open_page(window: KioskWindow, name: str) -> None:
    """Show a scene and go to a page of the panel."""
    frame, scene, panel, steps = PAGES[name]
    window.show_scene(frame, scene, panel)
    steps(window)
