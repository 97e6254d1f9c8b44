"""A new key beside the old one, end to end on the service's side: what a laptop believes after each document."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contract.documents import DocumentKind
from contract.envelope import Audience, NotAccepted, opened
from contract.key_set import KEY_SET, MOST_KEYS, KeySet
from tests.fakes.service_keys import NAMES, enrolled
from tests.fakes.visits import NOON
from visits.cli.command import run
from visits.demo_data.seed import Seeded
from visits.errors import Unavailable
from visits.keys.folder import default_folder, make_keys, read_key_set, read_keys, read_policy_signer
from visits.keys.rotation import Rotation
from visits.keys.signer import DocumentSigner
from visits.store.database import Database
from visits.store.documents import newest_documents, note_keys_told, put_document

LAPTOP = 1


@dataclass
class Believer:
    """What a laptop makes of KEYS documents, by the contract alone."""

    keys: KeySet
    serial: int = 0
    refused: list[str] = field(default_factory=list)

    def hears(self, database: Database, laptop_id: int = LAPTOP) -> None:
        for document in database.read(newest_documents, laptop_id):
            if document.kind is DocumentKind.KEYS and document.serial > self.serial:
                try:
                    envelope = opened(document.text, DocumentKind.KEYS, self.keys.key_of)
                except NotAccepted as error:
                    self.refused.append(str(error))
                    return
                self.keys, self.serial = KEY_SET.validate_json(envelope.payload), document.serial
                database.write(note_keys_told, laptop_id, document.serial)

    @property
    def key_ids(self) -> set[str]:
        return {key.key_id for key in self.keys.keys}


@pytest.fixture
def folder(tmp_path: Path, database: Database, seeded: Seeded) -> Path:
    made = default_folder(tmp_path / "visits.db")
    make_keys(made, NAMES, NOON)
    database.write(enrolled, seeded.laptop, datetime.now(UTC))
    return made


@pytest.fixture
def laptop(folder: Path) -> Believer:
    return Believer(read_key_set(folder))


def visits(folder: Path, *words: str) -> int:
    return run(["keys", "--db", str(folder.with_suffix("")), *words])


def test_a_new_documents_key_stands_beside_the_old_until_that_is_retired(
    folder: Path, database: Database, laptop: Believer, capsys: pytest.CaptureFixture[str]
) -> None:
    old = read_keys(folder).signer
    assert visits(folder, "rotate", "--documents") == 0
    new = read_keys(folder).signer
    assert new.key_id != old.key_id
    laptop.hears(database)
    assert {old.key_id, new.key_id} <= laptop.key_ids
    assert visits(folder, "retire", old.key_id) == 0
    laptop.hears(database)
    assert old.key_id not in laptop.key_ids
    assert new.key_id in laptop.key_ids
    assert laptop.refused == []
    assert visits(folder, "show") == 0
    assert f"{new.key_id}  demo  signs roster, sheet, time  (in use by the service)" in capsys.readouterr().out


def test_a_new_policy_key_is_introduced_by_the_old_and_signs_what_comes_next(
    folder: Path, database: Database, laptop: Believer
) -> None:
    old = read_policy_signer(folder)
    visits(folder, "rotate", "--policy")
    new = read_policy_signer(folder)
    laptop.hears(database)
    assert visits(folder, "retire", old.key_id) == 0
    laptop.hears(database)
    assert old.key_id not in laptop.key_ids
    visits(folder, "rotate", "--documents")
    laptop.hears(database)
    assert read_keys(folder).signer.key_id in laptop.key_ids
    assert laptop.refused == []
    assert read_policy_signer(folder).key_id == new.key_id
    assert [file.name for file in folder.glob("policy*")] == ["policy.key"]


def test_an_old_policy_key_signs_its_own_end_so_that_who_missed_the_change_believes_it(
    folder: Path, database: Database, laptop: Believer
) -> None:
    old = read_policy_signer(folder)
    visits(folder, "rotate", "--policy")
    assert visits(folder, "retire", old.key_id) == 1  # the laptop has not been told
    assert visits(folder, "retire", old.key_id, "--even-if-untold") == 0
    laptop.hears(database)
    assert laptop.refused == []
    assert old.key_id not in laptop.key_ids
    assert read_policy_signer(folder).key_id in laptop.key_ids


def test_a_laptop_that_missed_several_changes_follows_them_one_after_the_other(
    folder: Path, database: Database, laptop: Believer
) -> None:
    old = read_policy_signer(folder)
    visits(folder, "rotate", "--policy")
    visits(folder, "rotate", "--documents")
    visits(folder, "rotate", "--policy")
    laptop.hears(database)
    assert (laptop.refused, laptop.keys) == ([], read_key_set(folder))
    visits(folder, "retire", old.key_id)
    visits(folder, "rotate", "--documents")
    laptop.hears(database)
    assert (laptop.refused, laptop.keys) == ([], read_key_set(folder))


def test_the_set_that_counts_is_said_again_with_a_serial_ahead_of_a_restored_database(
    folder: Path, database: Database, laptop: Believer
) -> None:
    before = int(datetime.now(UTC).timestamp())
    visits(folder, "rotate", "--documents")
    laptop.hears(database)
    assert laptop.serial >= before
    last = laptop.serial
    assert visits(folder, "publish") == 0
    laptop.hears(database)
    assert laptop.serial > last
    assert laptop.keys == read_key_set(folder)


def test_what_an_earlier_change_left_half_done_is_in_the_way_of_no_other(
    folder: Path, database: Database, laptop: Believer
) -> None:
    old = read_policy_signer(folder)
    (folder / f"policy-{old.key_id}.key").write_bytes(b"half")
    (folder / f"policy-{old.key_id}.key").chmod(0o600)
    assert visits(folder, "rotate", "--policy") == 0
    laptop.hears(database)
    assert visits(folder, "retire", old.key_id) == 0
    laptop.hears(database)
    assert (laptop.refused, laptop.keys) == ([], read_key_set(folder))


def test_an_end_that_could_not_be_told_is_told_when_it_is_done_again(
    folder: Path, database: Database, laptop: Believer
) -> None:
    old = read_policy_signer(folder)
    visits(folder, "rotate", "--policy")
    laptop.hears(database)

    def fails(_keys: KeySet, _signer: DocumentSigner) -> None:
        raise Unavailable("the database is busy")

    with pytest.raises(Unavailable):
        Rotation(folder).retire(old.key_id, fails)
    assert old.key_id in laptop.key_ids
    assert visits(folder, "retire", old.key_id) == 0
    laptop.hears(database)
    assert (laptop.refused, laptop.keys) == ([], read_key_set(folder))
    assert visits(folder, "retire", old.key_id) == 1  # there is no such key any more


def test_there_are_only_so_many_keys_and_one_too_many_leaves_nothing_behind(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    while len(read_key_set(folder).keys) < MOST_KEYS:
        assert visits(folder, "rotate", "--documents") == 0
    files = sorted(folder.iterdir())
    assert visits(folder, "rotate", "--documents") == 1
    assert "end old ones with `visits keys retire`" in capsys.readouterr().err
    assert sorted(folder.iterdir()) == files


def test_a_laptop_enrolled_since_is_not_sent_what_it_was_enrolled_with(
    folder: Path, database: Database, seeded: Seeded
) -> None:
    old = read_policy_signer(folder)
    visits(folder, "rotate", "--policy")
    visits(folder, "retire", old.key_id, "--even-if-untold")
    database.write(enrolled, seeded.laptop, datetime.now(UTC))
    newcomer = Believer(read_key_set(folder))
    newcomer.hears(database)
    assert (newcomer.refused, newcomer.serial) == ([], 0)


def test_a_key_in_use_is_not_retired(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for signer in (read_keys(folder).signer, read_policy_signer(folder)):
        assert visits(folder, "retire", signer.key_id) == 1
        assert "is in use" in capsys.readouterr().err
    assert visits(folder, "retire", "0" * 16) == 1
    assert visits(folder, "retire") == 1
    assert visits(folder, "rotate") == 1


def test_a_key_whose_policy_is_out_is_not_retired(
    folder: Path, database: Database, laptop: Believer, capsys: pytest.CaptureFixture[str]
) -> None:
    old = read_policy_signer(folder)
    valid = (NOON, NOON + timedelta(days=400))
    text = old.sealed(DocumentKind.POLICY, Audience(establishment="HMP Cwm Dŵr"), 1, valid, b"a policy")
    database.write(put_document, DocumentKind.POLICY, 1, None, 1, text)
    visits(folder, "rotate", "--policy")
    laptop.hears(database)
    assert visits(folder, "retire", old.key_id) == 1
    assert "publish it anew first" in capsys.readouterr().err


def test_a_list_of_officers_that_an_absent_laptop_has_keeps_no_key_from_ending(
    folder: Path, database: Database
) -> None:
    stolen = read_keys(folder).signer
    valid = (NOON, NOON + timedelta(days=90))
    text = stolen.sealed(DocumentKind.ROSTER, Audience(establishment="HMP Cwm Dŵr"), 1, valid, b"a list")
    database.write(put_document, DocumentKind.ROSTER, 1, LAPTOP, 1, text)
    visits(folder, "rotate", "--documents")
    assert visits(folder, "retire", stolen.key_id, "--even-if-untold") == 0


def test_a_policy_key_that_is_kept_elsewhere_is_named(
    folder: Path, tmp_path: Path, database: Database, laptop: Believer, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "safe.key"
    (folder / "policy.key").rename(elsewhere)
    assert visits(folder, "rotate", "--documents") == 1
    assert "there is no policy key" in capsys.readouterr().err
    assert visits(folder, "rotate", "--documents", "--policy-key", str(elsewhere)) == 0
    laptop.hears(database)
    assert read_keys(folder).signer.key_id in laptop.key_ids
