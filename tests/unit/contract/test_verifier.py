"""A PIN as Argon2id leaves it."""

import re
import secrets

import pytest

from contract.verifier import HASH_BYTES, SALT_BYTES, VERIFIER, Cost, fits, verifier_of, verifier_of_nobody
from tests.fakes.officers import CHEAP


def made(pin: str, cost: Cost) -> str:
    return verifier_of(pin, secrets.token_bytes(SALT_BYTES), cost)


def nobody_at(cost: Cost) -> str:
    return verifier_of_nobody(made("482913", cost), secrets.token_bytes(SALT_BYTES + HASH_BYTES))


def test_a_pin_fits_its_own_verifier_and_no_other_pin_does() -> None:
    verifier = made("482913", CHEAP)
    assert fits("482913", verifier)
    assert not fits("482914", verifier)
    assert not fits("", verifier)


def test_the_same_pin_twice_is_not_seen_in_the_file() -> None:
    assert made("482913", CHEAP) != made("482913", CHEAP)


def test_nobodys_verifier_costs_the_same_and_looks_the_same() -> None:
    somebody, nobody = made("482913", CHEAP), nobody_at(CHEAP)
    assert somebody.split("$")[:4] == nobody.split("$")[:4]
    assert len(somebody) == len(nobody)
    assert all(re.fullmatch(VERIFIER, verifier) for verifier in (somebody, nobody))
    assert not fits("482913", nobody)


def test_what_is_no_verifier_fits_nothing() -> None:
    assert not fits("482913", "482913")
    assert not fits("482913", nobody_at(CHEAP).replace("p=1", "p=9"))  # more lanes than memory for them


@pytest.mark.slow
def test_a_try_is_made_dear_in_memory_and_time() -> None:
    cost = Cost()
    assert nobody_at(cost).startswith("$argon2id$v=19$m=131072,t=4,p=1$")
    assert cost.memory_kib * 1024 >= 64 * 2**20  # RFC 9106, section 4, second recommended option
    assert cost.iterations >= 3
