"""Real OpenCV on a V4L2 camera that umockdev plays: its formats, and what a real kernel says when it fails."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from kiosk.media.picture_feed import CLOSE_LIMIT_S
from kiosk.media.picture_judge import SILENT_AFTER_S
from tests.fakes.mock_camera import PRELOAD

pytestmark = pytest.mark.slow


def course(name: str) -> Any:
    """What came of this course, in a process of its own."""
    command = (sys.executable, "-m", "tests.fakes.mock_camera", name)
    environment = {**os.environ, "LD_PRELOAD": PRELOAD, "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "1"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=40, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("has", "gives", "size"),
    [("mjpg", "MJPG", [1280, 720]), ("yuyv", "YUYV", [640, 480]), ("grey", "GREY", [1280, 720])],
)
def test_a_camera_gives_pictures_in_the_best_format_it_has(has: str, gives: str, size: list[int]) -> None:
    came = course(has)
    assert (came["gave"], came["is_camera"], came["why"]) == (gives, True, None)
    assert [seen[:2] for seen in came["seen"]] == [size] * 3
    levels = [seen[2] for seen in came["seen"]]
    assert levels == sorted(set(levels))  # each of them another one, in their order


def test_one_whose_format_opencv_does_not_know_is_of_no_use() -> None:
    assert course("h264") == "unusable"


def test_one_that_another_program_has_is_busy_until_that_lets_go() -> None:
    assert course("busy") == ["busy", "none"]


def test_one_that_is_unplugged_says_so_and_works_when_it_is_back() -> None:
    assert course("unplugged") == ["unplugged", "unplugged", "none"]


def test_one_that_hangs_is_silent_within_two_seconds_and_that_it_was_not_shut_is_said_within_one() -> None:
    assert course("hung") == ["silent", False]
    assert (SILENT_AFTER_S < 2.0, CLOSE_LIMIT_S < 1.0) == (True, True)
