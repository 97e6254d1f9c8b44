"""An update from the asking to the restart: the guard's word, the versions, the signature, and what is left behind."""

from pathlib import Path

import pytest

from contract.manifest import MANIFEST, ROOT
from kiosk.errors import Refused, Unavailable, Untrusted
from kiosk.lockdown.update_desk import MayUpdate
from kiosk.lockdown.update_files import UpdateNews, UpdateState
from kiosk.update.bundle import FolderBundle
from kiosk.update.course import ASK_EVERY, Course, Watched, Wish
from tests.fakes.update_disk import KEYS, NEW, OLD, UpdateLaptop, bundle_in, release

OLDER = "0.1.0.8"


class FakeGuard:
    def __init__(self) -> None:
        self.why_not: str | None = None
        self.least = "0"
        self.asked = 0

    def may_update(self) -> MayUpdate:
        self.asked += 1
        return MayUpdate(why_not=self.why_not, least_version=self.least, site_cache=None)


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder, self.laptop, self.guard = folder, UpdateLaptop(folder), FakeGuard()
        self.runtime = folder / "run"
        self.runtime.mkdir()

    def run(self, version: str = NEW, wish: Wish | None = None, running: str = OLD, comes_from: str = "0") -> str:
        folder = bundle_in(self.folder / version, version, comes_from)
        return self.course(running).run(FolderBundle(folder), wish or Wish(), lambda _: None)

    def course(self, running: str = OLD) -> Course:
        return Course(self.laptop.place(running=running), KEYS, self.guard, self.runtime)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_it_waits_for_a_restart_that_somebody_there_makes(bench: Bench) -> None:
    assert "tried at the next restart" in bench.run()
    assert bench.laptop.starts() == [NEW, OLD]
    assert [each.name for each in bench.runtime.iterdir()] == ["update-pending"]


def test_by_itself_it_restarts(bench: Bench) -> None:
    assert "restarts now" in bench.run(wish=Wish(by_itself=True))
    assert (bench.runtime / "restart").exists()


def test_one_that_waits_already_is_not_written_again_and_restarts_when_it_may(bench: Bench) -> None:
    bench.run()
    bench.guard.why_not = "A booking is near."
    assert "tried at the next restart" in bench.run(wish=Wish(by_itself=True))
    assert not (bench.runtime / "restart").exists()
    bench.guard.why_not = None
    assert "restarts now" in bench.run(wish=Wish(by_itself=True))


def test_nothing_is_written_while_the_guard_says_no(bench: Bench) -> None:
    bench.guard.why_not = "A call is on, or has just been."
    before = bench.laptop.image.read_bytes()
    with pytest.raises(Refused, match="Not now: A call is on"):
        bench.run()
    assert bench.laptop.image.read_bytes() == before


def test_a_look_changes_nothing_and_needs_no_leave(bench: Bench) -> None:
    bench.guard.why_not = "A call is on, or has just been."
    assert bench.run(wish=Wish(only_look=True)) == f"Version {NEW} can follow {OLD}."
    assert bench.laptop.starts() == [OLD]


def test_what_runs_is_no_news(bench: Bench) -> None:
    assert "nothing newer" in bench.run(OLD)


@pytest.mark.attack("bad-update")
def test_a_version_below_the_least_of_the_policy_is_refused_whoever_asks(bench: Bench) -> None:
    bench.guard.least = "0.1.0.9"
    for wish in (Wish(named=OLDER), Wish(named=OLDER, only_look=True), Wish()):
        with pytest.raises(Refused, match=r"older than the rules .* allow \(0\.1\.0\.9\)"):
            bench.run(OLDER, wish)
    assert "nothing newer" in bench.run(OLDER, Wish(by_itself=True))
    assert bench.laptop.starts() == [OLD]


def test_backward_only_by_name_and_never_by_itself(bench: Bench) -> None:
    with pytest.raises(Refused, match=f"Say --to {OLDER}"):
        bench.run(OLDER)
    assert "nothing newer" in bench.run(OLDER, Wish(by_itself=True))
    bench.run(OLDER, Wish(named=OLDER))
    assert bench.laptop.starts() == [OLDER, OLD]  # though the loader would take the newer one first
    assert (bench.laptop.boot / f"visit-laptop_{OLD}+0-3.efi").exists()


def test_a_bundle_of_another_version_than_was_named_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused, match=r"is version 0\.1\.0\.10, and not 0\.1\.0\.11"):
        bench.run(wish=Wish(named="0.1.0.11"))


def test_a_version_that_cannot_follow_this_one_says_which_can(bench: Bench) -> None:
    with pytest.raises(Refused, match=r"update to 0\.1\.0\.9\.5 first"):
        bench.run(comes_from="0.1.0.9.5")


def test_what_was_given_up_is_not_tried_again_by_itself_but_by_a_person(bench: Bench) -> None:
    bench.laptop.files.keep(UpdateState(failed=NEW))
    assert "nothing newer" in bench.run(wish=Wish(by_itself=True))
    assert "next restart" in bench.run()


@pytest.mark.attack("bad-update")
def test_a_manifest_that_somebody_else_signed_is_refused_and_recorded_once(bench: Bench) -> None:
    folder = bundle_in(bench.folder / "b", NEW)
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text[:-5] + ("A" if text[-5] != "A" else "B") + text[-4:])
    for _ in range(2):
        with pytest.raises(Refused, match="The update was refused: its signature is wrong"):
            bench.course().run(FolderBundle(folder), Wish(), lambda _: None)
        news = bench.laptop.files.news()
        bench.laptop.files.recorded()
    assert news is None
    assert bench.laptop.files.state().refused == "its signature is wrong."
    assert bench.laptop.starts() == [OLD]


@pytest.mark.attack("bad-update")
def test_bytes_that_were_not_signed_are_recorded(bench: Bench) -> None:
    folder = bundle_in(bench.folder / "b", NEW)
    (folder / ROOT).write_bytes(bytes(len(release(NEW)[ROOT])))
    with pytest.raises(Untrusted):
        bench.course().run(FolderBundle(folder), Wish(by_itself=True), lambda _: None)
    assert bench.laptop.files.news() == UpdateNews(
        event="update_refused",
        version=None,
        before=OLD,
        why="What was written of root.erofs is not what was signed. The update begins again.",
    )
    assert bench.laptop.starts() == [OLD]


def test_a_booking_that_comes_near_meanwhile_stops_it_where_it_is() -> None:
    class Slow:
        def manifest(self) -> bytes:
            return b""

        def read(self, _name: str, _start: int) -> list[bytes]:
            return [bytes(ASK_EVERY)] * 3

    guard = FakeGuard()

    def check_still() -> None:
        if guard.may_update().why_not is not None:
            raise Unavailable("Not now.")

    reading = Watched(Slow(), check_still).read(ROOT, 0)  # type: ignore[arg-type]  # a list is read like an iterator
    next(reading)
    guard.why_not = "A booking is near."
    with pytest.raises(Unavailable):
        next(reading)
