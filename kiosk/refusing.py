"""What the contract says will not do, as this laptop's own refusal with the same sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from contract.pins import NotThat
from kiosk.errors import Refused


@contextmanager
def refused() -> Iterator[None]:
    """Raises Refused where the block raises NotThat."""
    try:
        yield
    except NotThat as why:
        raise Refused(str(why)) from None
