"""An override that raises swallows its event; no override in the face is left unguarded."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

import kiosk.ui
from kiosk.ipc import Key
from kiosk.ui import input_guard
from kiosk.ui.key_meanings import Meaning
from kiosk.ui.safe import filters, swallows
from tests.ui.conftest import MakeWindow
from tests.ui.panels import open_page
from tests.ui.presses import reports, strike, types
from tests.ui.samples import SCENES


class Broken(QWidget):
    """A widget whose every override raises."""

    @swallows
    def keyPressEvent(self, _event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        raise RuntimeError("broken")

    @swallows
    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        event.ignore()
        raise RuntimeError("broken")


class BrokenFilter(QObject):
    """A filter that raises."""

    @filters
    def eventFilter(self, _watched: QObject, _event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        raise RuntimeError("broken")


def overrides() -> Iterator[tuple[str, object]]:
    for module in pkgutil.walk_packages(kiosk.ui.__path__, "kiosk.ui."):
        for name, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, QObject) and kind.__module__ == module.name:
                for attribute, value in vars(kind).items():
                    if attribute == "event" or attribute.endswith(("Event", "eventFilter")):
                        yield f"{name}.{attribute}", value


def test_every_override_of_an_event_method_is_wrapped() -> None:
    found = dict(overrides())
    assert len(found) > 10
    assert not [name for name, function in found.items() if not hasattr(function, "__wrapped__")]


@pytest.mark.attack("keys-chords")
def test_a_key_method_that_raises_swallows_the_key(qapp: object, caplog: pytest.LogCaptureFixture) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    Broken().keyPressEvent(event)
    assert event.isAccepted()
    assert "swallowed" in caplog.text
    caplog.clear()


def test_a_close_method_that_raises_keeps_the_window_open(qapp: object, caplog: pytest.LogCaptureFixture) -> None:
    assert not Broken().close()
    caplog.clear()


def test_a_filter_that_raises_swallows_the_event(qapp: object, caplog: pytest.LogCaptureFixture) -> None:
    assert BrokenFilter().eventFilter(QObject(), QEvent(QEvent.Type.KeyPress))
    caplog.clear()


def test_when_typing_breaks_nothing_is_typed_and_the_end_is_open(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_event: QKeyEvent, _alphabet: frozenset[str]) -> str:
        raise RuntimeError("broken")

    window = make_window()
    open_page(window, "keypad")
    said = reports(window)
    monkeypatch.setattr(input_guard, "character", broken)
    types(window, "q4471\r482913\r")
    strike(window, Qt.Key.Key_End)
    assert said == [Key.END_NOW]
    assert "swallowed" in caplog.text
    caplog.clear()


@pytest.mark.attack("keys-chords")
def test_when_the_guard_breaks_no_key_gets_through(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_event: QKeyEvent) -> Meaning:
        raise RuntimeError("broken")

    window = make_window()
    said = reports(window)
    window.show_scene(*SCENES["next_call_open"])
    monkeypatch.setattr(input_guard, "meaning", broken)
    QTest.keyClick(window, Qt.Key.Key_Return)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not said
    assert "swallowed" in caplog.text
    caplog.clear()
