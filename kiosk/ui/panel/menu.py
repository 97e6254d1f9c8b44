"""The first page of the panel: one large key for each deed that is offered now."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.deeds import DeedKind
from kiosk.scenes import Notice
from kiosk.ui.design import TARGET
from kiosk.ui.panel.offers import ICONS, title
from kiosk.ui.panel.page import Page, in_columns
from kiosk.ui.panel.told import Told
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.pieces.tile import Tile
from kiosk.ui.words import say

TALL: Final = 104
GAP: Final = 8
COLUMNS: Final = 2


class MenuPage(Page):
    """Two columns of keys. The keys stay while the same deeds are offered."""

    picked = Signal(object)  # DeedKind
    check_picked = Signal()
    can_go_back = False

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, say("panel.title"))
        self._kinds: tuple[DeedKind, ...] = ()
        self._check: Tile | None = None
        self._tiles: list[Tile] = []
        self._told = Told(self)
        self._nothing = TextBlock(self, Style(20, centred=True, most_lines=3), say("panel.nothing"))

    def tell(self, notices: Sequence[Notice], timezone: str) -> None:
        """Show what the officer should know, above the keys."""
        if self._told.tell(notices, timezone):
            self.arrange()

    def offer(self, kinds: tuple[DeedKind, ...], *, check: bool = False) -> None:
        """Show a key for each of `kinds`, and with `check` one for the laptop's check of itself, which needs no PIN."""
        self._nothing.setVisible(not kinds and not check)
        if (kinds, check) == (self._kinds, self._check is not None):
            return
        for tile in self._tiles:
            tile.hide()
            tile.deleteLater()
        self._kinds, self._tiles = kinds, [self._tile(kind) for kind in kinds]
        self._check = self._check_tile() if check else None
        self._tiles += [] if self._check is None else [self._check]
        self.arrange()
        self.rearranged.emit()

    def _tile(self, kind: DeedKind) -> Tile:
        tile = Tile(self, f"deed_{kind.value}", title(kind), ICONS[kind])
        tile.clicked.connect(lambda: self.picked.emit(kind))
        return self._shown(tile)

    def _check_tile(self) -> Tile:
        tile = Tile(self, "check_laptop", say("panel.check.title"), "laptop")
        tile.clicked.connect(self.check_picked)
        return self._shown(tile)

    def _shown(self, tile: Tile) -> Tile:
        tile.wear(self.look)
        tile.show()
        return tile

    def arrange(self) -> None:
        """What there is to read, and keys under it."""
        area = self.area
        rows = -(-len(self._tiles) // COLUMNS)
        area.setTop(self._told.place_in(area, area.height() - rows * self.look.px(TARGET + GAP)))
        in_columns(self._tiles, area, COLUMNS, self.look.px(TALL), self.look.px(GAP))
        self._nothing.setGeometry(QRect(0, area.top(), self.width(), self.look.px(120)))

    def keys(self) -> Sequence[QAbstractButton]:
        """The deeds, in order."""
        return self._tiles
