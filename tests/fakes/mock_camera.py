"""A V4L2 camera by umockdev, for real OpenCV: it answers ioctls, and its pictures lie in the file that stands for it.

Run as a program under umockdev's preload, with the name of a course; it prints what the camera made of it as JSON.
"""

import asyncio
import ctypes
import errno
import json
import os
import shutil
import struct
import sys
import threading
import time
from collections.abc import Callable
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_ulong, c_void_p
from enum import IntEnum
from typing import Final

import cv2
import numpy as np

from kiosk.media.camera import Camera
from kiosk.media.camera_trouble import CameraTrouble, why_not
from kiosk.media.cameras import is_camera
from kiosk.media.picture_feed import PictureFeed

PRELOAD: Final = "libumockdev-preload.so.0"
NODE: Final = "/dev/video0"
DESCRIPTION: Final = (
    "P: /devices/video0\nN: video0=00\nE: DEVNAME=/dev/video0\nE: SUBSYSTEM=video4linux\n"
    "E: MAJOR=81\nE: MINOR=0\nA: dev=81:0\\n\nA: index=0\\n\n\n"
)
ROOM: Final = 4 << 20  # of each buffer in the file
BUFFERS: Final = 4


class Ask(IntEnum):
    """The requests of <linux/videodev2.h> that OpenCV makes."""

    QUERYCAP = 0x80685600
    G_FMT = 0xC0D05604
    S_FMT = 0xC0D05605
    TRY_FMT = 0xC0D05640
    REQBUFS = 0xC0145608
    QUERYBUF = 0xC0585609
    QBUF = 0xC058560F
    DQBUF = 0xC0585611
    STREAMON = 0x40045612
    STREAMOFF = 0x40045613
    G_PARM = 0xC0CC5615
    S_PARM = 0xC0CC5616
    G_INPUT = 0x80045626
    S_INPUT = 0xC0045627
    ENUMINPUT = 0xC050561A


CAN: Final = 0x0420_0001  # capture, streaming
HAS_DEVICE_CAPS: Final = 0x8000_0000
TIMEPERFRAME: Final = 0x1000


def code(name: str) -> int:
    return int.from_bytes(name.encode(), "little")


class MockCamera:
    """What the driver of one camera answers. `fails` says for a request which error it has now."""

    def __init__(self, *formats: str) -> None:
        self._formats = [code(name) for name in formats]
        self._format = (1280, 720, self._formats[0])
        self.fails: dict[int, int] = {}
        self._queued: list[int] = []
        self._pictures = 0
        self._file = ""

    def answers(self, request: int, memory: bytearray) -> int:
        """Answer into `memory`; the number of an error, or 0."""
        if request in self.fails:
            return self.fails[request]
        match request:
            case Ask.QUERYCAP:
                struct.pack_into("16s32s32sIII", memory, 0, b"mock", b"Mock", b"usb", 1, CAN | HAS_DEVICE_CAPS, CAN)
            case Ask.G_FMT | Ask.S_FMT | Ask.TRY_FMT:
                self._formatted(memory, request)
            case Ask.REQBUFS:
                struct.pack_into("I", memory, 0, min(BUFFERS, struct.unpack_from("I", memory)[0]))
                self._queued.clear()
            case Ask.QUERYBUF:
                index = struct.unpack_from("I", memory)[0]
                struct.pack_into("I", memory, 64, index * ROOM)
                struct.pack_into("I", memory, 72, ROOM)
            case Ask.QBUF:
                self._queued.append(struct.unpack_from("I", memory)[0])
            case Ask.DQBUF:
                return self._filled(memory)
            case Ask.G_PARM | Ask.S_PARM:
                struct.pack_into("IIII", memory, 4, TIMEPERFRAME, 0, 1, 30)
            case Ask.STREAMON | Ask.STREAMOFF | Ask.G_INPUT | Ask.S_INPUT:
                pass
            case Ask.ENUMINPUT:
                return 0 if struct.unpack_from("I", memory)[0] == 0 else errno.EINVAL
            case _:
                return errno.EINVAL
        return 0

    def _formatted(self, memory: bytearray, request: int) -> None:
        """As a driver does: what it does not have is answered with what it has."""
        width, height, wanted = struct.unpack_from("III", memory, 8)
        if request != Ask.G_FMT:
            self._format = (width, height, wanted if wanted in self._formats else self._formats[0])
        width, height, given = self._format
        struct.pack_into("IIIIIII", memory, 8, width, height, given, 1, width * 2, width * height * 2, 8)

    def gives(self) -> str:
        """The format it has now."""
        return self._format[2].to_bytes(4, "little").decode()

    def _filled(self, memory: bytearray) -> int:
        if not self._queued:
            return errno.EAGAIN
        index = self._queued.pop(0)
        picture = self._picture()
        with open(self._file, "r+b") as file:  # noqa: PTH123
            file.seek(index * ROOM)
            file.write(picture)
        struct.pack_into("III", memory, 0, index, 1, len(picture))
        struct.pack_into("IIQI", memory, 56, self._pictures, 1, index * ROOM, ROOM)
        return 0

    def _picture(self) -> bytes:
        """Grey that grows lighter with each picture."""
        self._pictures += 1
        width, height, given = self._format
        level = 60 + self._pictures
        if given == code("MJPG"):
            return bytes(cv2.imencode(".jpg", np.full((height, width, 3), level, np.uint8))[1])
        if given == code("YUYV"):
            return bytes([level, 128]) * (width * height)
        return bytes([level]) * (width * height)

    def plug(self) -> "MockCamera":
        """Make the node."""
        self._lib, gobject = ctypes.CDLL("libumockdev.so.0"), ctypes.CDLL("libgobject-2.0.so.0")
        lib = self._lib
        for name, result, *arguments in (
            ("testbed_new", c_void_p),
            ("testbed_get_root_dir", c_char_p, c_void_p),
            ("testbed_add_from_string", c_int, c_void_p, c_char_p, c_void_p),
            ("testbed_attach_ioctl", c_int, c_void_p, c_char_p, c_void_p, c_void_p),
            ("ioctl_base_new", c_void_p),
            ("ioctl_client_get_request", c_ulong, c_void_p),
            ("ioctl_client_get_arg", c_void_p, c_void_p),
            ("ioctl_client_complete", None, c_void_p, c_long, c_int),
            ("ioctl_data_resolve", c_void_p, c_void_p, c_size_t, c_size_t, c_void_p),
            ("ioctl_data_retrieve", c_void_p, c_void_p, POINTER(c_size_t)),
            ("ioctl_data_update", None, c_void_p, c_size_t, c_char_p, c_size_t),
        ):
            function = getattr(lib, f"umockdev_{name}")
            function.restype, function.argtypes = result, arguments
        gobject.g_signal_connect_data.argtypes = [c_void_p, c_char_p, c_void_p, c_void_p, c_void_p, c_int]
        self._bed = lib.umockdev_testbed_new()
        lib.umockdev_testbed_add_from_string(self._bed, DESCRIPTION.encode(), None)
        root = lib.umockdev_testbed_get_root_dir(self._bed).decode()
        os.environ["UMOCKDEV_DIR"] = root
        self._file = root + NODE
        with open(self._file, "r+b") as file:  # noqa: PTH123
            file.truncate(ROOM * BUFFERS)
        self._handler = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p)(self._handle)
        base = lib.umockdev_ioctl_base_new()
        gobject.g_signal_connect_data(base, b"handle-ioctl", ctypes.cast(self._handler, c_void_p), None, None, 0)
        assert lib.umockdev_testbed_attach_ioctl(self._bed, NODE.encode(), base, None)
        return self

    def _handle(self, _base: int, client: int, _data: int) -> int:
        lib = self._lib
        request = lib.umockdev_ioctl_client_get_request(client) & 0xFFFFFFFF
        size, had = (request >> 16) & 0x3FFF, c_size_t()
        data = lib.umockdev_ioctl_data_resolve(lib.umockdev_ioctl_client_get_arg(client), 0, size, None)
        memory = bytearray(ctypes.string_at(lib.umockdev_ioctl_data_retrieve(data, byref(had)), size))
        error = self.answers(request, memory)
        lib.umockdev_ioctl_data_update(data, 0, bytes(memory), size)
        lib.umockdev_ioctl_client_complete(client, -1 if error else 0, error)
        return 1


