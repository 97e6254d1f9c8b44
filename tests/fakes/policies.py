"""Policies of the test's own establishment, signed by its offline key: the example with what a test changes in it."""

from typing import Final

import assets
from contract.envelope import sealed
from contract.policy import policy_in
from contract.signed_policy import header_for
from contract.words import Use
from tests.fakes.authority import ESTABLISHMENT, key

_EXAMPLE: Final = assets.text("policy/example.toml")
_TEXT: Final = _EXAMPLE.replace("2026-12-01", "2026-01-01").replace("2027-12-01", "2028-01-01")


def policy_text(serial: int = 1, use: Use = Use.DEMO, **changes: str) -> str:
    """The example; `changes` give the new value of a field by its name, as TOML writes it."""
    lines = _TEXT.replace("serial = 1 ", f"serial = {serial} ").replace('use = "live"', f'use = "{use}"').splitlines()
    for name, value in changes.items():
        found = [number for number, line in enumerate(lines) if line.removeprefix("# ").startswith(f"{name} = ")]
        assert len(found) == 1, name
        lines[found[0]] = f"{name} = {value}"
    return "\n".join(lines) + "\n"


def signed_policy(serial: int = 1, use: Use = Use.DEMO, signer: str | None = None, **changes: str) -> str:
    """The same, as the service sends it; `signer` signs in another's name."""
    text = policy_text(serial, use, **changes)
    header = header_for(policy_in(text), f"offline-{use}", ESTABLISHMENT)
    return sealed(header, text.encode(), key(signer or header.kid))
