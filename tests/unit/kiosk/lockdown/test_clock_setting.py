"""The laptop's clock follows the service's signed time: between calls, now and then, and by nobody else's word."""

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from kiosk.commands.clock import rtc_time, set_clock
from kiosk.errors import LockdownError
from kiosk.lockdown.clock import boot_ms
from kiosk.lockdown.clock_setting import ASKED, ClockAsked, ClockSetting
from kiosk.lockdown.machine import Machine
from kiosk.wall_clock import EARLIEST, Said
from tests.fakes.certificates import Authority
from tests.fakes.clock import NOON
from tests.fakes.day import Day


class Bench:
    """A day whose service has said the time, and the folder where the guard asks."""

    def __init__(self, folder: Path, *, real: bool = True) -> None:
        self.day, self.file = Day().told_time(), folder / ASKED
        self.wall = self.day.session.fitness.wall
        note = self.day.record.note
        self.setting = ClockSetting(folder, self.day.clock, real=real, note=note)

    def drifts(self, by: timedelta) -> None:
        self.day.clock.set_wall(self.day.clock.wall() + by)

    def looks(self, *, in_call: bool = False) -> "datetime | None":
        """A second goes by; which time was asked for, if any."""
        self.day.clock.advance(1)
        self.wall.look()
        self.setting.look(self.wall, in_call=in_call)
        if not self.file.exists():
            return None
        asked = ClockAsked.model_validate_json(self.file.read_bytes())
        self.file.unlink()
        return asked.now(self.day.clock.boot_ms())

    @property
    def set_by(self) -> list[object]:
        return [data["by_ms"] for data in self.day.record.of("clock_set")]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize("drift", [timedelta(seconds=-61), timedelta(seconds=2), timedelta(days=-20_000)])
def test_a_clock_that_drifted_is_set_to_the_services_time_and_the_trail_hears_it_once(
    bench: Bench, drift: timedelta
) -> None:
    right = bench.day.clock.wall() + timedelta(seconds=1)
    bench.drifts(drift)
    asked = bench.looks()
    assert asked == right
    assert bench.set_by == []
    bench.drifts(asked - bench.day.clock.wall())
    assert [bench.looks(), bench.looks()] == [None, None]
    assert bench.set_by == [-round(drift.total_seconds() * 1000)]
    assert not bench.wall.is_wrong


def test_in_a_call_it_is_left_alone(bench: Bench) -> None:
    bench.drifts(timedelta(seconds=61))
    assert bench.looks(in_call=True) is None
    assert bench.looks() is not None


def test_a_second_is_no_matter(bench: Bench) -> None:
    bench.drifts(timedelta(seconds=1))
    assert bench.looks() is None


def test_without_the_services_word_nothing_is_set(tmp_path: Path) -> None:
    day = Day()
    ClockSetting(tmp_path, day.clock, real=True, note=day.record.note).look(day.session.fitness.wall, in_call=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("drift", "again_s"), [(2, 3600), (61, 60)])
def test_what_was_not_done_is_asked_for_again_sooner_where_no_call_can_be_opened(
    bench: Bench, drift: int, again_s: int
) -> None:
    bench.drifts(timedelta(seconds=drift))
    assert bench.looks() is not None
    asked_after = next(second for second in range(1, 4000) if bench.looks() is not None)
    assert asked_after == again_s


def test_a_demo_only_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(tmp_path, real=False)
    bench.drifts(timedelta(seconds=61))
    assert bench.looks() is None
    assert "DEMO's clock is left" in caplog.text


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "gone")
    bench.drifts(timedelta(seconds=61))
    assert bench.looks() is None
    (tmp_path / "gone").mkdir()
    bench.day.clock.advance(60)
    assert bench.looks() is not None


class Laptop(Machine):
    """One of files; `is_set` to every time that it was told."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.order, self.identity = self.path(f"/run/visit-kiosk/{ASKED}"), self.path("/var/lib/visit-kiosk/identity")
        for folder in (self.order.parent, self.identity):
            folder.mkdir(parents=True)
        self.is_set = list[datetime]()

    def obeys(self, order: "ClockAsked | str | None" = None) -> None:
        if order is not None:
            self.order.write_text(order if isinstance(order, str) else order.model_dump_json())
        set_clock(self, self.is_set.append)


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path / "root")


def test_the_clock_is_set_to_what_was_asked_and_what_has_gone_by_since(laptop: Laptop) -> None:
    before = boot_ms()
    laptop.obeys(ClockAsked(at=NOON, boot_ms=before - 500))
    assert (
        NOON + timedelta(milliseconds=500)
        <= laptop.is_set[0]
        <= NOON + timedelta(milliseconds=boot_ms() - before + 500)
    )
    assert not laptop.order.exists()


@pytest.mark.parametrize(
    "order",
    [
        "{",
        "x" * 10_000,
        ClockAsked(at=NOON, boot_ms=2**50),
        ClockAsked(at=EARLIEST - timedelta(days=1), boot_ms=boot_ms()),
        '{"at": "2026-11-22T12:00:00", "boot_ms": 1}',
    ],
    ids=["cut", "long", "later boot", "before this software", "no time zone"],
)
def test_an_order_that_does_not_check_out_is_removed_and_sets_nothing(
    laptop: Laptop, order: "ClockAsked | str"
) -> None:
    with pytest.raises(LockdownError):
        laptop.obeys(order)
    assert laptop.is_set == []
    assert not laptop.order.exists()


def test_at_the_start_a_clock_that_is_right_is_left_alone(laptop: Laptop) -> None:
    laptop.obeys()
    assert laptop.is_set == []


def test_at_the_start_a_clock_before_the_certificate_is_put_where_that_counts(laptop: Laptop, tmp_path: Path) -> None:
    since = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)
    certificate = Authority(tmp_path, "ours").laptop(generate_private_key(SECP256R1()).public_key(), since=since)
    (laptop.identity / "certificate.pem").write_text(certificate)
    laptop.obeys()
    assert laptop.is_set == [since]


def test_the_battery_backed_clock_is_told_in_the_kernels_own_shape() -> None:
    assert struct.unpack("9i", rtc_time(NOON)) == (0, 0, 12, 22, 10, 126, 0, 0, 0)


def test_a_said_time_that_was_held_up_moves_no_clock_that_is_right(bench: Bench) -> None:
    now, boot = bench.day.clock.wall(), bench.day.clock.boot_ms()
    bench.wall.service_said(Said(now - timedelta(seconds=9), boot - 9_000, boot))
    assert bench.looks() is None
