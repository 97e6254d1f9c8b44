"""The control of the picture, over lines that are calculated: a capacity, a queue, and loss that is simply there."""

import random
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.media.ladder import LEAST_BPS, MOST_BPS, SIGNING, START_BPS, TALKING, Ladder
from kiosk.media.picture_control import PictureControl, Plan

STEP_S = 0.1
LOSS = st.floats(0, 1)
CAPACITY = st.integers(100_000, 5_000_000)


@dataclass
class Line:
    """A line of `capacity` bit/s with a queue, reported on once a second; `says_remb` as a browser does."""

    capacity: float
    lost: float = 0.0
    rtt_ms: float = 50.0
    queue_s: float = 2.0  # what it holds
    says_remb: bool = True
    is_cut: bool = False
    ladder: Ladder = TALKING
    now: float = 0.0
    plans: list[Plan] = field(default_factory=list)
    _waiting: float = 0.0
    _offered: float = 0.0
    _dropped: float = 0.0
    _carried: float = 0.0
    _since_report: float = 0.0

    def __post_init__(self) -> None:
        self.control = PictureControl(self.ladder, self.now)

    def run(self, seconds: float) -> "Line":
        for _ in range(round(seconds / STEP_S)):
            self._step()
        return self

    def _step(self) -> None:
        self.now += STEP_S
        self.plans.append(plan := self.control.plan(self.now))
        bits = plan.bps * STEP_S
        if plan.rung is not None:
            self.control.sent(int(bits / 8), self.now)
        if self.is_cut:
            return
        self._offered += bits
        self._waiting += bits
        carried = min(self._waiting, self.capacity * STEP_S)
        self._waiting -= carried
        self._carried += carried
        over = max(0.0, self._waiting - self.capacity * self.queue_s)
        self._waiting -= over
        self._dropped += over
        self._since_report += STEP_S
        if self._since_report > 1.0 - STEP_S / 2:
            self._report()

    def _report(self) -> None:
        if self._offered:
            lost = min(1.0, self._dropped / self._offered + self.lost)
            rtt_ms = self.rtt_ms + 1000 * self._waiting / self.capacity
            arrived = self._carried / self._since_report
            if self.says_remb and self._waiting > 0.1 * self.capacity:
                self.control.remb(int(0.85 * arrived), self.now)
            elif self.says_remb:
                self.control.remb(int(min(1.5 * arrived, 30e6)), self.now)
            self.control.report(lost, rtt_ms, self.now, arrived)
        self._offered = self._dropped = self._carried = self._since_report = 0.0

    @property
    def bps(self) -> int:
        return self.plans[-1].bps

    @property
    def rung(self) -> str:
        return str(self.plans[-1].rung)

    def steps(self, last_s: float) -> int:
        """How often the rung changed lately."""
        rungs = [plan.rung for plan in self.plans[-round(last_s / STEP_S) :]]
        return sum(a != b for a, b in pairwise(rungs))


def test_on_a_good_line_720_lines_come_within_five_seconds() -> None:
    for says_remb in (True, False):
        line = Line(capacity=5e6, says_remb=says_remb).run(3)
        assert line.rung == "1280x720@30"
        assert line.run(2).bps == MOST_BPS


@pytest.mark.parametrize("lost", [0.01, 0.02, 0.03])
def test_random_loss_alone_changes_nothing(lost: float) -> None:
    assert Line(capacity=5e6, lost=lost).run(5).bps == MOST_BPS


@pytest.mark.parametrize("says_remb", [True, False])
@pytest.mark.parametrize("capacity", [1_000_000, 500_000, 300_000, 150_000])
def test_a_line_that_narrows_is_noticed_within_five_reports(capacity: int, says_remb: bool) -> None:
    line = Line(capacity=5e6, says_remb=says_remb).run(10)
    line.capacity = capacity
    assert line.run(5).bps <= capacity


@pytest.mark.parametrize("capacity", [1_000_000, 500_000, 300_000])
def test_a_narrow_line_is_used_and_does_not_flap(capacity: int) -> None:
    line = Line(capacity=capacity).run(60)
    assert line.steps(30) <= 2
    used = [plan.bps for plan in line.plans[-300:]]
    assert 0.65 * capacity < sum(used) / len(used) <= capacity


def test_a_queue_that_holds_little_is_seen_by_its_losses() -> None:
    line = Line(capacity=300_000, queue_s=0.05, says_remb=False).run(60)
    used = [plan.bps for plan in line.plans[-300:]]
    assert 150_000 < sum(used) / len(used) < 360_000


def test_loss_that_comes_by_chance_does_not_take_the_picture_either() -> None:
    chance = random.Random(1)
    line = Line(capacity=5e6)
    for _second in range(60):
        line.lost = sum(chance.random() < 0.2 for _ in range(40)) / 40  # of so few packets a report tells
        line.run(1)
    used = [plan.bps for plan in line.plans[-300:]]
    assert sum(used) / len(used) > START_BPS


def test_loss_that_no_lower_rate_cures_does_not_take_the_picture() -> None:
    line = Line(capacity=5e6, lost=0.2).run(40)
    assert line.rung == "1280x720@30"


@pytest.mark.parametrize("says_remb", [True, False])
@pytest.mark.parametrize("longer_ms", [150.0, 400.0, 1000.0])
def test_a_way_that_becomes_longer_for_good_does_not_take_the_picture(longer_ms: float, says_remb: bool) -> None:
    line = Line(capacity=5e6, rtt_ms=20, says_remb=says_remb).run(20)
    line.rtt_ms += longer_ms
    before = len(line.plans)
    line.run(20)
    assert all(plan.rung is not None and plan.bps > START_BPS for plan in line.plans[before:])
    assert line.rung == "1280x720@30"


