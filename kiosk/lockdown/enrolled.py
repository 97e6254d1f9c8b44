"""What this laptop trusts, read once at the guard's start; with whatever is amiss it trusts nothing."""

import logging
from typing import Final

from contract.documents import DocumentFault
from contract.enrolment import Identity
from kiosk.errors import LockdownError
from kiosk.lockdown.trust_file import TrustFile
from kiosk.trusted import Trusted

LOG: Final = logging.getLogger(__name__)


def trusted_here(identity: Identity | None, file: TrustFile) -> Trusted:
    """What this laptop trusts. With a record that does not check out it trusts nothing, and says so."""
    try:
        return Trusted(identity, file.read())
    except LockdownError as error:
        LOG.critical("%s", error)
        return Trusted(None, without=DocumentFault.NO_RECORD)
