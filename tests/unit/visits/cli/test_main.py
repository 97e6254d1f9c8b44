"""The `visits` command as the process knows it: its status, and an end without delay."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from visits.__main__ import main


@pytest.fixture
def collecting() -> Iterator[None]:
    """As this process was before."""
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("collecting")
def test_a_command_that_is_done_leaves_python_nothing_to_collect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["visits", "establishment", "list", "--db", str(tmp_path / "visits.db")])
    assert main() == 0
    assert not gc.isenabled()
    assert gc.get_freeze_count() > 0
