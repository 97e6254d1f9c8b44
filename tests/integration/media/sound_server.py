"""A PulseAudio of the test's own: a loudspeaker that can be listened to, and a microphone that can be spoken into."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 48_000
RAW = ("--rate=48000", "--channels=1", "--format=s16le", "--raw", "--latency-msec=400")
LIMIT_S = 20.0
LOUD = 1000
MODULES = (
    "module-native-protocol-unix socket={folder}/native auth-anonymous=1",
    "module-null-sink sink_name=speaker rate=48000 channels=1",
    "module-null-sink sink_name=mouth rate=48000 channels=1",
    "module-remap-source master=mouth.monitor source_name=microphone remix=no",
)


class SoundServer:
    """`environment` is what a process needs to use it and no other."""

    def __init__(self, folder: Path) -> None:
        self.pid = 0
        self.environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "PULSE_SERVER": f"unix:{folder}/native",
        }

    async def stop(self) -> None:
        """End the server. Safe twice."""
        pid, self.pid = self.pid, 0
        if pid:
            os.kill(pid, signal.SIGTERM)
            await _gone(pid)

    async def run(self, *command: str) -> None:
        """Run one command to its end."""
        process = await asyncio.create_subprocess_exec(*command, env=self.environment)
        async with asyncio.timeout(LIMIT_S):
            assert await process.wait() == 0, command

    async def ask(self, *command: str) -> str:
        """What one `pactl` command answers."""
        process = await asyncio.create_subprocess_exec(
            "pactl", *command, env=self.environment, stdout=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(LIMIT_S):
            answer, _ = await process.communicate()
        assert process.returncode == 0, command
        return answer.decode().strip()

    async def load(self, module: str, *arguments: str) -> str:
        """Load a module; its number, for `unload`."""
        return await self.ask("load-module", module, *arguments)

    async def number_of(self, module: str) -> str:
        """The number of the one module of this name that is loaded."""
        listed = (line.split("\t") for line in (await self.ask("list", "short", "modules")).splitlines())
        (number,) = [fields[0] for fields in listed if fields[1] == module]
        return number

    async def unload(self, module: str) -> None:
        """Take a module away, with its devices."""
        await self.ask("unload-module", module)

    @asynccontextmanager
    async def ear(self, loudspeaker: str) -> AsyncIterator["Ear"]:
        """Somebody who listens to a loudspeaker all the time, and already does."""
        process = await asyncio.create_subprocess_exec(
            "parec",
            f"--device={loudspeaker}.monitor",
            *RAW[:-1],
            "--latency-msec=20",
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        await process.stdout.readexactly(RATE // 50 * 2)
        ear = Ear()
        listening = asyncio.create_task(ear.listen(process.stdout))
        try:
            yield ear
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await _end(process)

    @asynccontextmanager
    async def speaking(self, samples: npt.NDArray[np.int16], folder: Path, mouth: str = "mouth") -> AsyncIterator[None]:
        """Say `samples` into the microphone, from its beginning."""
        spoken = folder / f"{mouth}.raw"
        spoken.write_bytes(samples.tobytes())
        process = await asyncio.create_subprocess_exec(
            "pacat", "--playback", f"--device={mouth}", *RAW, str(spoken), env=self.environment
        )
        try:
            yield
        finally:
            await _end(process)

    async def listen(self, seconds: float) -> npt.NDArray[np.int16]:
        """What the loudspeaker plays for so long, from now on."""
        process = await asyncio.create_subprocess_exec(
            "parec", "--device=speaker.monitor", *RAW, env=self.environment, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(LIMIT_S):
                return np.frombuffer(await process.stdout.readexactly(int(seconds * RATE) * 2), np.int16)
        finally:
            await _end(process)


class Ear:
    """Notes when a loudspeaker is loud."""

    def __init__(self) -> None:
        self._is_loud = asyncio.Event()
        self.level = 0.0

    async def listen(self, stream: asyncio.StreamReader) -> None:
        """Hear 20 ms after 20 ms."""
        while True:
            heard = np.frombuffer(await stream.readexactly(RATE // 50 * 2), np.int16).astype(np.float64)
            self.level = float(np.sqrt(np.mean(heard**2)))
            if self.level > LOUD:
                self._is_loud.set()

    async def hears_it_at(self) -> float:
        """When it is loud next, on the monotonic clock."""
        self._is_loud.clear()
        async with asyncio.timeout(LIMIT_S):
            await self._is_loud.wait()
        return time.monotonic()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.communicate()


@asynccontextmanager
async def sound_server(*more: str) -> AsyncIterator[SoundServer]:
    """A server that is ready, and gone at the end."""
    with tempfile.TemporaryDirectory(prefix="sound-") as name:
        folder = Path(name)
        server = SoundServer(folder)
        loads = [f"--load={module.format(folder=folder)}" for module in (*MODULES, *more)]
        await server.run(
            "pulseaudio",
            "-n",
            "--daemonize=yes",
            "--use-pid-file=yes",
            "--exit-idle-time=-1",
            "--log-target=null",
            *loads,
        )
        server.pid = int((folder / "pulse" / "pid").read_text())
        try:
            await server.run("pactl", "set-default-sink", "speaker")
            await server.run("pactl", "set-default-source", "microphone")
            yield server
        finally:
            await server.stop()


async def _gone(pid: int) -> None:
    """The daemon is nobody's child: its handle says when it has ended."""
    loop = asyncio.get_running_loop()
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    loop.add_reader(handle, ended.set)
    try:
        async with asyncio.timeout(LIMIT_S):
            await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
