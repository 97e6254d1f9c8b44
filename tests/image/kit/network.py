"""A network of the harness's own, with the address by which a machine in QEMU reaches its host.

So a relay has one address for the laptop inside and for the browser outside. The address is a network card's, since
browsers make no calls over the loopback; its other end leads nowhere. Nobody else is in it, and it ends with the
process that holds it.
"""

import atexit
import subprocess
from collections.abc import Sequence
from functools import cache
from typing import Final

HOST: Final = "10.0.2.2"  # this machine's loopback, as QEMU's user network shows it
_SET_UP: Final = f"""set -e
ip link set lo up
ip link add card type veth peer name nowhere
ip address add {HOST}/24 dev card
ip link set card up
ip link set nowhere up
ip route add default dev card
echo up
exec sleep infinity
"""


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
