"""Finds the camera by asking each video node what it is; never starts a picture, so no light comes on."""

import array
import contextlib
import fcntl
import os
import re
from pathlib import Path
from typing import Final

HANDED_OUT: Final = Path("/dev/visit")  # where a laptop's guard makes nodes, for one call; before it there are none
_VIDIOC_QUERYCAP: Final = 0x80685600  # <linux/videodev2.h>: _IOR('V', 0, struct v4l2_capability)
_CAPABILITY_BYTES: Final = 104
_CAPABILITIES_AT: Final = 84 // 4
_DEVICE_CAPS_AT: Final = 88 // 4
_CAN_CAPTURE: Final = 0x0000_0001
_CAN_CONVERT: Final = 0x0000_4000 | 0x0000_8000  # V4L2_CAP_VIDEO_M2M_MPLANE and _M2M
_HAS_DEVICE_CAPS: Final = 0x8000_0000


def find_camera(wanted: str | None, folder: Path = Path("/dev")) -> str | None:
    """The path of the camera: `wanted` if that is one, or the first in `folder` when none is wanted; else None.

    One that is handed out for a call cannot be looked at before: it is taken for one, and the guard says if it is not.
    """
    if wanted is not None and is_handed_out(wanted):
        return wanted
    nodes = [wanted] if wanted is not None else [str(node) for node in _video_nodes(folder)]
    return next((node for node in nodes if is_camera(node)), None)


def is_handed_out(node: str) -> bool:
    """Whether this node is there in a call only."""
    return Path(node).parent == HANDED_OUT


def is_camera(node: str) -> bool:
    """Whether the node gives pictures (a camera has further nodes that give only data about them)."""
    return bool(_asked(node) & _CAN_CAPTURE)


def is_codec(node: str) -> bool:
    """Whether the node takes pictures of one kind and gives them in another, as no camera does."""
    return bool(_asked(node) & _CAN_CONVERT)


def _asked(node: str) -> int:
    """Nothing, where it may not be opened or is no video node."""
    answer = array.array("I", bytes(_CAPABILITY_BYTES))
    with contextlib.suppress(OSError):
        handle = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.ioctl(handle, _VIDIOC_QUERYCAP, answer)
        finally:
            os.close(handle)
        return capabilities(answer)
    return 0


def capabilities(answer: "array.array[int]") -> int:
    """What this node can do, where the driver says so, else what the device can do."""
    whole = answer[_CAPABILITIES_AT]
    return answer[_DEVICE_CAPS_AT] if whole & _HAS_DEVICE_CAPS else whole


def _video_nodes(folder: Path) -> list[Path]:
    nodes = [
        (int(match[1]), node) for node in folder.glob("video*") if (match := re.fullmatch(r"video(\d+)", node.name))
    ]
    return [node for _number, node in sorted(nodes)]
