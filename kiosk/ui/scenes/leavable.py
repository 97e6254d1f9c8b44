"""A message of a call that is on its way or has dropped: nobody is kept waiting there, so it can be left."""

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.areas import Areas
from kiosk.ui.scenes.leave import LeaveAsk
from kiosk.ui.scenes.message import MessageView


class LeavableView(MessageView):
    """A message with "Leave" in the row, asked once."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.leave = LeaveAsk(self)
        self.leave.pressed.connect(self.pressed)
        self.leave.rearranged.connect(self.rearranged)

    def arrange(self, areas: Areas) -> None:
        """The message in the middle, leaving at the right end of the row."""
        super().arrange(areas)
        width = self.leave.width_wanted()
        self.leave.place(QRect(areas.row.right() + 1 - width, areas.row.top(), width, areas.row.height()))

    def keys(self) -> Sequence[QAbstractButton]:
        """Leave; once asked, stay and leave."""
        return self.leave.keys()
