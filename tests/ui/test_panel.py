"""The officer's panel: opens and closes, asks for each deed once, and makes room for the family's face."""

import re
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from contract.sentences import SET_MESSAGES
from contract.words import EndCode, HoldReason, SetMessage
from kiosk.deeds import (
    Admit,
    AnyDeed,
    DeedKind,
    EndSoon,
    Extend,
    GiveHoldReason,
    GiveReason,
    Resume,
    SendMessage,
    WriteNote,
)
from kiosk.ipc import Key
from kiosk.scenes import Panel, SelfCheckSeen
from kiosk.ui.panel import answer, panel
from kiosk.ui.panel.offers import ICONS, PLAIN
from kiosk.ui.pieces.text import TextBlock
from kiosk.ui.window import KioskWindow
from tests.ui.conftest import MakeWindow
from tests.ui.panels import ALL, BROKEN, MANY, REFUSED, checked, open_page
from tests.ui.presses import OFFICER, focused, key, reports, strike, touch, types
from tests.ui.samples import ADMITS, IN_CALL, LIVE, LIVE_CALL, SCENES

WHO = "q4471\r482913\r"


def texts(window: KioskWindow) -> list[str]:
    return [text.text for text in window.findChildren(TextBlock) if text.isVisible()]


def in_call(window: KioskWindow, offered: Panel = ALL) -> list[object]:
    """Show a call with the panel open; what the window reports from then on."""
    window.show_scene(LIVE_CALL, IN_CALL, offered)
    said = reports(window)
    touch(window, "officer_panel")
    return said


def test_the_shield_opens_the_panel_and_closes_it(make_window: MakeWindow) -> None:
    window = make_window()
    said = in_call(window)
    assert window.officer_panel.isVisible()
    touch(window, "officer_panel")
    assert not window.officer_panel.isVisible()
    assert not said


@pytest.mark.parametrize("way", ["panel_close", "escape"])
def test_it_can_be_closed(make_window: MakeWindow, way: str) -> None:
    window = make_window()
    said = in_call(window)
    if way == "escape":
        strike(window, Qt.Key.Key_Escape)
    else:
        touch(window, way)
    assert not window.officer_panel.isVisible()
    assert focused(window) == ""
    assert not said


