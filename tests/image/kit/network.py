"""A network of the harness's own: its loopback has the address by which a machine in QEMU reaches its host, too.

So a relay has one address for the laptop inside and for the browser outside. Nobody else is in it, and it ends with the
process that holds it.
"""

import atexit
import subprocess
from collections.abc import Sequence
from functools import cache
from typing import Final

HOST: Final = "10.0.2.2"  # this machine's loopback, as QEMU's user network shows it
_SET_UP: Final = f"ip link set lo up && ip address add {HOST}/32 dev lo && echo up && exec sleep infinity"


@cache
def inside() -> Sequence[str]:
    """What goes before a command that is to run there."""
    holder = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "sh", "-c", _SET_UP], stdout=subprocess.PIPE
    )
    atexit.register(_end, holder)
    assert holder.stdout is not None
    with holder.stdout as said:
        assert said.readline() == b"up\n"
    return "nsenter", f"--net=/proc/{holder.pid}/ns/net", "--"


def _end(holder: "subprocess.Popen[bytes]") -> None:
    holder.kill()
    holder.wait()
