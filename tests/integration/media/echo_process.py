"""Proves the echo canceller in a process of its own, as the shell would, and says what was found in one line."""

import asyncio
import sys
import threading
from dataclasses import asdict

from PySide6.QtCore import QCoreApplication, QMetaObject, Qt

from kiosk.media.echo_proof import prove_echo
from kiosk.media.sound import Sound


async def prove() -> None:
    """Find, prove, say."""
    sound = Sound()
    try:
        await sound.find()
        found = await prove_echo(sound)
    finally:
        await sound.close()
    sys.stdout.write(" ".join(f"{name}={value}" for name, value in asdict(found).items()) + "\n")


def main() -> None:
    """Qt turns on this thread, the loop on another, as in the shell."""
    app = QCoreApplication(sys.argv)

    def run() -> None:
        asyncio.run(prove())
        QMetaObject.invokeMethod(app, "quit", Qt.ConnectionType.QueuedConnection)

    proving = threading.Thread(target=run)
    proving.start()
    app.exec()
    proving.join()


if __name__ == "__main__":
    main()
