"""A PIN as Argon2id leaves it."""

import re

from kiosk.lockdown.verifier import VERIFIER, Cost, fits, verifier_of, verifier_of_nobody
from tests.fakes.officers import CHEAP


def test_a_pin_fits_its_own_verifier_and_no_other_pin_does() -> None:
    verifier = verifier_of("482913", CHEAP)
    assert fits("482913", verifier)
    assert not fits("482914", verifier)
    assert not fits("", verifier)


def test_the_same_pin_twice_is_not_seen_in_the_file() -> None:
    assert verifier_of("482913", CHEAP) != verifier_of("482913", CHEAP)


def test_nobodys_verifier_costs_the_same_and_looks_the_same() -> None:
    somebody, nobody = verifier_of("482913", CHEAP), verifier_of_nobody(CHEAP)
    assert somebody.split("$")[:4] == nobody.split("$")[:4]
    assert len(somebody) == len(nobody)
    assert all(re.fullmatch(VERIFIER, verifier) for verifier in (somebody, nobody))
    assert not fits("482913", nobody)


def test_what_is_no_verifier_fits_nothing() -> None:
    assert not fits("482913", "482913")
    assert not fits("482913", verifier_of_nobody(CHEAP).replace("p=1", "p=9"))  # more lanes than memory for them


def test_a_try_is_made_dear_in_memory_and_time() -> None:
    cost = Cost()
    assert verifier_of_nobody(cost).startswith("$argon2id$v=19$m=131072,t=4,p=1$")
    assert cost.memory_kib * 1024 >= 64 * 2**20  # RFC 9106, section 4, second recommended option
    assert cost.iterations >= 3
