"""Which descriptors are told to stop: a process's own of one kind of device, whatever they are."""

from pathlib import Path

from kiosk.media.camera_stop import stop_streaming

MEMORY = 1  # /dev/null and its like


def test_each_open_one_is_found_by_its_kind_and_one_that_refuses_breaks_nothing(tmp_path: Path) -> None:
    before = stop_streaming(MEMORY)
    with Path("/dev/full").open("rb"), Path("/dev/zero").open("rb"), (tmp_path / "file").open("wb"):
        assert stop_streaming(MEMORY) == before + 2
    assert stop_streaming(MEMORY) == before


def test_without_a_camera_there_is_nothing_to_stop() -> None:
    assert stop_streaming() == 0
