"""`visits policy publish`: a signed policy reaches the laptops' documents, and sheets go by its numbers."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import assets
from contract.documents import DocumentKind
from contract.policy import policy_in
from contract.words import Use
from visits.cli.command import run
from visits.demo_data.seed import Seeded
from visits.store.database import Database
from visits.store.documents import newest_documents
from visits.store.tables import EstablishmentRow, LaptopRow

TODAY: Final = datetime.now(UTC).date()


class Office:
    """The service's own folder, with keys, a demo establishment and a terminal."""

    def __init__(self, folder: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.database, self._capsys = folder, database, capsys
        self.db, self.keys = folder / "visits.db", folder / "visits.db.keys"
        self.use = "demo"
        self.has_keys("demo", "localhost")
        with_names = database.read(lambda session: (self._place(session).name, self._laptop(session).name))
        self.place, self.laptop = with_names

    def has_keys(self, use: str, *hosts: str) -> None:
        self.use = use
        if self.keys.exists():
            shutil.rmtree(self.keys)
        named = [word for host in hosts for word in ("--host", host)]
        assert run(["ca", "init", "--db", str(self.db), "--use", use, *named]) == 0
        self._capsys.readouterr()

    def goes_live(self, *hosts: str) -> None:
        """It has real laptops, which reach it at these."""
        self.has_keys("live", *hosts)

        def put(session: Session) -> None:
            self._place(session).use = Use.LIVE

        self.database.write(put)

    def lints(self, file: Path, *more: str) -> tuple[int, str]:
        status = run(["policy", "lint", str(file), "--db", str(self.db), *more])
        return status, self._capsys.readouterr().out

    def _place(self, session: Session) -> EstablishmentRow:
        return session.scalars(select(EstablishmentRow)).one()

    def _laptop(self, session: Session) -> LaptopRow:
        return session.scalars(select(LaptopRow)).one()

    def signs(self, serial: int = 1, **changes: str) -> Path:
        text = assets.text("policy/example.toml").replace("2026-12-01", str(TODAY))
        text = text.replace("2027-12-01", str(TODAY + timedelta(days=300))).replace('"live"', f'"{self.use}"')
        text = text.replace("HMP Example", self.place, 1).replace("serial = 1 ", f"serial = {serial} ")
        for before, after in changes.items():
            assert f"{before} = " in text
            text = "\n".join(f"{before} = {after}" if f"{before} = " in ln else ln for ln in text.splitlines())
        file = self.folder / f"{serial}.toml"
        file.write_text(text)
        assert run(["policy", "sign", str(file), "--key", str(self.keys / "policy.key")]) == 0
        self._capsys.readouterr()
        return file.with_suffix(".jws")

    def publishes(self, file: Path, *more: str) -> tuple[int, str]:
        status = run(["policy", "publish", str(file), "--db", str(self.db), *more])
        said = self._capsys.readouterr()
        return status, said.out + said.err

    def given(self) -> list[int]:
        """The serials of the policies that the laptop is given."""
        laptop_id = self.database.read(lambda session: self._laptop(session).id)
        every = self.database.read(newest_documents, laptop_id)
        return [each.serial for each in every if each.kind is DocumentKind.POLICY]

    def numbers(self) -> tuple[int, int, bool, bool]:
        def read(session: Session) -> tuple[int, int, bool, bool]:
            place = self._place(session)
            return place.turnaround_s, place.longest_extension_s, place.recorded, place.watched

        return self.database.read(read)


@pytest.fixture
def office(tmp_path: Path, database: Database, seeded: Seeded, capsys: pytest.CaptureFixture[str]) -> Office:
    assert seeded.laptop
    return Office(tmp_path, database, capsys)


def test_a_published_policy_is_given_to_laptops_and_sheets_go_by_it(office: Office) -> None:
    status, said = office.publishes(office.signs(turnaround='"12 min"', longest_extension='"30 min"', watched="false"))
    assert (status, said) == (0, f"Policy 1 of {office.place} is out, for 1 laptop.\n")
    assert office.given() == [1]
    assert office.numbers() == (720, 1800, True, False)


def test_the_same_again_changes_nothing_and_an_older_one_is_refused(office: Office) -> None:
    second = office.signs(2)
    assert office.publishes(second)[0] == 0
    assert office.publishes(second)[0] == 0
    status, said = office.publishes(office.signs(1))
    assert status == 1
    assert "must have a higher one" in said
    assert office.given() == [2]


def test_one_laptops_own_policy_leaves_the_sheets_numbers(office: Office) -> None:
    before = office.numbers()
    policy = office.signs(3, laptop=f'"{office.laptop}"', turnaround='"25 min"')
    assert policy_in(policy.with_suffix(".toml").read_bytes()).laptop == office.laptop
    assert office.publishes(policy)[0] == 0
    assert office.numbers() == before
    assert office.given() == [3]


def test_what_no_laptop_here_would_take_is_refused(office: Office) -> None:
    status, said = office.publishes(office.signs(4, laptop='"nobody"'))
    assert (status, said) == (1, f"visits: there is no laptop nobody at {office.place}\n")
    office.place = "HMP Elsewhere"
    status, said = office.publishes(office.signs(5))
    assert (status, said) == (1, "visits: there is no establishment HMP Elsewhere here\n")
    forged = office.folder / "forged.jws"
    forged.write_text(office.signs(6).read_text().strip()[:-4] + "AAAA\n")
    assert "its signature is wrong" in office.publishes(forged)[1]
    assert office.given() == []


CUT_OFF: Final = "network.services has not the laptops' listener"


def test_one_that_would_cut_laptops_off_is_odd_and_refused_unless_forced(office: Office) -> None:
    office.goes_live("visits.example", "192.0.2.11")
    policy = office.signs()  # its service is at 192.0.2.10
    assert (office.lints(policy)[0], CUT_OFF in office.lints(policy)[1]) == (3, True)
    status, said = office.publishes(policy)
    assert (status, CUT_OFF in said, "or say --force" in said) == (1, True, True)
    assert office.given() == []
    status, said = office.publishes(policy, "--force")
    assert (status, f"odd: {CUT_OFF} (192.0.2.11)" in said) == (0, True)
    assert office.given() == [1]


def test_one_with_an_address_of_the_listeners_certificate_is_published(office: Office) -> None:
    office.goes_live("visits.example", "2001:db8::10")
    assert office.lints(office.signs())[0] == 0
    assert office.publishes(office.signs()) == (0, f"Policy 1 of {office.place} is out, for 1 laptop.\n")


@pytest.mark.parametrize(
    ("said", "is_cut_off"), [("192.0.2.10:443", False), ("192.0.2.10:8443", True), ("[2001:db8::10]:443", False)]
)
def test_whoever_says_where_laptops_reach_the_service_has_the_port_checked_too(
    office: Office, said: str, is_cut_off: bool
) -> None:
    office.goes_live("192.0.2.11")
    status, told = office.publishes(office.signs(), "--laptop-service", said)
    assert (status, f"{CUT_OFF} ({said})" in told) == (int(is_cut_off), is_cut_off)


def test_what_nobody_can_know_is_said_and_a_name_is_no_address(office: Office) -> None:
    office.goes_live("visits.example")
    status, said = office.publishes(office.signs())
    assert (status, "say --laptop-service" in said) == (0, True)
    status, said = office.publishes(office.signs(2), "--laptop-service", "visits.example:443")
    assert (status, "must be an IP address" in said) == (1, True)
    assert office.given() == [1]
