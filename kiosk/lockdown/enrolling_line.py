"""The way out while root enrols a laptop: as the shell's user, since the firewall lets nobody else speak.

Where the firewall is shut because what is kept here does not check out, IT's own file says for that while with whom
the laptop may speak: else nothing could ever put it right.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures.network import Network
from kiosk.lockdown.network_policy import network_policy
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.policy_file import read_policy
from kiosk.lockdown.users import uid_of

ROOT = 0


@contextmanager
def enrolling_line(
    machine: Machine, platform: Platform | None, become: Callable[[int], None] = os.seteuid
) -> Iterator[None]:
    """What is opened within belongs to the shell's user; files are root's affair, before and after.

    Anybody but root, and a machine that is no laptop of ours, speaks as who they are. Raises LockdownError.
    """
    if platform is None or os.geteuid() != ROOT:
        yield
        return
    try:
        shell = uid_of(machine, platform.shell_user)
    except OSError as error:
        raise LockdownError(f"The users of this machine cannot be read: {error.strerror}.") from error
    with ExitStack() as stack:
        if not _is_known(machine):
            stack.enter_context(Network(machine, platform).opened_for(read_policy(machine).network))
        stack.callback(become, ROOT)
        become(shell)
        yield


def _is_known(machine: Machine) -> bool:
    """Whether the firewall lets anything through as it is."""
    try:
        network_policy(machine)
    except (LockdownError, OSError):
        return False
    return True
