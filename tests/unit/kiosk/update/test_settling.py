"""After an update: what is found good is said to be, what is not is tried again, and what was given up is known."""

from pathlib import Path

import pytest

from kiosk.commands.healthy import waited
from kiosk.lockdown.update_files import FAILED, NEWS, STATE, UpdateFiles, UpdateNews, UpdateState
from kiosk.update.boot_folder import Image
from kiosk.update.settling import NEVER_SEEN, settle

OLD, NEW = "0.1.0.9", "0.1.0.10"
DARK = "The shell has shown no picture."


@pytest.fixture
def files(tmp_path: Path) -> UpdateFiles:
    made = UpdateFiles(tmp_path)
    made.keep(UpdateState(trying=NEW, before=OLD))
    return made


def images(tries_left: int | None) -> tuple[Image, ...]:
    return (Image("a", NEW, tries_left), Image("b", OLD, None))


def test_a_good_boot_of_the_new_version_ends_the_trial(files: UpdateFiles) -> None:
    assert settle(files, images(2), NEW, None)
    assert files.news() == UpdateNews(event="updated", version=NEW, before=OLD)
    assert files.state() == UpdateState()


def test_one_that_is_not_good_is_not_and_why_is_kept(files: UpdateFiles) -> None:
    assert not settle(files, images(2), NEW, DARK)
    assert files.state().why == DARK
    assert files.news() is None


def test_the_one_before_says_what_was_given_up_and_why(files: UpdateFiles, tmp_path: Path) -> None:
    settle(files, images(0), NEW, DARK)
    assert settle(files, images(0), OLD, None)
    assert files.news() == UpdateNews(event="update_failed", version=NEW, before=OLD, why=DARK)
    assert files.state() == UpdateState(failed=NEW)
    assert (tmp_path / FAILED).read_text() == f"{NEW}: {DARK}"
    files.recorded()
    assert settle(files, images(0), OLD, None)
    assert files.news() is None


def test_one_that_never_started_is_given_up_too(files: UpdateFiles) -> None:
    settle(files, images(0), OLD, None)
    news = files.news()
    assert news is not None
    assert news.why == NEVER_SEEN


def test_one_whose_kernel_image_never_came_was_never_tried(files: UpdateFiles) -> None:
    assert settle(files, (Image("b", OLD, None),), OLD, None)
    assert files.state() == UpdateState()
    assert files.news() is None


def test_one_that_still_waits_goes_on_waiting(files: UpdateFiles) -> None:
    assert settle(files, images(3), OLD, None)
    assert files.state().trying == NEW


def test_a_laptop_that_tries_nothing_is_never_sent_into_a_restart(tmp_path: Path) -> None:
    assert settle(UpdateFiles(tmp_path), images(None), OLD, DARK)


def test_a_counted_boot_without_another_version_to_go_back_to_stays_up(tmp_path: Path) -> None:
    assert settle(UpdateFiles(tmp_path), (Image("a", NEW, 2),), NEW, DARK)
    assert settle(UpdateFiles(tmp_path), (Image("a", NEW, 0), Image("b", OLD, 0)), NEW, DARK)


def test_a_trial_that_nothing_was_kept_of_is_one_all_the_same(tmp_path: Path) -> None:
    files = UpdateFiles(tmp_path)
    assert not settle(files, images(2), NEW, DARK)
    assert settle(files, images(0), OLD, None)
    assert files.state() == UpdateState(failed=NEW)


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / STATE).write_bytes(b"\xff{")
    (tmp_path / NEWS).write_bytes(b'{"event":"other"}')
    files = UpdateFiles(tmp_path)
    assert files.state() == UpdateState()
    assert files.news() is None


def test_an_update_takes_the_mark_of_an_earlier_failure_away(files: UpdateFiles, tmp_path: Path) -> None:
    (tmp_path / FAILED).write_text("0.1.0.8: broke")
    settle(files, images(2), NEW, None)
    assert not (tmp_path / FAILED).exists()


def test_it_waits_no_longer_than_it_must() -> None:
    answers = [DARK, DARK, None, DARK]
    assert waited(lambda: answers.pop(0), 60, lambda _: None) is None
    assert answers == [DARK]
    assert waited(lambda: DARK, 0, lambda _: None) == DARK
