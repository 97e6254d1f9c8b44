"""What a person does at the laptop, and what the window reported."""

from typing import Final, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiosk.deeds import Credential
from kiosk.ui.window import KioskWindow

OFFICER: Final = Credential(number="Q4471", pin="482913")
Widget = TypeVar("Widget", bound=QWidget)


def reports(window: KioskWindow) -> list[object]:
    """A list that fills with what the window reports: keys, and pairs of a credential and a deed."""
    said: list[object] = []
    window.pressed.connect(said.append)
    window.asked.connect(lambda officer, deed: said.append((officer, deed)))
    return said


def key(window: KioskWindow, name: str) -> QWidget:
    """The key called `name`, which must be there and visible."""
    found = window.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    assert found.isVisible(), name
    return found


def touch(window: KioskWindow, name: str) -> None:
    """Press the key called `name` with a finger."""
    QTest.mouseClick(key(window, name), Qt.MouseButton.LeftButton)


def strike(window: KioskWindow, code: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Strike a key of the keyboard, as it reaches the window from the system."""
    QTest.keyClick(window.windowHandle(), code, modifiers)


def types(window: KioskWindow, text: str) -> None:
    """Type `text` on the keyboard; a carriage return is Enter."""
    for character in text:
        if character == "\r":
            strike(window, Qt.Key.Key_Return)
        else:
            shift = Qt.KeyboardModifier.ShiftModifier if character.isupper() else Qt.KeyboardModifier.NoModifier
            strike(window, Qt.Key(ord(character.upper())), shift)


def focused(window: KioskWindow) -> str:
    """The name of what has the focus; nothing has it when the window itself has."""
    widget = window.focusWidget()
    return "" if widget is None or widget is window else widget.objectName()
