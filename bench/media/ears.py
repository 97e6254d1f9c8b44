"""Listens at two loudspeakers of a real PulseAudio from outside, and knows when each sample was played."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 48_000
CHUNK: Final = 960  # bytes: 10 ms
Samples = npt.NDArray[np.int16]


@dataclass
class Recording:
    """What one loudspeaker has played; in memory only."""

    pcm: bytearray = field(default_factory=bytearray)
    arrivals: list[tuple[float, int]] = field(default_factory=list)  # time of day, samples so far

    def add(self, data: bytes) -> None:
        """More sound has come."""
        self.pcm += data
        self.arrivals.append((time.time(), len(self.pcm) // 2))

    @property
    def began_at(self) -> float:
        """When the first sample was played: samples come late, never early, so the earliest arrival tells."""
        return min((at - count / RATE for at, count in self.arrivals), default=0.0)

    def samples(self) -> Samples:
        """All of it."""
        return np.frombuffer(bytes(self.pcm), np.int16)


@contextlib.asynccontextmanager
async def listening(sink: str, env: dict[str, str]) -> AsyncIterator[Recording]:
    """Record what `sink` plays, from now to the end of the block."""
    recording = Recording()
    form = ["--raw", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=10"]
    process = await asyncio.create_subprocess_exec(
        *("parec", f"--device={sink}.monitor", *form), stdout=asyncio.subprocess.PIPE, env={**os.environ, **env}
    )
    task = asyncio.create_task(_read(process, recording), name=f"listen at {sink}")
    try:
        yield recording
    finally:
        process.terminate()
        await process.wait()
        await task


async def _read(process: asyncio.subprocess.Process, recording: Recording) -> None:
    assert process.stdout is not None
    while data := await process.stdout.read(CHUNK):
        if len(data) % 2:
            data += await process.stdout.readexactly(1)
        recording.add(data)
