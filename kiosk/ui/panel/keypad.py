"""Who asks: a staff number, then a PIN that nobody can read. Wiped after every use and when left alone."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.deeds import AnyDeed, Credential
from kiosk.ui.key_meanings import CREDENTIAL, DIGITS
from kiosk.ui.panel.offers import in_words
from kiosk.ui.panel.page import Page
from kiosk.ui.pieces.field import Field
from kiosk.ui.pieces.pad import Face, Pad
from kiosk.ui.words import say

LONGEST_NUMBER: Final = 16  # as kiosk.deeds.Credential has them
LONGEST_PIN: Final = 12
UNTOUCHED_MS: Final = 30_000
FIELDS: Final = 76
GAP: Final = 10


class KeypadPage(Page):
    """Typed characters go to the active field; Enter goes on from the number to the PIN, and then asks."""

    asked = Signal(object, object)  # Credential, deed
    alphabet = CREDENTIAL

    def __init__(self, parent: QWidget, deed: AnyDeed) -> None:
        super().__init__(parent, in_words(deed))
        self.deed = deed
        self._number = Field(self, "officer_number", say("keypad.number"), longest=LONGEST_NUMBER)
        self._pin = Field(self, "officer_pin", say("keypad.pin"), longest=LONGEST_PIN, masked=True)
        self._pad = Pad(self, Face.LETTERS)
        self._active = self._number
        for field in (self._number, self._pin):
            field.clicked.connect(field.setFocus)
            field.entered.connect(lambda field=field: self._turn_to(field))
        self._pad.struck.connect(self.write)
        self._pad.erased.connect(self.rub_out)
        self._pad.accepted.connect(self._go_on)
        self._pad.rearranged.connect(self.rearranged)
        self._untouched = QTimer(self, interval=UNTOUCHED_MS, singleShot=True)
        self._untouched.timeout.connect(self.wipe)
        self._turn_to(self._number)

    @property
    def untouched(self) -> QTimer:
        """Runs out when nobody has touched the keypad for a while, and wipes it."""
        return self._untouched

    def _turn_to(self, field: Field) -> None:
        """Type into `field` from now on."""
        self._active = field
        for each in (self._number, self._pin):
            each.activate(active=each is field)
        if field is self._pin:
            self._pad.turn(Face.PIN)
        else:
            self._pad.turn(Face.NUMBERS if field.typed else Face.LETTERS)
        self._judge()

    def _judge(self) -> None:
        self._pad.let_accept(allowed=bool(self._active.typed))
        if self._number.typed or self._pin.typed:
            self._untouched.start()

    def write(self, character: str) -> None:
        """Take one character; a PIN takes digits only. After a letter of the number the digits are shown."""
        if self._active is self._pin:
            if character in DIGITS:
                self._pin.add(character)
        else:
            self._number.add(character.upper())
            if character.isalpha():
                self._pad.turn(Face.NUMBERS)
        self._judge()

    def rub_out(self) -> None:
        """Forget the last character of the active field."""
        self._active.rub_out()
        self._judge()

    def enter(self, focused: QWidget | None) -> bool:
        """Go on, unless the focus was moved to a key of the pad or away."""
        if focused in (None, self._number, self._pin, self.window()):
            self._go_on()
            return True
        return False

    def _go_on(self) -> None:
        """From the number to the PIN; from the PIN to the question."""
        if self._active is self._number and self._number.typed:
            self._pin.setFocus()
            self._turn_to(self._pin)  # also in a window that is not active
        elif self._active is self._pin and self._pin.typed and self._number.typed:
            credential = Credential(number=self._number.typed, pin=self._pin.typed)
            self.wipe()
            self.asked.emit(credential, self.deed)

    def wipe(self) -> None:
        """Forget number and PIN, and begin again."""
        self._number.wipe()
        self._pin.wipe()
        self._untouched.stop()
        if self._pin.hasFocus():
            self._number.setFocus()
        self._turn_to(self._number)

    def arrange(self) -> None:
        """Both fields side by side, the pad below."""
        area, gap, tall = self.area, self.look.px(GAP), self.look.px(FIELDS)
        half = (area.width() - gap) // 2
        self._number.place(QRect(area.left(), area.top(), half, tall))
        self._pin.place(QRect(area.right() + 1 - half, area.top(), half, tall))
        self._pad.place(area.adjusted(0, tall + gap, 0, 0))

    def keys(self) -> Sequence[QAbstractButton]:
        """The fields, then the pad."""
        return (self._number, self._pin, *self._pad.keys())
