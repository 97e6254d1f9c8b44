"""A site whose service cannot be reached from the bench: a question on the stick, an answer on the stick."""

from pathlib import Path

import pytest

from installer.station.install import Ended
from tests.fakes.bench import SERIAL, FakeEnrols, OnTheBench
from tests.fakes.certificates import Authority


@pytest.fixture
def bench(tmp_path: Path) -> OnTheBench:
    bench = OnTheBench(tmp_path)
    bench.site(head="offline = true")
    assert bench.installed() is Ended.WAITS
    bench.laptop.starts_again()
    return bench


def answer(bench: OnTheBench, enrols: FakeEnrols | None = None) -> None:
    question = (bench.stick / f"question-{SERIAL}.json").read_bytes()
    (bench.stick / f"answer-{SERIAL}.json").write_bytes((enrols or bench.enrols).answer(question))


def test_a_laptop_that_waits_starts_nothing_and_says_what_to_do(bench: OnTheBench) -> None:
    assert bench.laptop.starts is None
    assert f"question-{SERIAL}.json" in bench.last_words


def test_the_answer_makes_it_an_accepted_laptop_without_writing_the_disk_again(bench: OnTheBench) -> None:
    answer(bench)
    bench.laptop.ran.clear()
    assert bench.run() is Ended.ACCEPTED
    assert bench.laptop.starts == "ours"
    assert not [command for command in bench.laptop.ran if command[0].endswith(("sfdisk", "mkfs.ext4"))]


def test_started_again_without_an_answer_it_goes_on_waiting_for_the_same_one(bench: OnTheBench) -> None:
    before = (bench.stick / f"question-{SERIAL}.json").read_bytes()
    bench.laptop.ran.clear()
    assert bench.run() is Ended.WAITS
    assert (bench.stick / f"question-{SERIAL}.json").read_bytes() == before
    assert not [command for command in bench.laptop.ran if command[0].endswith("sfdisk")]
    answer(bench)
    bench.laptop.starts_again()
    assert bench.run() is Ended.ACCEPTED


@pytest.mark.slow
def test_the_power_cut_while_the_answer_is_taken_costs_no_new_code(tmp_path: Path) -> None:
    at, was_cut = 0, True
    while was_cut:
        at += 1
        (tmp_path / str(at)).mkdir()
        bench = OnTheBench(tmp_path / str(at))
        bench.site(head="offline = true")
        bench.installed()
        answer(bench)
        bench.laptop.starts_again()
        bench.laptop.cut_at = at
        was_cut = bench.run() is None
        bench.laptop.starts_again()
        assert bench.run() is Ended.ACCEPTED
    assert at > 20


@pytest.mark.slow
def test_an_answer_by_another_service_is_refused_and_nothing_starts(bench: OnTheBench, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    answer(bench, FakeEnrols(bench.laptop, Authority(tmp_path / "other", "theirs")))
    assert bench.run() is Ended.STOPPED
    assert "STOPPED E62" in bench.last_words
    assert "another service" in bench.last_words
    assert bench.laptop.starts is None


@pytest.mark.slow
def test_an_answer_to_another_question_is_refused(bench: OnTheBench) -> None:
    answer(bench)
    kept = (bench.stick / f"answer-{SERIAL}.json").read_bytes()
    (bench.stick / f"answer-{SERIAL}.json").unlink()
    (bench.stick / f"question-{SERIAL}.json").unlink()
    assert bench.run() is Ended.WAITS
    bench.laptop.starts_again()
    (bench.stick / f"answer-{SERIAL}.json").write_bytes(kept)
    assert bench.run() is Ended.STOPPED
    assert "for another key" in bench.last_words


def test_an_answer_that_is_none_is_refused(bench: OnTheBench) -> None:
    (bench.stick / f"answer-{SERIAL}.json").write_text("{}")
    assert bench.run() is Ended.STOPPED
    assert "STOPPED E62" in bench.last_words
