"""The officer's panel: over a third of the screen, beside the family's picture. Loosens nothing: it asks the guard."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.deeds import AnyDeed, Credential, DeedKind, SendMessage
from kiosk.ipc import Key
from kiosk.scenes import Panel
from kiosk.ui.design import TARGET
from kiosk.ui.panel.answer import AnswerPage
from kiosk.ui.panel.checking import CheckPage
from kiosk.ui.panel.choosing import ChoicePage, ConfirmPage
from kiosk.ui.panel.keypad import KeypadPage
from kiosk.ui.panel.menu import MenuPage
from kiosk.ui.panel.note import NotePage
from kiosk.ui.panel.offers import PLAIN, choices, in_order, title
from kiosk.ui.panel.page import Page
from kiosk.ui.panel.slide import Slide
from kiosk.ui.pieces.key import KeyButton, Manner, with_ring
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.safe import swallows
from kiosk.ui.words import say

UNTOUCHED_MS: Final = 60_000
MARGIN: Final = 16
HEAD: Final = 64
ABOVE: Final = 4
GAP: Final = 12
BELOW: Final = 8


class OfficerPanel(Piece):
    """One page under a head with "Back" and "Close". Closed, it holds no page and hears nothing."""

    asked = Signal(object, object)  # Credential, deed
    pressed = Signal(object)  # kiosk.ipc.Key: what needs no PIN
    rearranged = Signal()  # opened, closed, or other keys than before

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._offered, self._timezone = Panel(), "Europe/London"
        self._page: Page | None = None
        self._title = TextBlock(self, Style(22, bold=True, most_lines=2))
        self._back = KeyButton(self, "panel_back", "", "back", Manner.QUIET)
        self._close = KeyButton(self, "panel_close", "", "close", Manner.QUIET)
        self._back.setAccessibleName(say("panel.back"))
        self._close.setAccessibleName(say("panel.close"))
        self._back.clicked.connect(self.go_back)
        self._close.clicked.connect(self.shut)
        self.slide = Slide(self)
        self.untouched = QTimer(self, interval=UNTOUCHED_MS, singleShot=True)
        self.untouched.timeout.connect(self.shut)
        self.hide()

    # ---- what the guard says ----

    def offer(self, offered: Panel, timezone: str) -> None:
        """Offer these deeds from now on, under what there is to read."""
        self._offered, self._timezone = offered, timezone
        if isinstance(self._page, MenuPage):
            self._fill(self._page)
        elif isinstance(self._page, CheckPage):
            self._page.tell(offered.self_check, timezone)

    def _fill(self, menu: MenuPage) -> None:
        menu.tell(self._offered.notices, self._timezone)
        menu.offer(in_order(self._offered), check=self._offered.self_check.offered)

    def scene_changed(self, *, allowed: bool) -> None:
        """Another scene: what was typed is wiped, and the panel closes where it is not `allowed`.

        An answer stays: it often comes after the scene that it brought about. Only a call that starts is its own
        answer, and wants the whole screen.
        """
        if self._page is None:
            return
        if isinstance(self._page, AnswerPage):
            if allowed and self._page.deed.kind is DeedKind.ADMIT:
                self.shut()
            return
        if allowed and not self._admits():
            self._go_to_menu()
        else:
            self.shut()

    def answered(self, accepted: bool, untrusted_text: str) -> None:
        """Show what came of the deed that was asked for; nobody waits any more if the panel was closed since."""
        if isinstance(self._page, AnswerPage) and self._page.waiting:
            self.touch()
            self._page.answer(accepted, untrusted_text)

    # ---- opening and closing ----

    def open(self) -> None:
        """Open at the deeds that are offered, or stay as it is."""
        if self._page is None:
            self._go_to_menu()

    def ask(self, deed: AnyDeed) -> None:
        """Open at the keypad, for a deed that is made out already; where that is open already, it stays as it is."""
        if isinstance(self._page, KeypadPage) and self._page.deed == deed:
            return
        page = KeypadPage(self, deed)
        page.asked.connect(self._ask)
        self._turn_to(page)

    def take_back(self, kind: DeedKind) -> None:
        """A deed of this kind need not be asked for any more: close if the keypad is open for it."""
        if self._asks_for(kind):
            self.shut()

    def _asks_for(self, kind: DeedKind) -> bool:
        return isinstance(self._page, KeypadPage) and self._page.deed.kind is kind

    def _admits(self) -> bool:
        """Admission has a scene of its own, and so no way back to the deeds."""
        return self._asks_for(DeedKind.ADMIT)

    def pick(self, kind: DeedKind) -> None:
        """Open at the next page for a deed: what there is to choose, or the keypad."""
        if kind in PLAIN:
            self.ask(PLAIN[kind])
        elif kind is DeedKind.WRITE_NOTE:
            self._choose_on(NotePage(self))
        else:
            self._choose_on(ChoicePage(self, title(kind), choices(kind, self._offered)))

    def shut(self) -> None:
        """Close; nothing typed remains. Safe twice."""
        if self._page is None:
            return
        self._drop_page()
        self.untouched.stop()
        self.slide.end()
        self.hide()
        self.rearranged.emit()

    def go_back(self) -> None:
        """Back to the deeds, or close where that is not the way."""
        if self._page is None:
            return
        if self._admits() or not self._page.can_go_back:
            self.shut()
        else:
            self._go_to_menu()

    def _go_to_menu(self) -> None:
        page = MenuPage(self)
        page.picked.connect(self.pick)
        page.check_picked.connect(self._go_to_check)
        self._fill(page)
        self._turn_to(page)

    def _go_to_check(self) -> None:
        """What was found last, where that says anything of now; else look."""
        seen, page = self._offered.self_check, CheckPage(self)
        page.chosen.connect(self.pressed)
        page.tell(seen, self._timezone)
        self._turn_to(page)
        if seen.may_start and (seen.last is None or seen.stale):
            self.pressed.emit(Key.CHECK_LAPTOP)

    def _choose_on(self, page: Page) -> None:
        page.chosen.connect(self._chosen)
        self._turn_to(page)

    def _chosen(self, deed: AnyDeed) -> None:
        if isinstance(deed, SendMessage) and not isinstance(self._page, ConfirmPage):
            self._choose_on(ConfirmPage(self, deed))
        else:
            self.ask(deed)

    def _ask(self, officer: Credential, deed: AnyDeed) -> None:
        page = AnswerPage(self, deed)
        page.again.connect(self.ask)
        page.done.connect(self.shut)
        self._turn_to(page)
        self.asked.emit(officer, deed)

    def _turn_to(self, page: Page) -> None:
        """Show `page` alone, with the focus where it wants it."""
        opens = self._page is None
        self._drop_page()
        self._page = page
        page.rearranged.connect(self._rearranged)
        for key in page.findChildren(QAbstractButton):
            key.pressed.connect(self.touch)
        page.wear(self.look)
        page.show()
        self.show()
        self.touch()
        if opens:
            self.slide.begin()
        self._rearranged()
        (page.first_focus() or self.window()).setFocus()

    def _drop_page(self) -> None:
        page, self._page = self._page, None
        if page is not None:
            self.window().setFocus()  # else Qt hands the focus to some other key
            page.wipe()
            page.hide()
            for widget in page.findChildren(QWidget):
                widget.setObjectName("")  # nobody finds a key of a page that is gone
            page.deleteLater()

    def _rearranged(self) -> None:
        self.arrange()
        self.rearranged.emit()

    # ---- keys ----

    @property
    def is_open(self) -> bool:
        """Whether a page is shown."""
        return self._page is not None

    @property
    def alphabet(self) -> frozenset[str]:
        """What may be typed now."""
        return frozenset() if self._page is None else self._page.alphabet

    def keys(self) -> Sequence[QAbstractButton]:
        """The keys of the page, then back and close."""
        return () if self._page is None else (*self._page.keys(), self._back, self._close)

    def touch(self) -> None:
        """Somebody is there: it will not close for another minute."""
        if self._page is not None:
            self.untouched.start()

    def write(self, character: str) -> None:
        """One character was typed."""
        if self._page is not None:
            self._page.write(character)

    def rub_out(self) -> None:
        """The last character was rubbed out."""
        if self._page is not None:
            self._page.rub_out()

    def enter(self, focused: QWidget | None) -> bool:
        """Enter was struck; True when the page has dealt with it."""
        return self._page is not None and self._page.enter(focused)

    # ---- drawing ----

    def arrange(self) -> None:
        """Head, and the page beneath it."""
        if self._page is None:
            return
        px, margin, target = self.look.px, self.look.px(MARGIN), self.look.px(TARGET)
        width = self.width() - 2 * margin
        self._back.setVisible(self._page.can_go_back)
        self._back.place(QRect(margin, px(ABOVE), target, target))
        self._close.place(QRect(margin + width - target, px(ABOVE), target, target))
        left = margin + (target + px(12) if self._page.can_go_back else 0)
        self._title.say(self._page.title)
        self._title.setGeometry(left, px(ABOVE), margin + width - target - px(12) - left, target)
        top = px(ABOVE + HEAD + GAP)
        self._page.setGeometry(with_ring(QRect(margin, top, width, self.height() - top - px(BELOW)), self.look))
        self._page.arrange()

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Lay the ground, and the line at its edge."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self.look.palette.ground))
            painter.fillRect(0, 0, self.look.px(2), self.height(), QColor(self.look.palette.edge))
