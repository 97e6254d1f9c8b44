"""An ordinary Qt program, with what every Qt program has: a menu, a shortcut, a way to close. Given the word, guarded.

Run as `python -m tests.attacks.kit.ordinary [guarded] [TEXT]`; TEXT is shown as any label would show it.
"""

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from kiosk.ui.input_guard import InputGuard


def main(guarded: bool, text: str) -> None:
    application = QApplication(sys.argv[:1])
    window = QWidget()
    layout, line = QVBoxLayout(window), QLineEdit("a name")
    layout.addWidget(QLabel(text))
    layout.addWidget(line)
    window.setGeometry(0, 0, 1366, 768)
    line.setSizePolicy(line.sizePolicy().Policy.Expanding, line.sizePolicy().Policy.Expanding)
    dialog = QDialog(window)
    dialog.setWindowFlag(Qt.WindowType.Window)
    QShortcut(QKeySequence("Ctrl+O"), window, dialog.show)
    QShortcut(QKeySequence("Alt+F4"), window, window.close)
    if guarded:
        application.installEventFilter(InputGuard(application))
    window.show()
    window.activateWindow()
    line.setFocus()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    application.exec()


if __name__ == "__main__":
    main("guarded" in sys.argv[1:], " ".join(word for word in sys.argv[1:] if word != "guarded"))
