"""What setup/prepare does on a machine, and the one sentence it ends with where something cannot be had."""

from pathlib import Path

import pytest

from tests.integration.setup.machine import Machine

PIP = "python -m pip install --quiet --disable-pip-version-check"
LOCKED = f"{PIP} --require-hashes -r requirements.lock"
PROJECT = f"{PIP} --no-deps --no-build-isolation -e ."


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_with_all_packages_gets_its_venv_and_nothing_else(machine: Machine) -> None:
    ran = machine.prepares("test")
    assert (ran.status, ran.err) == (0, "")
    assert not [line for line in ran.diary if line.startswith(("apt-get", "sudo"))]
    assert ran.diary[-2:] == [LOCKED, PROJECT]


def test_a_second_run_does_nothing_and_says_nothing(machine: Machine) -> None:
    machine.prepares()
    ran = machine.prepares()
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert [line.partition(" ")[0] for line in ran.diary] == ["dpkg-query"]


def test_a_changed_pyproject_installs_the_project_again_and_nothing_else(machine: Machine) -> None:
    machine.prepares()
    machine.write("pyproject.toml", "[project]\nname = 'x'\n")
    assert [line for line in machine.prepares().diary if "python" in line] == [PROJECT]


def test_a_changed_lock_makes_the_venv_anew(machine: Machine) -> None:
    machine.prepares()
    machine.write("requirements.lock", "a==2\n")
    assert machine.prepares().diary[-3:] == ["python3 -m venv .venv", LOCKED, PROJECT]


def test_a_venv_that_was_not_finished_is_made_anew(machine: Machine) -> None:
    machine.prepares(fails="*--require-hashes*")
    assert machine.prepares().diary[-3:] == ["python3 -m venv .venv", LOCKED, PROJECT]


def test_only_missing_packages_are_installed_each_with_its_reason(machine: Machine) -> None:
    ran = machine.prepares(lacks="libgl1 tzdata")
    assert ran.err == ""
    assert "Installing Debian packages:\n  libgl1 " in ran.out
    assert "Qt loads it to draw" in ran.out
    assert "chatter" not in ran.out
    assert [line.split("install ")[1] for line in ran.diary if "apt-get install" in line] == [
        "-y -qq --no-install-recommends libgl1 tzdata"
    ]


def test_the_demo_does_not_ask_for_what_only_tests_need(machine: Machine) -> None:
    assert "chromium" not in machine.prepares("demo", lacks="chromium").out
    assert "chromium" in machine.prepares("test", lacks="chromium").out


def test_a_package_under_a_newer_name_counts(machine: Machine) -> None:
    machine.has_also("libglib2.0-0t64", provides="libglib2.0-0 (= 2.84.4-3)")
    assert "Installing" not in machine.prepares(lacks="libglib2.0-0").out


def test_a_user_installs_through_sudo(machine: Machine) -> None:
    ran = machine.prepares(lacks="libgl1", root=False)
    assert ran.status == 0
    assert [line for line in ran.diary if line.startswith("sudo")][1].startswith("sudo apt-get update")


@pytest.mark.parametrize(
    ("lacks", "fails", "root", "sentence"),
    [
        ("libgl1", "sudo*", False, "setup: sudo refused, and installing Debian packages needs it."),
        (
            "libgl1",
            "apt-get*update*",
            True,
            "setup: the lists of Debian packages cannot be fetched; check the network and try again.",
        ),
        ("libgl1 tzdata", "apt-get*install*tzdata", True, "setup: this machine's Debian has no package tzdata."),
        (
            "libgl1",
            "apt-get*-y*",
            True,
            "setup: the Debian packages could not be installed; the lines above say why.",
        ),
        (
            "",
            "python3*-c*",
            True,
            "setup: Python 3.11, 3.12 or 3.13 with its venv module is needed, and none was found.",
        ),
        ("", "python3*venv*.venv", True, "setup: python3 could not make .venv; the lines above say why."),
        (
            "",
            "*--require-hashes*",
            True,
            "setup: the Python packages could not be installed; check the network and try again.",
        ),
        ("", "*-e .", True, "setup: the project itself could not be installed in .venv; the lines above say why."),
    ],
)
def test_what_cannot_be_had_is_said_in_one_sentence_after_its_cause(
    machine: Machine, lacks: str, fails: str, root: bool, sentence: str
) -> None:
    ran = machine.prepares(lacks=lacks, fails=fails, root=root, says="the cause")
    assert (ran.status, ran.sentence) == (1, sentence)
    assert "the cause" in ran.err or "-c" in fails


def test_a_package_with_another_hash_is_named_as_such(machine: Machine) -> None:
    ran = machine.prepares(fails="*--require-hashes*", says="ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM")
    assert ran.sentence == "setup: a Python package is not the one that requirements.lock names; it was not installed."


def test_without_apt_get_it_says_which_machine_to_use(machine: Machine) -> None:
    machine.without("apt-get")
    assert machine.prepares().err == "setup: this machine has no apt-get; use Debian 12 or 13.\n"


def test_without_root_and_sudo_it_names_what_is_missing(machine: Machine) -> None:
    machine.without("sudo")
    ran = machine.prepares(lacks="libgl1 tzdata", root=False)
    assert ran.err == "setup: installing these Debian packages needs root or sudo: libgl1 tzdata\n"


def test_it_must_be_told_what_for(machine: Machine) -> None:
    assert machine.prepares("").err == "setup: say what for: setup/prepare demo, test or image.\n"


def test_nothing_is_left_outside_the_tree(machine: Machine, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    machine.prepares(lacks="libgl1")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({*before, "installed", "diary"})
