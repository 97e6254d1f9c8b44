"""A real sound server with virtual devices: a loudspeaker to listen at, a microphone to speak into."""

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 48_000
Samples = npt.NDArray[np.int16]


class SoundServer:
    """One PulseAudio on a private socket."""

    def __init__(self, folder: Path) -> None:
        self.env = {"PULSE_SERVER": f"unix:{folder / 'pulse.sock'}", "XDG_RUNTIME_DIR": str(folder)}

    async def hear(self, seconds: float) -> Samples:
        """What the loudspeaker plays from now on, for so long."""
        raw = ["--raw", f"--rate={RATE}", "--channels=1", "--format=s16le"]
        process = await asyncio.create_subprocess_exec(
            "parec", "--device=speaker.monitor", *raw, stdout=asyncio.subprocess.PIPE, env={**_path(), **self.env}
        )
        assert process.stdout is not None
        heard = await asyncio.wait_for(process.stdout.readexactly(int(seconds * RATE) * 2), seconds + 10)
        process.terminate()
        await process.wait()
        return np.frombuffer(heard, np.int16)

    @contextlib.asynccontextmanager
    async def speaking(self, wav: Path) -> AsyncIterator[None]:
        """Somebody plays `wav` into the microphone."""
        process = await asyncio.create_subprocess_exec(
            "paplay", "--device=micsrc", str(wav), env={**_path(), **self.env}
        )
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


@contextlib.contextmanager
def sound_server(folder: Path) -> Iterator[SoundServer]:
    """A PulseAudio with null sinks, in `folder`."""
    server = SoundServer(folder)
    modules = (
        f"module-native-protocol-unix socket={folder / 'pulse.sock'} auth-anonymous=1",
        "module-null-sink sink_name=speaker rate=48000 channels=2",
        "module-null-sink sink_name=micsrc rate=48000 channels=1",
        "module-remap-source source_name=mic master=micsrc.monitor",
    )
    command = ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no", "--disable-shm=yes"]
    command += [f"--load={module}" for module in modules]
    env = {**_path(), **server.env, "HOME": str(folder)}
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as pulse:
        try:
            wait = ["pactl", "set-default-source", "mic"]
            for _ in range(100):
                done = subprocess.run(wait, env=env, capture_output=True, check=False, timeout=5)
                if done.returncode == 0:
                    break
            subprocess.run(["pactl", "set-default-sink", "speaker"], env=env, check=True, timeout=5)
            yield server
        finally:
            pulse.terminate()


def _path() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin"}
