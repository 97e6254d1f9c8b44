"""`kiosk firewall`: where it does nothing, what it prints, and the status that a unit acts on."""

from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.commands.firewall import ALL_SHUT, act
from kiosk.errors import LockdownError
from kiosk.lockdown.firewall import render
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import PLACE as PLATFORM_PLACE
from kiosk.lockdown.policy_file import PLACE


class NoNft(Machine):
    """A laptop of files, on which nothing may be run."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        for place, text in (
            (PLATFORM_PLACE, 'name = "test"\nshell_user = "visit-shell"\n'),
            ("/etc/passwd", "visit-shell:x:990:990::/:/bin/false\n"),
            (PLACE, '[network]\nservices = ["192.0.2.10:443"]\n'),
        ):
            self.path(place).parent.mkdir(parents=True, exist_ok=True)
            self.write(place, text)

    def run(self, *command: str, given: str | None = None) -> str:
        raise AssertionError(f"nothing may be run: {command}")


def test_show_prints_the_rules_and_runs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    act("show", NoNft(tmp_path))
    shown = capsys.readouterr().out
    assert "meta skuid 990 ip daddr 192.0.2.10 tcp dport 443 accept" in shown
    assert shown.count("counter drop") == render(None, None).count("counter drop")


class Nft(NoNft):
    """The same with nft: what is loaded is live, unless it does not take."""

    live, takes = "", True

    def run(self, *command: str, given: str | None = None) -> str:
        if given is not None and self.takes:
            self.live = given.removeprefix("flush ruleset\n")
        return self.live


@pytest.mark.parametrize("wrong", ["missing", "unreadable"])
def test_without_a_policy_everything_is_shut_and_the_laptop_stays_up_to_say_why(
    tmp_path: Path, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A laptop that starts again and again can neither say what is wrong with its policy nor be given another."""
    machine = Nft(tmp_path)
    if wrong == "missing":
        machine.path(PLACE).unlink()
    else:
        machine.write(PLACE, "[network]\nservices = 1\n")
    with pytest.raises(SystemExit) as ended:
        act("load", machine)
    assert ended.value.code == ALL_SHUT
    assert machine.live == render(None, None)
    assert "nothing is let through" in capsys.readouterr().err


def test_where_not_even_that_takes_it_fails(tmp_path: Path) -> None:
    machine = Nft(tmp_path)
    machine.takes = False
    machine.path(PLACE).unlink()
    with pytest.raises(LockdownError):
        act("load", machine)


def test_the_unit_takes_that_status_and_no_other_failure_for_a_success() -> None:
    unit = Path(__file__).parents[4] / "installer" / "units" / "visit-firewall.service"
    taken = [line for line in unit.read_text().splitlines() if line.startswith("SuccessExitStatus=")]
    assert taken == [f"SuccessExitStatus={ALL_SHUT}"]


@pytest.mark.parametrize("what", ["load", "show"])
def test_a_machine_that_is_no_laptop_of_ours_is_left_alone(tmp_path: Path, what: str) -> None:
    machine = NoNft(tmp_path)
    machine.path(PLATFORM_PLACE).unlink()
    with pytest.raises(LockdownError, match="left alone"):
        act(what, machine)


def test_what_goes_wrong_is_status_2(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.commands.firewall.find_platform", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        main(["firewall", "load"])
    assert ended.value.code == 2
    assert "left alone" in capsys.readouterr().err
