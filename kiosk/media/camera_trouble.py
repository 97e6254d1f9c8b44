"""Why a camera gives no pictures, in the words of the screens: by what the kernel says when its node is opened.

It never starts a picture, and must not be asked while this process itself has the camera open.
"""

import array
import errno
import fcntl
import logging
import os
from types import MappingProxyType
from typing import Final

from kiosk.errors import Unavailable
from kiosk.scenes import CameraFault

log = logging.getLogger(__name__)

_VIDIOC_G_FMT: Final = 0xC0D05604  # <linux/videodev2.h>: _IOWR('V', 4, struct v4l2_format)
_VIDIOC_S_FMT: Final = 0xC0D05605
_FORMAT_BYTES: Final = 208
_VIDEO_CAPTURE: Final = 1
_BY_ERRNO: Final = MappingProxyType(
    {
        errno.EBUSY: CameraFault.BUSY,
        errno.ENOENT: CameraFault.UNPLUGGED,
        errno.ENODEV: CameraFault.UNPLUGGED,
        errno.ENXIO: CameraFault.UNPLUGGED,
        errno.EACCES: CameraFault.UNPLUGGED,  # not, or no longer, handed out
        errno.EPERM: CameraFault.UNPLUGGED,
        errno.ENOTTY: CameraFault.UNUSABLE,  # no camera at all
        errno.EINVAL: CameraFault.UNUSABLE,
    }
)


class CameraTrouble(Unavailable):
    """A camera cannot be used for now, because of `fault`."""

    def __init__(self, fault: CameraFault) -> None:
        super().__init__(f"The camera cannot be used: {fault}.")
        self.fault = fault


def why_not(node: str) -> CameraFault | None:
    """What keeps the camera at `node` from being used; None when the kernel has nothing against it.

    V4L2 lets many open a camera, and tells the second one that it is busy only when that one would choose a format
    (https://docs.kernel.org/userspace-api/media/v4l/open.html): the format it has is asked for again.
    """
    try:
        _try(node)
    except OSError as error:
        log.info("the camera: %s", error.strerror)
        return _BY_ERRNO.get(error.errno or 0, CameraFault.SILENT)
    return None


def _try(node: str) -> None:
    handle = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        wanted = array.array("I", bytes(_FORMAT_BYTES))
        wanted[0] = _VIDEO_CAPTURE
        fcntl.ioctl(handle, _VIDIOC_G_FMT, wanted)
        fcntl.ioctl(handle, _VIDIOC_S_FMT, wanted)
    finally:
        os.close(handle)
