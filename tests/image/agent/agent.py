"""Rides in an extra first file system of a test build, as root in the machine under test: does what the harness says.

It speaks lines of JSON on a virtio port: {"run": [...], "within_s": 60} or {"python": "..."}; no shell is started. It
is one more Python, and so on the list of programs; what it is asked to run may not be, and the laptop then says so.
"""

import contextlib
import io
import json
import subprocess
import time
import traceback
from pathlib import Path
from typing import Any

PORT = Path("/dev/virtio-ports/agent")
MODULES = Path("/run/test/modules")


def load_drivers(which: str) -> None:
    """Those of the list, as far as they can be: what is there already, or built in, is passed over."""
    for name in (MODULES / which).read_text().split():
        with contextlib.suppress(OSError), (MODULES / name).open("rb") as file:
            load_module(
                file.fileno(), "n_devs=1 node_types=0x1 num_inputs=1 input_types=0x0" if name == "vivid.ko" else ""
            )


def load_module(descriptor: int, parameters: str) -> None:
    """finit_module(2)."""
    import ctypes

    if ctypes.CDLL(None, use_errno=True).syscall(313, descriptor, parameters.encode(), 0):
        raise OSError(ctypes.get_errno(), "finit_module")


def slow_camera(left_out: int) -> None:
    """Have the made-up camera leave out so many of a hundred pictures, by its own control (linux/videodev2.h)."""
    import fcntl
    import struct

    query, answer, following = 0xC0445624, struct.Struct("=II32s7I"), 0x80000000  # VIDIOC_QUERYCTRL
    with Path("/dev/video0").open("r+b", buffering=0) as camera:
        control = following
        while True:  # until it has no more, which is an error
            control, _kind, name, *_ = answer.unpack(fcntl.ioctl(camera, query, answer.pack(control, 0, b"", *[0] * 7)))
            if name.startswith(b"Percentage of Dropped"):
                fcntl.ioctl(camera, 0xC008561C, struct.pack("=Ii", control, left_out))  # VIDIOC_S_CTRL
                return
            control |= following


def do(word: dict[str, Any]) -> dict[str, Any]:
    if "python" in word:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(word["python"], dict(globals()))
        return {"status": 0, "out": said.getvalue(), "err": ""}
    done = subprocess.run(
        word["run"],
        capture_output=True,
        text=True,
        timeout=word.get("within_s", 60),
        check=False,
        env={"PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
    )
    return {"status": done.returncode, "out": done.stdout[-100_000:], "err": done.stderr[-10_000:]}


def main() -> None:
    load_drivers("at-start")
    with contextlib.suppress(OSError):  # a stick's machine has no camera
        slow_camera(left_out=67)
    while not PORT.exists():
        time.sleep(0.1)
    with PORT.open("r+b", buffering=0) as port:
        while True:
            if line := port.readline():
                said = json.dumps(answer_to(json.loads(line))).encode() + b"\n"
                while said:  # the port takes 32 KiB at most at a time
                    said = said[port.write(said) :]
            else:  # nobody is at the other end
                time.sleep(0.1)


def answer_to(word: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = do(word)
    except Exception:
        answer = {"status": -1, "out": "", "err": traceback.format_exc()}
    return answer | {"id": word["id"]}


main()
