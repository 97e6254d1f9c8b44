"""Run as a program in a namespace: one end of a call, by the laptop's own peer or a plain one, by lines of JSON."""

import asyncio
import json
import logging
import sys
from typing import Any

from contract.media import IceServer
from kiosk.errors import KioskError
from kiosk.link.trust import relay
from kiosk.media.peer import Peer
from kiosk.media.relay import RelayChoice
from tests.integration.media.visitor import GreenSquare, Tone, Visitor

ENOUGH_FRAMES = 15


def say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def hear() -> dict[str, Any]:
    heard: dict[str, Any] = json.loads(await asyncio.to_thread(sys.stdin.readline))
    return heard


async def laptop() -> None:
    asked = await hear()
    seen, tracks = asyncio.Event(), set()

    async def watch(track: Any) -> None:
        for _ in range(ENOUGH_FRAMES):
            await track.recv()
        if track.kind == "video":
            seen.set()

    choice = RelayChoice(relay(asked["authority"]) if asked.get("authority") else None)
    peer = Peer(
        [IceServer.model_validate(each) for each in asked["ice_servers"]],
        lambda track: tracks.add(asyncio.ensure_future(watch(track))),
        lambda _: None,
        relay_only=asked["relay_only"],
        relay=choice,
    )
    try:
        for track in (GreenSquare(320, 180), Tone()):
            peer.send_and_receive(track)
        say(sdp=await peer.offer())
        await peer.answer((await hear())["sdp"])
        await asyncio.wait_for(seen.wait(), 15)
        say(seen=True, by=choice.last)
        await hear()
    except (KioskError, TimeoutError) as error:
        say(failed=f"{type(error).__name__}: {error}")
    finally:
        await peer.close()


async def visitor() -> None:
    far = Visitor(GreenSquare(320, 180), Tone())
    say(sdp=await far.answer((await hear())["sdp"]))
    await hear()
    await far.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    asyncio.run({"laptop": laptop, "visitor": visitor}[sys.argv[1]]())
