"""Says what a process started with a hostile environment is like: by the product's own launcher, or without it.

Started as `revealed --guard=SOCKET` or, to go without the launcher, `revealed free`.
"""

import json
import os
import sys
from pathlib import Path

from kiosk.confined import Adds, confine

HERE = Path(__file__).resolve().parents[2]


def main() -> None:
    confined = None
    if sys.argv[1] != "free":
        confined = confine("tests.attacks.kit.revealed", sys.argv[1:], Adds(readable=(HERE,)))
    import keyring
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication(sys.argv[:1])
    if confined is not None:
        confined.seal()
    maps = Path("/proc/self/maps").read_text()
    print(  # noqa: T201
        json.dumps(
            {
                "platform": application.platformName(),
                "plugins": QCoreApplication.libraryPaths(),
                "path": sys.path,
                "environment": dict(os.environ),
                "started_with": Path("/proc/self/environ").read_text().split("\0"),
                "preloaded": "libfaketime" in maps,
                "keyring": type(keyring.get_keyring()).__module__,
                "evil": "evil" in sys.modules,
                "sitecustomize": getattr(sys.modules.get("sitecustomize"), "__file__", None),
                "arguments": sys.argv[1:],
            }
        ),
        flush=True,
    )
    os._exit(0)


if __name__ == "__main__":
    main()
