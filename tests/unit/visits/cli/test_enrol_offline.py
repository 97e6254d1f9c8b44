"""`visits enrol-offline`: the whole way by files, with the laptop's own commands at the other end."""

from pathlib import Path

import pytest

from contract.enrolment import ENROL_ASKED
from contract.strict import parse
from contract.words import Use
from kiosk.commands import enrol_offline
from kiosk.errors import Refused, Unavailable
from kiosk.lockdown.identity_file import find_identity
from kiosk.lockdown.vault import open_vault
from kiosk.ports import SecretName
from visits.cli.command import run

pytestmark = pytest.mark.slow  # a database each, brought up to date

SERVICE = "https://192.0.2.10:8443"


class Site:
    """A demo's service with its database and keys, and a machine that asks by files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.db = folder, str(folder / "visits.db")
        self.identity, self.state, self.vault = folder / "identity", folder / "state", folder / "vault"
        self.question, self.answer = folder / "question-PF3.json", folder / "answer-PF3.json"

    def visits(self, *words: str) -> int:
        return run([*words, "--db", self.db])

    def kiosk(self, what: str, file: Path, *more: str) -> None:
        places = ("--identity", str(self.identity), "--state", str(self.state))
        enrol_offline.main([what, "--file", str(file), *places, *more])

    def asks(self, code: str) -> None:
        self.kiosk("ask", self.question, "--service", SERVICE, "--code", code, "--vault", str(self.vault))


@pytest.fixture
def site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Site:
    site = Site(tmp_path)
    assert site.visits("ca", "init", "--host", "192.0.2.10", "--use", "demo") == 0
    assert site.visits("establishment", "add", "HMP Example", "--timezone", "Europe/London", "--use", "demo") == 0
    capsys.readouterr()
    return site


@pytest.fixture
def code(site: Site, capsys: pytest.CaptureFixture[str]) -> str:
    assert site.visits("enrol-code", "--laptop", "Visits 1") == 0
    return capsys.readouterr().out.strip()


def test_a_question_is_answered_once_and_the_laptop_is_who_it_says(
    site: Site, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    site.asks(code)
    assert site.visits("enrol-offline", str(site.question)) == 0
    assert capsys.readouterr().out == "Visits 1 is enrolled, once it has answer-PF3.json.\n"
    site.kiosk("take", site.answer)
    identity = find_identity(site.identity)
    assert identity is not None
    assert (identity.laptop, identity.service, identity.use) == ("Visits 1", SERVICE, Use.DEMO)
    assert not (site.state / enrol_offline.ASKED).exists()


def test_a_code_answers_one_question(site: Site, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    site.asks(code)
    site.visits("enrol-offline", str(site.question))
    assert site.visits("enrol-offline", str(site.question)) == 1
    assert "has been answered" in capsys.readouterr().err
    site.answer.unlink()
    assert site.visits("enrol-offline", str(site.question)) == 1
    assert "This enrolment code has been used" in capsys.readouterr().err


def test_the_question_holds_no_key_of_the_laptops(site: Site, code: str) -> None:
    site.asks(code)
    vault = open_vault(on_laptop=False, folder=site.vault)
    for name in SecretName:
        assert vault.read(name) not in site.question.read_text()
    assert parse(site.question.read_bytes(), ENROL_ASKED).request.startswith("-----BEGIN CERTIFICATE REQUEST")


@pytest.mark.parametrize("text", ["", "{}", "x" * 40_000])
def test_what_is_no_question_uses_up_no_code(
    site: Site, code: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    site.question.write_text(text)
    assert site.visits("enrol-offline", str(site.question)) == 1
    assert "is no question of a laptop" in capsys.readouterr().err
    site.asks(code)
    assert site.visits("enrol-offline", str(site.question)) == 0


def test_a_laptop_that_asked_nothing_takes_no_answer(site: Site, code: str) -> None:
    site.asks(code)
    site.visits("enrol-offline", str(site.question))
    (site.state / enrol_offline.ASKED).unlink()
    with pytest.raises(Refused, match="asked nothing"):
        site.kiosk("take", site.answer)


def test_an_answer_that_is_not_there_is_said(site: Site, code: str) -> None:
    site.asks(code)
    with pytest.raises((Refused, Unavailable), match=r"answer-PF3\.json"):
        site.kiosk("take", site.answer)
    assert find_identity(site.identity) is None


def test_an_enrolled_laptop_asks_no_more(site: Site, code: str) -> None:
    site.asks(code)
    site.visits("enrol-offline", str(site.question))
    site.kiosk("take", site.answer)
    with pytest.raises(Refused, match="already enrolled"):
        site.asks(code)
