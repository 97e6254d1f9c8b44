"""Reads the file IT wrote on this laptop: with whom it may speak until a signed policy says. It guesses nothing."""

import os
from typing import Final

from contract.policy_network import NetworkPolicy
from contract.policy_text import PolicyWrong, toml_in
from contract.strict import Message
from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine

PLACE: Final = "/etc/visit-kiosk/policy.toml"


class Bootstrap(Message):
    """What IT decided for this laptop."""

    network: NetworkPolicy


def read_policy(machine: Machine) -> Bootstrap:
    """What stands in the file. Raises LockdownError with one sentence that names what is wrong with it."""
    try:
        text = machine.text(PLACE)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise LockdownError(f"The policy file {PLACE} cannot be read: {why}.") from error
    return policy_in(text)


def policy_in(untrusted: str) -> Bootstrap:
    """What a text spells out. Raises LockdownError, naming the field but never repeating the text."""
    try:
        return toml_in(untrusted, Bootstrap)
    except PolicyWrong as error:
        raise LockdownError(f"The policy file {PLACE} is {error}.") from None