def look(camera: Camera, count: int) -> list[list[int]]:
    """Width, height and brightness of so many pictures."""
    frames = [frame for frame in (camera.read() for _ in range(count)) if frame is not None]
    return [[frame.width, frame.height, int(frame.to_ndarray()[:16, :16].mean())] for frame in frames]


def trouble(deed: Callable[[], object]) -> str:
    try:
        deed()
    except CameraTrouble as error:
        return error.fault
    return "none"


def works(*formats: str) -> object:
    mock = MockCamera(*formats).plug()  # it is gone with its last name
    camera = Camera(NODE)
    seen = look(camera, 3)
    camera.close()
    return {"seen": seen, "gave": mock.gives(), "is_camera": is_camera(NODE), "why": why_not(NODE)}


def busy() -> object:
    mock = MockCamera("MJPG").plug()
    mock.fails = {Ask.S_FMT: errno.EBUSY}
    before = trouble(lambda: Camera(NODE))
    mock.fails.clear()
    return [before, trouble(lambda: Camera(NODE).close())]


def unplugged() -> object:
    mock = MockCamera("MJPG").plug()
    camera = Camera(NODE)
    look(camera, 2)
    mock.fails = dict.fromkeys(
        (Ask.G_FMT, Ask.S_FMT, Ask.QBUF, Ask.DQBUF, Ask.STREAMON, Ask.STREAMOFF, Ask.QUERYCAP), errno.ENODEV
    )
    first = trouble(lambda: look(camera, 5))
    again = trouble(lambda: Camera(NODE))
    mock.fails.clear()
    return [first, again, trouble(lambda: Camera(NODE).close())]


def hung() -> object:
    """Since such an error OpenCV 5.0 asks again and again, and never comes back."""
    mock = MockCamera("MJPG").plug()
    seen = threading.Event()
    feed = PictureFeed(lambda: Camera(NODE), lambda _frame: seen.set(), lambda _text: None)
    feed.start()
    assert seen.wait(20)
    mock.fails, until = {Ask.DQBUF: errno.EIO}, time.monotonic() + 15
    while feed.fault() is None and time.monotonic() < until:
        time.sleep(0.05)
    return [feed.fault(), asyncio.run(feed.shut())]


COURSES: Final[dict[str, Callable[[], object]]] = {
    "mjpg": lambda: works("MJPG", "YUYV"),
    "yuyv": lambda: works("YUYV"),
    "grey": lambda: works("GREY"),
    "h264": lambda: trouble(lambda: works("H264")),
    "busy": busy,
    "unplugged": unplugged,
    "hung": hung,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COURSES[sys.argv[1]]()) + "\n")
    sys.stdout.flush()
    shutil.rmtree(os.environ["UMOCKDEV_DIR"], ignore_errors=True)
    os._exit(0)  # a thread of OpenCV's or umockdev's may wait for the interpreter that ends
