"""Whether things may move: not where the system asks for less motion. Asks the style; moves nothing."""

from PySide6.QtWidgets import QStyle, QWidget


def is_wanted(widget: QWidget) -> bool:
    """Whether `widget` may move."""
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
