"""Where the time goes between two moments: the steps that the demo's onlooker noted, as medians over the runs."""

import itertools
import statistics
from collections.abc import Mapping, Sequence
from typing import Final

Times = Mapping[str, float]  # seconds on one clock, by the name of the step
Steps = Sequence[tuple[str, str]]  # (step, what leads up to it), in order; the first only begins

START: Final[Steps] = (
    ("guard_started", ""),
    ("process_started", "guard starts"),
    ("imports_done", "imports"),
    ("window_shown", "window built and shown"),
    ("painted", "first paint"),
)
JOIN: Final[Steps] = (
    ("admit_pressed", ""),
    ("connect_asked", "guard admits"),
    ("offer_made", "devices open, offer made"),
    ("answer_arrived", "answer arrives"),
    ("connected", "connection stands"),
    ("first_picture", "first picture decoded"),
    ("live", "guard says live"),
    ("picture_painted", "picture painted"),
)
JOINED: Final[Steps] = (  # by the laptop's own account, as it is told to the service and kept in the trail
    ("join_asked", ""),
    ("join_devices", "devices open"),
    ("join_offer", "offer made"),
    ("join_answer", "answer"),
    ("join_ice", "ICE"),
    ("join_dtls", "DTLS"),
    ("join_sound", "first sound"),
)
FIRST_PICTURE: Final[Steps] = (("join_dtls", ""), ("join_picture", "first picture"))


def told(title: str, steps: Steps, runs: Sequence[Times]) -> str:
    """One line: the median seconds of every step, over the runs that reached it and the step before."""
    parts = [f"{what} {_median(before, step, runs)}" for (before, _), (step, what) in itertools.pairwise(steps)]
    return f"{title}: {', '.join(parts)} (medians, s)"


def _median(before: str, step: str, runs: Sequence[Times]) -> str:
    found = [times[step] - times[before] for times in runs if step in times and before in times]
    return f"{statistics.median(found):.3f}" if found else "-"
