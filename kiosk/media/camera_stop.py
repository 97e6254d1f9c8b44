"""Has this process's own camera let go of whoever waits for a picture: OpenCV waits a whole second, END half of one.

OpenCV does not give its descriptor away, and the node that it was opened by may have been withdrawn by now.
"""

import fcntl
import os
import struct
from contextlib import suppress
from typing import Final

VIDEO4LINUX: Final = 81  # Linux, Documentation/admin-guide/devices.txt
MOST_OPEN: Final = 1024  # descriptors that a process may have by default
_STREAMOFF: Final = 0x40045613  # linux/videodev2.h, _IOW('V', 19, int)
_CAPTURE: Final = struct.pack("i", 1)


def stop_streaming(major: int = VIDEO4LINUX) -> int:
    """Stop all cameras that this process has open; how many there were. Safe from any thread: reading one then fails.

    A descriptor that another thread closes meanwhile, or that is no camera, only refuses; where its number went to
    another camera at that moment, that one falls silent, and is opened again.
    """
    found = 0
    for descriptor in range(MOST_OPEN):
        with suppress(OSError):
            if os.major(os.fstat(descriptor).st_rdev) == major:
                found += 1
                fcntl.ioctl(descriptor, _STREAMOFF, _CAPTURE)
    return found
