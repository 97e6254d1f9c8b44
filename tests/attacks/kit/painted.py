"""Draws every scene and says what each looks like as a digest: confined by the product's launcher, or `free`."""

import hashlib
import json
import os
import sys
from pathlib import Path

from kiosk.confined import Adds, confine

HERE = Path(__file__).resolve().parents[2]


def main() -> None:
    confined = None
    if sys.argv[1] != "free":
        confined = confine("tests.attacks.kit.painted", sys.argv[1:], Adds(readable=(HERE,)))
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from kiosk.latest import Latest
    from kiosk.ui.pieces.ring import Ring
    from kiosk.ui.window import KioskWindow
    from tests.ui.samples import NOW, SCENES

    application = QApplication(sys.argv[:1])
    window = KioskWindow(Latest(), Latest(), now=lambda: NOW)
    if confined is not None:
        confined.seal()
    window.resize(1366, 768)
    window.show()
    seen = {}
    for name, scene in SCENES.items():
        window.show_scene(*scene)
        application.processEvents()
        for ring in window.findChildren(Ring):
            ring.hide()  # it turns, so no two pictures of it are the same
        picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        seen[name] = hashlib.sha256(bytes(picture.constBits())).hexdigest()
    found = confined.for_the_shell().look(None).findings if confined is not None else ()
    print(json.dumps({"seen": seen, "held": [f.name for f in found if f.verdict == "holds"]}), flush=True)  # noqa: T201
    os._exit(0)


if __name__ == "__main__":
    main()