def test_a_queue_that_is_ours_still_drains() -> None:
    line = Line(capacity=5e6, says_remb=False).run(15)
    line.capacity = 300_000
    assert line.run(90)._waiting < 0.5 * line.capacity


def test_a_line_that_widens_is_used_again() -> None:
    line = Line(capacity=300_000).run(20)
    line.capacity = 5e6
    assert line.run(35).rung == "1280x720@30"


def test_after_a_cut_720_lines_come_back_within_five_seconds() -> None:
    line = Line(capacity=5e6).run(10)
    line.is_cut = True
    line.run(5)
    assert line.bps <= START_BPS
    line.is_cut = False
    assert line.run(5).rung == "1280x720@30"


def test_below_the_last_rung_only_sound_is_sent_and_the_picture_comes_back_by_itself() -> None:
    line = Line(capacity=30_000).run(30)
    assert any(plan.rung is None for plan in line.plans)
    line.capacity = 5e6
    assert line.run(60).rung == "1280x720@30"


def test_the_picture_is_tried_less_and_less_often_on_a_line_that_cannot_carry_it() -> None:
    line = Line(capacity=30_000).run(180)
    shown = [plan.rung is not None for plan in line.plans]
    tries = [at * STEP_S for at in range(1, len(shown)) if shown[at] and not shown[at - 1]]
    apart = [later - sooner for sooner, later in pairwise(tries)]
    assert apart == sorted(apart)
    assert apart[-1] > 30


def test_who_signs_keeps_a_picture_whatever_the_line_is() -> None:
    line = Line(capacity=30_000, ladder=SIGNING).run(60)
    assert all(plan.rung is not None for plan in line.plans)
    assert line.rung == "320x180@12"


def test_an_estimate_that_only_mirrors_what_little_is_sent_lowers_nothing() -> None:
    control = PictureControl(TALKING, 0.0)
    for second in range(1, 20):
        control.plan(float(second))
        control.sent(20_000, float(second))  # 160 kbit/s: nothing moves before the camera
        control.remb(240_000, float(second))
        control.report(0.0, 50.0, float(second), 160_000.0)
    assert control.plan(20.0).bps == MOST_BPS


def test_before_it_is_known_that_anything_arrives_no_more_is_sent() -> None:
    control = PictureControl(TALKING, 0.0)
    control.sent(60_000, 0.5)
    control.report(0.0, None, 1.0)
    assert control.plan(1.0).bps == START_BPS
    control.sent(60_000, 1.5)
    control.report(0.0, 50.0, 2.0, 480_000.0)
    assert control.plan(2.0).bps == 2 * START_BPS


@given(st.integers(0, 10_000_000), LOSS, st.floats(0, 5000))
def test_it_never_leaves_its_bounds(remb: int, lost: float, rtt_ms: float) -> None:
    control = PictureControl(TALKING, 0.0)
    for step in range(1, 60):
        plan = control.plan(step * 0.5)
        control.sent(plan.bps // 16, step * 0.5)
        control.remb(remb, step * 0.5)
        control.report(lost, rtt_ms, step * 0.5)
        assert plan.rung is None or LEAST_BPS <= plan.bps <= plan.rung.most_bps


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from([0.0, 0.02]), st.booleans(), CAPACITY, CAPACITY)
def test_a_wider_line_never_carries_a_smaller_picture(lost: float, says_remb: bool, one: int, other: int) -> None:
    narrow, wide = (Line(capacity=c, lost=lost, says_remb=says_remb).run(40) for c in sorted((one, 1.5 * other)))
    if narrow.capacity * 1.5 < wide.capacity:
        assert _mean(narrow) <= _mean(wide) * 1.02


@settings(max_examples=40)
@given(st.integers(0, 3_000_000), LOSS, st.floats(1, 800))
def test_constant_reports_come_to_rest(remb: int, lost: float, rtt_ms: float) -> None:
    control = PictureControl(SIGNING, 0.0)
    rungs = []
    for step in range(1, 240):
        plan = control.plan(float(step))
        control.sent(plan.bps // 8, float(step))
        control.remb(remb, float(step))
        control.report(lost, rtt_ms, float(step))
        rungs.append(plan.rung)
    assert len(set(rungs[120:])) == 1


def _mean(line: Line) -> float:
    late = [plan.bps for plan in line.plans[-200:]]
    return sum(late) / len(late)


def test_a_picture_that_cannot_be_made_as_small_as_its_rate_steps_down_and_is_tried_again_later() -> None:
    control, rungs = PictureControl(TALKING, 0.0), []
    for number in range(30 * 40):
        now = number / 30
        plan = control.plan(now)
        assert plan.rung is not None
        rungs.append(plan.rung)
        needs = plan.rung.width * plan.rung.height * 400_000 / 30 / (640 * 360)  # a noisy camera, whatever it aims at
        if number % (30 // plan.rung.per_second) == 0:
            control.encoded(int(max(needs, plan.bps / plan.rung.per_second) / 8), now)
    assert str(rungs[0]) == "640x360@30"
    assert str(rungs[90]) == "640x360@15"
    changes = [
        number / 30 for number, (before, after) in enumerate(pairwise(rungs)) if after.per_second > before.per_second
    ]
    assert len(changes) >= 2
    assert changes[1] - changes[0] > 3


def test_a_key_frame_now_and_then_steps_nothing_down() -> None:
    control = PictureControl(TALKING, 0.0)
    for number in range(30 * 20):
        plan = control.plan(number / 30)
        control.encoded(int(plan.bps / 8 / 30 * (6 if number % 90 == 0 else 0.95)), number / 30)
    assert str(control.plan(20.0).rung) == "640x360@30"
