"""The list of attacks: each is tried by a test, and no test tries one that is not listed."""

from pathlib import Path

import pytest

from tests.attacks.collected import marked
from tests.attacks.on_the_image import ON_THE_IMAGE
from tests.attacks.row import Row, Tier
from tests.attacks.rows import IDS, ROWS

ROOT = Path(__file__).parents[2]
MARKED = marked()


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_every_attack_is_tried(row: Row) -> None:
    assert MARKED.get(row.id), f"mark a test with @pytest.mark.attack({row.id!r})"
    assert [file for file in row.files if not (ROOT / file).is_file()] == []
    assert row.tier in {tier for _, tier in MARKED[row.id]}, f"no test of it says that it runs at tier {row.tier}"


@pytest.mark.parametrize("attack", sorted(ON_THE_IMAGE))
def test_what_the_image_must_withstand_is_tried_on_it(attack: str) -> None:
    assert Tier.IMAGE in {tier for _, tier in MARKED.get(attack, ())}, f"no test in tests/image is marked {attack!r}"


def test_every_mark_is_of_an_attack_that_is_listed() -> None:
    assert MARKED.keys() - IDS == set()
    assert len(IDS) == len(ROWS)


def test_every_file_of_attacks_has_a_mark() -> None:
    carrying = {file for files in MARKED.values() for file, _ in files}
    attacks = {str(path.relative_to(ROOT)) for path in (ROOT / "tests/attacks").rglob("test_*.py")}
    assert attacks - carrying == set()
