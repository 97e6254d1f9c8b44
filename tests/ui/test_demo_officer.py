"""The demo's played officer presses what a person would press, on the real window."""

import pytest
from pytestqt.qtbot import QtBot

from demo import officer
from demo.officer import Officer
from kiosk.deeds import Admit
from tests.ui.conftest import MakeWindow
from tests.ui.presses import OFFICER, reports
from tests.ui.samples import ADMITS, LIVE_CALL


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(officer, "PRESS_EVERY_MS", 1)


def test_it_ticks_everybody_and_starts_the_call_with_number_and_pin(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE_CALL, ADMITS)
    played = Officer(window, OFFICER.number, OFFICER.pin)
    with qtbot.waitSignal(window.asked):
        played.sees(ADMITS)
    assert said == [(OFFICER, Admit(ticked=("v1", "v2")))]


def test_it_tries_again_and_gives_up(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    said = reports(window)
    window.show_scene(LIVE_CALL, ADMITS)
    window.asked.connect(lambda *_: window.answered(False, "No."))
    played = Officer(window, OFFICER.number, OFFICER.pin)
    played.sees(ADMITS)
    qtbot.waitUntil(lambda: len(said) == officer.TRIES)
