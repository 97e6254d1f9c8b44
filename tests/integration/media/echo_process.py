"""Proves the echo canceller in a process of its own, as the shell would, and says what was found in one line."""

import asyncio
import os
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMetaObject, Qt

from kiosk.media.echo_proof import prove_echo
from kiosk.media.sound import Sound

PROVED_WITHIN_S = 20.0


async def until_it_cancels(sound: Sound) -> None:
    """Wait until the server has done as it was asked, twenty seconds at most."""
    for _ in range(400):
        if (await sound.choice()).is_cancelled:
            return
        await asyncio.sleep(0.05)


async def prove() -> None:
    """Find, prove, say."""
    ours = Path(os.environ["PULSE_SERVER"].removeprefix("unix:")) if sys.argv[1:] == ["ours"] else Path("/nowhere")
    sound = Sound(ours=ours)
    try:
        await sound.find()
        if sys.argv[1:] == ["ours"]:
            await until_it_cancels(sound)
        found = await prove_echo(sound, asyncio.get_running_loop().time() + PROVED_WITHIN_S)
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
