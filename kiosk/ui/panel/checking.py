"""What the laptop found when it checked itself, for the officer: what to do first, then what works. Decides nothing."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QWidget

from contract.readiness import CheckRow, Light, Readiness
from kiosk.ipc import Key
from kiosk.scenes import SelfCheckSeen
from kiosk.ui.design import TARGET, Tone
from kiosk.ui.panel.page import Page
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.key import KeyButton, Manner
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.words import clock, count, say

HEAD: Final = 22
SIZE: Final = 17
ICON: Final = 24
GAP: Final = 10
BELOW: Final = 16
ICONS: Final = {Light.GREEN: "tick", Light.AMBER: "warning", Light.RED: "stop"}
TONES: Final = {Light.GREEN: Tone.ACCENT, Light.AMBER: Tone.WARNING, Light.RED: Tone.STOP}
Row = tuple[Icon, TextBlock, TextBlock]


class CheckPage(Page):
    """Rows of the same fix are one. What has no room is counted; the key to check again always has room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, say("panel.check.title"))
        self._shown: tuple[SelfCheckSeen, str] | None = None
        self._rows: list[Row] = []
        self._icon = Icon(self, "wait", ICON, Tone.SOFT)
        self._head = TextBlock(self, Style(HEAD, bold=True, most_lines=2))
        self._when = TextBlock(self, Style(SIZE, tone=Tone.SOFT, most_lines=2))
        self._more = TextBlock(self, Style(SIZE, tone=Tone.SOFT))
        self._again = KeyButton(self, "check_again", say("panel.check.again"), "reconnect", Manner.PRIMARY)
        self._again.clicked.connect(lambda: self.chosen.emit(Key.CHECK_LAPTOP))

    def tell(self, seen: SelfCheckSeen, timezone: str) -> None:
        """Show this from now on."""
        if (seen, timezone) == self._shown:
            return
        self._shown = (seen, timezone)
        self._again.setVisible(seen.may_start)
        self._clear()
        if seen.running:
            self._say("wait", Tone.SOFT, say("panel.check.running"), say("panel.check.running_more"))
        elif seen.last is None:
            self._say("question", Tone.SOFT, say("panel.check.never"), "")
        else:
            self._result(seen.last, timezone, stale=seen.stale)
        self.arrange()
        self.rearranged.emit()

    def _say(self, icon: str, tone: Tone, head: str, more: str) -> None:
        self._icon.turn_into(icon, tone)
        self._head.say(head)
        self._when.say(more)

    def _result(self, last: Readiness, timezone: str, *, stale: bool) -> None:
        when = say("panel.check.old" if stale else "panel.check.at", at=clock(last.checked_at, timezone))
        self._say(ICONS[last.light], TONES[last.light], say(f"panel.check.{last.light.value}"), when)
        for light in reversed(Light):
            for rows in _by_fix([row for row in last.rows if row.light is light]):
                self._rows.append(self._row(light, rows))

    def _row(self, light: Light, rows: Sequence[CheckRow]) -> Row:
        names = ", ".join(say(f"panel.check.name.{row.check.value}") for row in rows)
        icon = Icon(self, ICONS[light], ICON, TONES[light])
        style = Style(SIZE, bold=light is not Light.GREEN, most_lines=4)
        head = TextBlock(self, style, say(f"panel.check.word.{light.value}", what=names))
        fix = TextBlock(self, Style(SIZE, most_lines=3), rows[0].fix)
        for piece in (icon, head, fix):
            piece.wear(self.look)
            piece.show()
        return icon, head, fix

    def _clear(self) -> None:
        for row in self._rows:
            for piece in row:
                piece.hide()
                piece.deleteLater()
        self._rows = []

    def arrange(self) -> None:
        """Head, rows as far as there is room, key."""
        px, area = self.look.px, self.area
        key_top = area.bottom() + 1 - px(TARGET)
        self._again.place(QRect(area.left(), key_top, area.width(), px(TARGET)))
        top = self._place_row((self._icon, self._head, self._when), area.top() + px(4))
        room = (key_top if not self._again.isHidden() else area.bottom()) - px(BELOW)
        left_out = 0
        for number, row in enumerate(self._rows):
            after = len(self._rows) - number - 1
            fits = not left_out and top + self._height(row) + (px(SIZE * 2) if after else 0) <= room
            for piece in row:
                piece.setVisible(fits)
            if fits:
                top = self._place_row(row, top)
            else:
                left_out += 1
        self._more.say(count("panel.check.more", left_out) if left_out else "")
        self._more.setGeometry(area.left(), top, area.width(), self._more.height_for(area.width()))

    def _height(self, row: Row) -> int:
        width = self.area.width() - self.look.px(ICON + GAP)
        return sum(text.height_for(width) for text in row[1:]) + self.look.px(GAP)

    def _place_row(self, row: Row, top: int) -> int:
        px, area = self.look.px, self.area
        icon, head, more = row
        left, width = area.left() + px(ICON + GAP), area.width() - px(ICON + GAP)
        icon.setGeometry(area.left(), top, px(ICON), px(ICON))
        head.setGeometry(left, top, width, head.height_for(width))
        more.setGeometry(left, top + head.height_for(width), width, more.height_for(width))
        return top + self._height(row)

    def keys(self) -> Sequence[QAbstractButton]:
        """Check again."""
        return (self._again,)


def _by_fix(rows: Sequence[CheckRow]) -> Sequence[Sequence[CheckRow]]:
    """What is put right by the same, together."""
    found: dict[str, list[CheckRow]] = {}
    for row in rows:
        found.setdefault(row.fix, []).append(row)
    return list(found.values())