def test_it_closes_by_itself_after_a_minute_untouched(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    in_call(window)
    timer = window.officer_panel.untouched
    assert timer.interval() == panel.UNTOUCHED_MS == 60_000
    timer.start(1)
    qtbot.waitUntil(lambda: not window.officer_panel.isVisible())


@pytest.mark.parametrize("touching", ["key", "mouse", "character"])
def test_touching_it_keeps_it_open(make_window: MakeWindow, touching: str) -> None:
    window = make_window()
    open_page(window, "keypad")
    timer = window.officer_panel.untouched
    timer.stop()
    if touching == "key":
        strike(window, Qt.Key.Key_Tab)
    elif touching == "mouse":
        touch(window, "pad_q")
    else:
        types(window, "q")
    assert timer.isActive()
    assert window.officer_panel.isVisible()


def test_it_slides_in_from_the_right(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, IN_CALL, ALL)
    movement = window.officer_panel.slide.movement
    movement.setDuration(40)
    with qtbot.waitSignal(movement.finished):
        touch(window, "officer_panel")
        assert window.officer_panel.x() >= 1366 - 1
    assert window.officer_panel.geometry().right() == 1366 - 1


def test_only_what_is_offered_is_there(make_window: MakeWindow) -> None:
    window = make_window()
    in_call(window, Panel(deeds=(DeedKind.LOCK, DeedKind.ADMIT)))
    found = [tile.objectName() for tile in window.findChildren(QWidget) if tile.objectName().startswith("deed_")]
    assert found == ["deed_lock"]
    window.show_scene(LIVE_CALL, IN_CALL, MANY)
    assert key(window, "deed_end_soon").isVisible()


def test_every_deed_but_admission_has_a_key_and_a_way(make_window: MakeWindow) -> None:
    window = make_window()
    in_call(window)
    assert set(ICONS) == set(DeedKind) - {DeedKind.ADMIT}
    for kind in ICONS:
        touch(window, f"deed_{kind.value}")
        assert window.officer_panel.is_open
        touch(window, "panel_back")


@pytest.mark.parametrize("deed", PLAIN.values(), ids=lambda deed: str(deed.kind))
def test_a_plain_deed_is_asked_for_with_number_and_pin(make_window: MakeWindow, deed: AnyDeed) -> None:
    window = make_window()
    said = in_call(window)
    touch(window, f"deed_{deed.kind.value}")
    types(window, WHO)
    assert said == [(OFFICER, deed)]
    assert "Checking…" in texts(window)


def test_by_keyboard_alone_from_the_call_to_ending_in_60_s(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, IN_CALL, MANY)
    said = reports(window)
    strike(window, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    types(window, "\r\r" + WHO)
    assert said == [(OFFICER, EndSoon())]


@pytest.mark.parametrize("place", range(len(MANY.deeds)))
def test_every_deed_can_be_reached_by_keyboard_alone(make_window: MakeWindow, place: int) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, IN_CALL, MANY)
    strike(window, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    strike(window, Qt.Key.Key_Return)
    for _ in range(place):
        strike(window, Qt.Key.Key_Tab)
    offered = [kind for kind in ICONS if kind in MANY.deeds]
    assert focused(window) == f"deed_{offered[place].value}"
    strike(window, Qt.Key.Key_Return)
    assert key(window, "panel_back").isVisible()


@pytest.mark.parametrize(
    ("tabs", "deed"), [((1, 4, 0), SendMessage(message=SetMessage.BE_DRESSED)), ((2, 1), Extend(minutes=10))]
)
def test_what_is_to_be_chosen_is_chosen_by_keyboard_alone(
    make_window: MakeWindow, tabs: tuple[int, ...], deed: AnyDeed
) -> None:
    window = make_window()
    said = in_call(window, MANY)
    for count in tabs:
        for _ in range(count):
            strike(window, Qt.Key.Key_Tab)
        strike(window, Qt.Key.Key_Return)
    types(window, WHO)
    assert said == [(OFFICER, deed)]


def test_by_mouse_alone(make_window: MakeWindow) -> None:
    window = make_window()
    said = in_call(window)
    keys = "pad_q pad_4 pad_4 pad_7 pad_1 pad_ok pad_4 pad_8 pad_2 pad_9 pad_1 pad_3 pad_ok"
    for name in ("deed_resume", *keys.split()):
        touch(window, name)
    assert said == [(OFFICER, Resume())]


@pytest.mark.parametrize("message", SetMessage)
def test_a_message_is_read_as_a_whole_before_it_is_sent(make_window: MakeWindow, message: SetMessage) -> None:
    window = make_window()
    said = in_call(window)
    touch(window, "deed_send_message")
    touch(window, f"message_{message.value}")
    assert SET_MESSAGES[message] in texts(window)
    assert not said
    touch(window, "send_message")
    types(window, WHO)
    assert said == [(OFFICER, SendMessage(message=message))]


@pytest.mark.parametrize("minutes", MANY.extend_minutes)
def test_more_time_comes_in_the_steps_that_policy_offers(make_window: MakeWindow, minutes: int) -> None:
    window = make_window()
    said = in_call(window)
    touch(window, "deed_extend")
    touch(window, f"extend_{minutes}")
    types(window, WHO)
    assert said == [(OFFICER, Extend(minutes=minutes))]


@pytest.mark.parametrize("code", EndCode)
def test_after_an_end_the_officer_says_why(make_window: MakeWindow, code: EndCode) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(*SCENES["goodbye_why"], Panel(deeds=(DeedKind.GIVE_REASON,)))
    touch(window, "give_reason")
    touch(window, f"reason_{code.value}")
    types(window, WHO)
    assert said == [(OFFICER, GiveReason(code=code))]


def test_or_skips_it(make_window: MakeWindow) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(*SCENES["goodbye_why"])
    touch(window, "skip_reason")
    assert said == [Key.SKIP_REASON]


@pytest.mark.parametrize("reason", [reason for reason in HoldReason if reason is not HoldReason.OFFICER])
def test_while_a_call_is_held_the_officer_says_why(make_window: MakeWindow, reason: HoldReason) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(*SCENES["held"], Panel(deeds=(DeedKind.GIVE_HOLD_REASON,)))
    touch(window, "give_reason")
    touch(window, f"hold_reason_{reason.value}")
    types(window, WHO)
    assert said == [(OFFICER, GiveHoldReason(reason=reason))]


def test_what_was_accepted_is_said_and_goes(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    open_page(window, "accepted")
    assert "The call ends in 60 seconds." in texts(window)
    timer = window.officer_panel.findChild(answer.AnswerPage).timer  # type: ignore[union-attr]
    assert timer.interval() == answer.SHOWN_MS == 3000
    timer.start(1)
    qtbot.waitUntil(lambda: not window.officer_panel.isVisible())


def test_what_was_refused_stays_until_it_is_tried_again(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "refused")
    assert REFUSED in texts(window)
    assert focused(window) == "try_again"
    said = reports(window)
    types(window, "\r" + WHO)
    assert said == [(OFFICER, EndSoon())]


def test_an_accepted_answer_outlives_the_scene_it_changes(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "checking")
    window.show_scene(*SCENES["held"], MANY)
    window.answered(True, "The call ends in 60 seconds.")
    assert "The call ends in 60 seconds." in texts(window)


def test_a_call_that_starts_has_the_whole_screen_at_once(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "admit")
    types(window, "2913\r")
    window.show_scene(*SCENES["joining"], MANY)
    assert not window.officer_panel.is_open
    window.answered(True, "The call starts.")
    assert not window.officer_panel.is_open


def test_no_answer_is_not_waited_for_for_ever(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    open_page(window, "checking")
    timer = window.officer_panel.findChild(answer.AnswerPage).timer  # type: ignore[union-attr]
    assert 0 < timer.interval() < panel.UNTOUCHED_MS
    timer.start(1)
    qtbot.waitUntil(lambda: "There was no answer. Please try again." in texts(window))


def test_an_answer_that_nobody_waits_for_says_nothing(make_window: MakeWindow) -> None:
    window = make_window()
    in_call(window)
    window.answered(True, "The call ends in 60 seconds.")
    assert "The call ends in 60 seconds." not in texts(window)


def test_on_the_officers_own_scene_the_shield_opens_nothing(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE_CALL, ADMITS, ALL)
    touch(window, "officer_panel")
    assert not window.officer_panel.isVisible()


def test_the_panel_closes_when_the_officers_own_scene_comes(make_window: MakeWindow) -> None:
    window = make_window()
    in_call(window)
    window.show_scene(LIVE_CALL, ADMITS, ALL)
    assert not window.officer_panel.isVisible()
    assert focused(window) == "tick_0"


def test_taking_a_tick_away_takes_the_question_back(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "admit")
    touch(window, "tick_1")
    assert not window.officer_panel.isVisible()


def test_pressing_start_again_keeps_what_was_typed(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "admit")
    said = reports(window)
    touch(window, "admit")
    key(window, "officer_pin").setFocus()
    types(window, "2913\r")
    assert said == [(OFFICER, Admit(ticked=("v1", "v2")))]


def test_end_and_hold_are_open_while_the_panel_is(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "note")
    said = reports(window)
    touch(window, "end_now")
    touch(window, "hold")
    strike(window, Qt.Key.Key_End)
    strike(window, Qt.Key.Key_Pause)
    assert said == [Key.END_NOW, Key.HOLD] * 2


def test_the_familys_picture_makes_room(make_window: MakeWindow) -> None:
    window = make_window()
    in_call(window)
    panel_place = window.officer_panel.geometry()
    assert panel_place.width() == pytest.approx(1366 / 3, abs=2)
    assert not window.family_view.geometry().intersects(panel_place)
    assert not window.own_view.geometry().intersects(panel_place)
    assert window.family_view.width() == pytest.approx(1366 * 2 / 3, abs=2)
    touch(window, "panel_close")
    assert window.family_view.width() == 1366


def test_a_note_is_plain_text_of_240_characters(make_window: MakeWindow) -> None:
    window = make_window()
    said = in_call(window)
    touch(window, "deed_write_note")
    types(window, "ab. c" + "d" * 300 + "\r" + WHO)
    assert said == [(OFFICER, WriteNote(text="ab. c" + "d" * 235))]


def test_a_note_can_be_written_by_mouse(make_window: MakeWindow) -> None:
    window = make_window()
    said = in_call(window)
    touch(window, "deed_write_note")
    for name in ("o", "k", "space", "digits", "4", "dot", "letters", "x", "erase", "ok"):
        touch(window, f"pad_{name}")
    types(window, WHO)
    assert said == [(OFFICER, WriteNote(text="Ok 4."))]


def test_an_empty_note_goes_nowhere(make_window: MakeWindow) -> None:
    window = make_window()
    said = in_call(window)
    touch(window, "deed_write_note")
    assert not key(window, "pad_ok").isEnabled()
    types(window, "  \r" + WHO)
    assert not said


# ---- the laptop's check of itself ----

NEXT = SCENES["next_call"][1]


def check_panel(**seen: Any) -> Panel:
    return Panel(self_check=SelfCheckSeen(offered=True, **seen))


def test_a_check_is_asked_for_without_a_pin_and_shown_as_it_goes(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, NEXT, check_panel(may_start=True))
    said = reports(window)
    touch(window, "officer_panel")
    touch(window, "check_laptop")
    assert said == [Key.CHECK_LAPTOP]
    window.show_scene(LIVE, NEXT, check_panel(running=True))
    assert "Checking…" in texts(window)
    window.show_scene(LIVE, NEXT, check_panel(may_start=True, last=checked()))
    assert "Ready for calls" in texts(window)


def test_what_was_found_a_moment_ago_is_shown_and_another_check_is_the_officers_choice(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, NEXT, check_panel(may_start=True, last=checked(*BROKEN)))
    said = reports(window)
    touch(window, "officer_panel")
    touch(window, "check_laptop")
    assert said == []
    touch(window, "check_again")
    assert said == [Key.CHECK_LAPTOP]


def test_each_trouble_has_a_word_and_what_to_do_and_the_worst_comes_first(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "check_red")
    said = texts(window)
    assert (
        said.index("Does not work: camera")
        < said.index("To do: charger")
        < said.index("Works: visit service, call network (TCP), clock, disk, restart, IT's acceptance")
    )
    assert "Uncover the camera and switch the light on." in said
    assert "Not ready: a call would fail" in said


def test_what_has_no_room_is_counted(make_window: MakeWindow) -> None:
    window = make_window()
    open_page(window, "check_worst")
    assert any(re.fullmatch(r"and \d more", text) for text in texts(window))


def test_there_is_no_check_in_a_call(make_window: MakeWindow) -> None:
    window = make_window()
    in_call(window)
    assert window.findChild(QWidget, "check_laptop") is None


def test_a_prisoner_sees_nothing_of_a_check_that_failed(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(LIVE, NEXT, check_panel(may_start=True))
    before = texts(window)
    window.show_scene(LIVE, NEXT, check_panel(may_start=True, last=checked(*BROKEN)))
    assert texts(window) == before
