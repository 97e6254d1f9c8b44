"""Whose link it is: the first browser to open it keeps it, and another gets it only once the first is gone."""

from datetime import timedelta
from typing import Final

from contract.refusals import RefusalCode
from visits.domain.records import Claim, Digest
from visits.errors import Refused

GONE_LONG_ENOUGH: Final = timedelta(seconds=10)


def is_new_claim(claim: Claim | None, cookie: Digest | None, gone_for: timedelta | None) -> bool:
    """Whether the browser with `cookie` must be given a new claim; False when it already holds the link.

    `gone_for` is how long the holder has not been connected, None while it is. Raises Refused LINK_IN_USE.
    """
    if claim is None:
        return True
    if cookie == claim.cookie:
        return False
    if gone_for is None or gone_for < GONE_LONG_ENOUGH:
        raise Refused(RefusalCode.LINK_IN_USE)
    return True


def check_holder(claim: Claim | None, cookie: Digest | None) -> None:
    """Raise Refused LINK_NOT_CLAIMED unless `cookie` holds the link."""
    if claim is None or cookie != claim.cookie:
        raise Refused(RefusalCode.LINK_NOT_CLAIMED)
