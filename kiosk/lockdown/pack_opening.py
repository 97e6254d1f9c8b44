"""Opens the day pack with the key from the vault, or says that there is none; it makes no key."""

import base64
import binascii
import logging
from pathlib import Path
from typing import Final

from kiosk.errors import Unavailable
from kiosk.lockdown.day_pack import KEY_BYTES, DayPack
from kiosk.ports import Record, SecretName, Vault

LOG: Final = logging.getLogger(__name__)


def open_pack(state: Path, vault: Vault, record: Record) -> DayPack:
    """The pack in `state`; without a key it keeps nothing, and the log says why."""
    return DayPack(state, key_in(vault), lambda entry: record.note("pack_entry_damaged", {"what": entry}))


def key_in(vault: Vault) -> bytes | None:
    """The key of the pack, or None; the log says why."""
    try:
        key = base64.b64decode(vault.read(SecretName.PACK_KEY), validate=True)
    except Unavailable as error:
        LOG.warning("the day pack has no key: %s", error)
        return None
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        LOG.error("the day pack has no key: what the vault has is none. Ask IT to enrol this laptop again.")
        return None
    return key
