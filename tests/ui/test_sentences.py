"""What people read: whose problem it is, that their time is stopped, what is owed to them, and who cannot hear them."""

import pytest
from PySide6.QtWidgets import QApplication

from contract.sentences import SET_MESSAGES
from contract.words import Cause, HoldReason, Reason, SetMessage
from kiosk.latest import Latest, Picture
from kiosk.scenes import Goodbye, Held
from kiosk.ui.pieces.text import TextBlock
from kiosk.ui.window import KioskWindow
from tests.ui.conftest import MakeWindow
from tests.ui.presses import key
from tests.ui.samples import DEMO, IN_CALL, INTERRUPTED, LIVE, LIVE_CALL, SCENES, drawn_person, plain_picture

BLAME = {"fault", "failed", "broke", "wrong", "you did"}


def texts(window: KioskWindow) -> list[str]:
    return [text.text for text in window.findChildren(TextBlock) if text.isVisible() and text.text]


@pytest.mark.parametrize("cause", Cause)
def test_an_interruption_says_whose_side_it_is_and_blames_nobody(make_window: MakeWindow, cause: Cause) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, INTERRUPTED.model_copy(update={"cause": cause}))
    said = " ".join(texts(window)).lower()
    assert "your time is stopped. we are reconnecting." in said
    assert not [word for word in BLAME if word in said]


def test_the_prisons_network_is_the_prisons(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, INTERRUPTED.model_copy(update={"cause": Cause.PRISON_NETWORK}))
    assert "The prison's network dropped" in texts(window)


@pytest.mark.parametrize("reason", HoldReason)
def test_a_held_call_says_so_and_how_much_time_is_left(make_window: MakeWindow, reason: HoldReason) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, Held(who="Mum", reason=reason, left_s=300))
    by_rule = reason in (HoldReason.PRESENCE_LAPSED, HoldReason.PARTICIPANT_REVOKED)
    title = "The call is paused" if by_rule else "An officer has paused the call"
    assert {title, "Your time is stopped.", "5 minutes left"} <= set(texts(window))
    give = window.findChild(type(key(window, "hold")), "give_reason")
    assert give is not None
    assert give.isVisible() is (reason is HoldReason.OFFICER)


def test_a_held_call_has_the_colours_of_the_last_picture_and_nothing_else_of_it(make_window: MakeWindow) -> None:
    shown = []
    for colour in ("#c02020", "#2020c0"):
        family: Latest[Picture] = Latest()
        window = make_window(family=family)
        window.show_scene(LIVE_CALL, IN_CALL)
        family.put(plain_picture(colour, 640, 360))
        window.family_view.repaint()
        window.show_scene(LIVE_CALL, Held(who="Mum", left_s=300))
        shown.append(window.grab().toImage().pixelColor(230, 180))
    red, blue = shown
    assert red.red() > red.blue()
    assert blue.blue() > blue.red()


def test_of_the_last_picture_six_colours_remain(make_window: MakeWindow) -> None:
    family: Latest[Picture] = Latest()
    window = make_window(family=family)
    window.show_scene(LIVE_CALL, IN_CALL)
    assert window.family_view.colours() is None
    family.put(drawn_person(640, 360))
    window.family_view.repaint()
    colours = window.family_view.colours()
    assert colours is not None
    assert colours.width() * colours.height() == 6


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ({"cannot_hear": True}, "Mum and Jac cannot hear you. We are fixing it."),
        ({"cannot_see": True}, "Mum and Jac cannot see you. We are fixing it."),
        ({"cannot_hear": True, "cannot_see": True}, "Mum and Jac cannot see or hear you. We are fixing it."),
    ],
)
def test_who_cannot_hear_or_see_you_is_said(make_window: MakeWindow, lacking: dict[str, bool], sentence: str) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, IN_CALL.model_copy(update=lacking))
    assert sentence in texts(window)
    window.show_scene(LIVE_CALL, IN_CALL)
    assert sentence not in texts(window)


def test_what_goes_one_way_only_is_said_also_where_it_interrupts(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, INTERRUPTED.model_copy(update={"cannot_hear": True}))
    assert "Mum and Jac cannot hear you. We are fixing it." in texts(window)


@pytest.mark.parametrize("message", SetMessage)
def test_what_an_officer_says_stands_whole_above_the_time(make_window: MakeWindow, message: SetMessage) -> None:
    window = make_window((1280, 800))
    window.show_scene(LIVE_CALL, IN_CALL.model_copy(update={"notice": message}))
    (text,) = [text for text in window.findChildren(TextBlock) if text.text == SET_MESSAGES[message]]
    assert text.lines(text.width()).whole


def test_a_warning_makes_the_time_grow(make_window: MakeWindow) -> None:
    window = make_window()
    heights = []
    for warning in (False, True):
        window.show_scene(LIVE_CALL, IN_CALL.model_copy(update={"warning": warning}))
        QApplication.processEvents()
        (text,) = [text for text in window.findChildren(TextBlock) if text.text == "12 minutes left"]
        heights.append(text.height())
    assert heights[1] > heights[0]


@pytest.mark.parametrize(
    ("owed_s", "sentence"),
    [
        (240, "4 minutes are owed to you. The prison has been told."),
        (1, "1 minute is owed to you. The prison has been told."),
    ],
)
def test_what_is_owed_is_said(make_window: MakeWindow, owed_s: int, sentence: str) -> None:
    window = make_window()
    window.show_scene(LIVE, Goodbye(reason=Reason.TIME_UP, talk_s=1560, owed_s=owed_s))
    assert sentence in texts(window)
    assert [text for text in texts(window) if "116 123" in text]


def test_nothing_is_said_of_what_is_not_owed(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, Goodbye(reason=Reason.TIME_UP, talk_s=1560))
    assert not [text for text in texts(window) if "owed" in text]


def test_a_locked_laptop_says_so(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(*SCENES["locked"])
    assert "This laptop is locked by an officer" in texts(window)


@pytest.mark.parametrize(
    ("due_s", "sentence"),
    [(130, "Officer: confirm you are here in 2 minutes"), (20, "Officer: confirm you are here")],
)
def test_the_officer_is_reminded_to_be_near(make_window: MakeWindow, due_s: int, sentence: str) -> None:
    window = make_window()
    window.show_scene(DEMO.model_copy(update={"presence_due_s": due_s}), IN_CALL)
    assert sentence in texts(window)
    window.show_scene(DEMO, IN_CALL)
    assert sentence not in texts(window)
