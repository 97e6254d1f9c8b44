"""Sockets that systemd has opened for this process (sd_listen_fds), by name: rights it then need not have itself."""

import os
import socket
from collections.abc import Mapping
from typing import Final

FIRST: Final = 3  # SD_LISTEN_FDS_START


def given_socket(name: str, environment: Mapping[str, str] = os.environ) -> socket.socket | None:
    """The socket of this name (`FileDescriptorName=`), or None where this process was given none."""
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return None
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    if name not in names or environment.get("LISTEN_FDS") != str(len(names)):
        return None
    descriptor = FIRST + names.index(name)
    os.set_inheritable(descriptor, False)
    given = socket.socket(fileno=os.dup(descriptor))  # whoever asks again is given it again
    given.setblocking(False)
    given.set_inheritable(False)
    return given
