"""The built-in visitor: a process that opens a visitor's link as a family's browser would. Never on a laptop.

Stopped by a signal it vanishes, as a closed tab does; with --seconds it says goodbye after so much of the call.
"""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence

from demo.visitor_line import TurnedAway, VisitorLine
from demo.visitor_media import LivingRoomCamera, VisitorMedia
from kiosk.media.loopback import allow_loopback_when_alone


async def visit(url: str, seconds: float | None) -> None:
    """Be the visitor until the call ends or a signal comes. Raises TurnedAway."""
    stop = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    allow_loopback_when_alone()
    camera = LivingRoomCamera()
    media = VisitorMedia(camera)
    line = VisitorLine(url, media)
    camera.start()
    tasks = (
        asyncio.create_task(line.run(), name="visitor-line"),
        asyncio.create_task(stop.wait(), name="visitor-stop"),
        asyncio.create_task(_leave_after(line, seconds), name="visitor-goodbye"),
    )
    try:
        await asyncio.wait(tasks[:2], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await media.close()
        await camera.close()
    if not tasks[0].cancelled():
        tasks[0].result()


async def _leave_after(line: VisitorLine, seconds: float | None) -> None:
    """Say goodbye once the call has been live for so long; never, when not asked to."""
    if seconds is not None:
        await line.live.wait()
        await asyncio.sleep(seconds)
        await line.leave()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 unless the service turned the visitor away."""
    parser = argparse.ArgumentParser(prog="python -m demo.visitor", description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True, help="the visitor's link, http://127.0.0.1:PORT/v/TOKEN")
    parser.add_argument("--seconds", type=float, help="say goodbye after so many seconds of the call")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="visitor %(levelname)s %(message)s")
    logging.getLogger("aioice").setLevel(logging.WARNING)
    try:
        asyncio.run(visit(options.url, options.seconds))
    except TurnedAway as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
