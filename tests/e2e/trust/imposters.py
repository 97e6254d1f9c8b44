"""What else may answer at the service's address: with another certificate, without TLS, or with one that is too old."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.kit.process import Process

CLOSES = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def answering(port: int, context: ssl.SSLContext | None) -> AsyncIterator[list[bytes]]:
    """It answers there, whatever it is told; what it was told by those who took it for the service."""
    told: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            told.append(await asyncio.wait_for(reader.read(4096), 5))
            writer.write(CLOSES)
            await writer.drain()
        except (OSError, TimeoutError):
            pass
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port, ssl=context)
    try:
        yield told
    finally:
        server.close()


@asynccontextmanager
async def speaking_tls_1_2(port: int, file: Path) -> AsyncIterator[None]:
    """OpenSSL's own server, with the right certificate and nothing newer than TLS 1.2."""
    address = ("-accept", f"127.0.0.1:{port}", "-cert", str(file), "-key", str(file))
    server = await Process.start(file.with_suffix(".log"), "openssl", "s_server", *address, "-tls1_2", "-quiet")
    try:
        yield
    finally:
        await server.stop()
