"""Takes away what was kept by a former enrolment, when there is no identity any more and another one is to come.

The audit trail stays, and so does the call that a reboot cut off: they are this machine's, whoever it is.
"""

import shutil
from pathlib import Path
from typing import Final

from kiosk.lockdown.day_pack import FOLDER as PACK
from kiosk.lockdown.drift_mark import NAME as DRIFT
from kiosk.lockdown.kept_policy import IN_FORCE
from kiosk.lockdown.policy_in_force import HEARD
from kiosk.lockdown.roster_file import FILE_NAME as ROSTER
from kiosk.lockdown.trust_file import FILE_NAME as TRUST

GOES: Final = (IN_FORCE, HEARD, ROSTER, TRUST, DRIFT)  # what is judged by the marks goes before them


def forget_former(state: Path) -> None:
    """Remove signed documents, what was remembered of them, and the day's papers, also damaged ones. Raises OSError."""
    for name in GOES:
        (state / name).unlink(missing_ok=True)
    if (state / PACK).exists():
        shutil.rmtree(state / PACK)
