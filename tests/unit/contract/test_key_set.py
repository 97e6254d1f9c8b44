"""A key set is written the same way every time, whatever order a set has in this process."""

import subprocess
import sys

import pytest

SAY = "from tests.fakes.authority import identity; print(identity().model_dump_json())"


@pytest.mark.slow
def test_an_identity_has_one_text_in_every_process() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", SAY], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert b'"signs":["visit-keys","visit-policy"]' in said.pop()
