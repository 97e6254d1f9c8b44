"""`make bench ONLY=name`."""

import pytest

from bench.__main__ import main


def test_an_unknown_name_is_one_clear_line() -> None:
    with pytest.raises(SystemExit) as end:
        main(["sound"])
    assert (
        end.value.code
        == "bench: there is no benchmark 'sound'; there is: call, fleet, image, lockdown, media, rules, soak, trust"
    )
