"""Keeps the names of the running call out of the journal's plain text; the rest of a day is ids, times and codes."""

import base64
import binascii
from typing import Final

from pydantic import TypeAdapter

from contract.strict import Malformed, parse
from kiosk.kept import CallKept, DayKept
from kiosk.lockdown.day_pack import DayPack

CALL: Final = "call"
KEPT: Final[TypeAdapter[CallKept]] = TypeAdapter(CallKept)
LONGEST_BYTES: Final = 256 * 1024


def closed(day: DayKept, pack: DayPack) -> DayKept:
    """The day with its call encrypted, where there is a key to do it with."""
    if day.call is None or not pack.is_open:
        return day
    sealed = base64.b64encode(pack.seal(CALL, day.call.model_dump_json().encode())).decode()
    return day.model_copy(update={"call": None, "sealed_call": sealed})


def opened(day: DayKept, pack: DayPack) -> DayKept:
    """The day as it was. Raises Malformed for a call that this laptop's key does not open."""
    if day.sealed_call is None:
        return day
    try:
        content = pack.unseal(CALL, base64.b64decode(day.sealed_call, validate=True))
    except binascii.Error:
        content = None
    if content is None:
        raise Malformed("sealed_call")
    return day.model_copy(update={"call": parse(content, KEPT, LONGEST_BYTES), "sealed_call": None})
