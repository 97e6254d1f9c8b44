"""Every page of the officer's panel, and how a test comes to it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from contract.documents import DocumentFault, DocumentKind
from kiosk.deeds import DeedKind
from kiosk.scenes import AnyScene, Frame, Notice, NoticeKind, Panel
from kiosk.ui.window import KioskWindow
from tests.ui.presses import touch, types
from tests.ui.samples import ADMITS, DEMO_CALL, IN_CALL, LIVE, LIVE_CALL, NOW, SCENES, STARTS

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
REFUSED: Final = "That number and PIN do not fit together. Please wait 5 seconds and try again."
Steps = Callable[[KioskWindow], None]


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
