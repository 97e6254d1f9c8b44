"""The floor of `bench fleet`: a bare `websockets` server that welcomes and echoes; it keeps and checks nothing."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve

from contract.laptop_link import LaptopWelcome, VisitorNow
from contract.words import Presence
from visits.api.tls import laptops_context


async def _talk(socket: ServerConnection) -> None:
    await socket.recv()
    welcome = LaptopWelcome(establishment="Floor", laptop="Floor", server_time=datetime.now(UTC))
    await socket.send(welcome.model_dump_json())
    await socket.send(VisitorNow(booking_id="booking-1", presence=Presence.ABSENT).model_dump_json())
    async for text in socket:
        message = json.loads(text)
        if message["type"] == "head":
            await socket.send(json.dumps({"type": "cosigned", "note": message["note"]}))


async def _main(port: int, keys: Path) -> None:
    tls = laptops_context(keys)
    async with serve(_talk, "127.0.0.1", port, ssl=tls, ping_interval=2, ping_timeout=3, compression=None) as server:
        print("ready", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), Path(sys.argv[2])))
