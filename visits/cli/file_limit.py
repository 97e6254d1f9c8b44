"""How many files and connections this process may have open: as many as its user is allowed, not the default."""

import resource
from typing import Final

ENOUGH: Final = 65_536


def raise_file_limit() -> int:
    """Raise the soft limit as far as the hard one goes, or to what is plenty; the limit that holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft
