"""The list of officers that the service sent: taken, kept, recalled, refused, and when it is too old."""

from datetime import timedelta
from pathlib import Path

import pytest

from contract.documents import DocumentFault
from contract.only_for import only_for
from kiosk.errors import LockdownError, Refused, Unavailable
from kiosk.lockdown.documents import Documents
from kiosk.lockdown.roster import RosterInForce
from kiosk.lockdown.roster_file import FILE_NAME, RosterFile
from kiosk.lockdown.trail_record import NoRecord
from kiosk.lockdown.trust_file import FILE_NAME as TRUST_NAME
from kiosk.lockdown.trust_file import TrustFile
from kiosk.lockdown.vault import open_vault
from kiosk.policy.numbers import Numbers
from kiosk.trusted import Refusal, Trusted
from tests.fakes.authority import identity
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.rosters import ANOTHERS_KEY, SEALING_KEY, officer, signed_jwe, signed_roster, vault_with_sealing_key

ANN = officer("A1", "482913")
BEA = officer("B2", "571046")
AT_NOON = signed_roster(ANN, signed_at=NOON)


class Laptop:
    """A folder, a clock, and what the guard makes of them at each start."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, FakeClock()
        self.vault = vault_with_sealing_key(folder / "vault")
        self.starts()

    def starts(self) -> RosterInForce:
        file = TrustFile(self.folder)
        judge = Documents(Trusted(identity(), file.read()), file, self.clock, NoRecord())
        vault = open_vault(on_laptop=False, folder=self.vault)
        self.roster = RosterInForce(judge, RosterFile(self.folder), vault, Numbers(), self.clock)
        self.roster.recall()
        return self.roster

    def refuses(self, document: str) -> DocumentFault:
        with pytest.raises(Refusal) as refusal:
            self.roster.arrived(document)
        return refusal.value.fault


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def test_before_the_first_list_there_is_nobody_and_it_is_said_what_to_do(laptop: Laptop) -> None:
    with pytest.raises(LockdownError, match="Connect it to the network"):
        laptop.roster.read()
    laptop.roster.check_fresh()  # the sentence above is the one to say
    assert not laptop.roster.is_stale


def test_a_list_counts_as_soon_as_it_has_come_and_after_a_restart(laptop: Laptop) -> None:
    laptop.roster.arrived(AT_NOON)
    assert laptop.roster.read() == {"A1": ANN}
    assert laptop.starts().read() == {"A1": ANN}


def test_the_same_list_is_written_once_however_often_it_comes(laptop: Laptop) -> None:
    laptop.roster.arrived(AT_NOON)
    (laptop.folder / FILE_NAME).unlink()
    laptop.roster.arrived(AT_NOON)
    assert not (laptop.folder / FILE_NAME).exists()


@pytest.mark.attack("disk-full", tier="U")
def test_whoever_has_left_is_nobody_at_once_also_on_a_disk_that_takes_nothing(laptop: Laptop) -> None:
    laptop.roster.arrived(signed_roster(ANN, BEA, signed_at=NOON))
    for name in (FILE_NAME, TRUST_NAME):
        (laptop.folder / f".{name}.new").mkdir()
    laptop.roster.arrived(signed_roster(BEA, serial=2, signed_at=NOON))
    assert laptop.roster.read() == {"B2": BEA}


def test_the_next_list_takes_its_place(laptop: Laptop) -> None:
    laptop.roster.arrived(AT_NOON)
    laptop.roster.arrived(signed_roster(BEA, serial=2, signed_at=NOON))
    assert laptop.roster.read() == {"B2": BEA}
    assert laptop.starts().read() == {"B2": BEA}


def test_nothing_of_it_stands_in_the_clear_on_the_disk(laptop: Laptop) -> None:
    laptop.roster.arrived(signed_roster(officer("A1", "482913", name="Ann Somebody"), signed_at=NOON))
    files = [file.read_bytes() for file in laptop.folder.iterdir() if file.is_file()]
    assert files
    assert not any(word in content for content in files for word in (b"Ann Somebody", b"argon2"))


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (signed_roster(BEA, serial=2, signed_at=NOON, key=ANOTHERS_KEY), DocumentFault.NOT_READABLE_HERE),
        (signed_jwe(b'{"officers":[]}', serial=2, signed_at=NOON), DocumentFault.NOT_READABLE_HERE),
        (signed_jwe(only_for(SEALING_KEY.public_key(), b"[]"), serial=2, signed_at=NOON), DocumentFault.BAD_CONTENT),
        (signed_roster(BEA, serial=1, signed_at=NOON), DocumentFault.SERIAL_USED_TWICE),
        (signed_roster(BEA, serial=2, signed_at=NOON + timedelta(days=1)), DocumentFault.NOT_YET_VALID),
        (signed_roster(BEA, serial=2, signed_at=NOON, signer="offline-demo"), DocumentFault.WRONGLY_SIGNED),
        (signed_roster(BEA, serial=2, signed_at=NOON, kid="offline-demo"), DocumentFault.KEY_MAY_NOT),
    ],
)
def test_a_list_that_is_no_good_is_refused_and_the_old_one_stays(
    laptop: Laptop, document: str, fault: DocumentFault
) -> None:
    laptop.roster.arrived(AT_NOON)
    assert laptop.refuses(document) is fault
    assert laptop.roster.read() == {"A1": ANN}
    assert laptop.starts().read() == {"A1": ANN}


def test_an_older_list_does_not_come_back(laptop: Laptop) -> None:
    laptop.roster.arrived(signed_roster(BEA, serial=2, signed_at=NOON))
    assert laptop.refuses(AT_NOON) is DocumentFault.ROLLED_BACK
    (laptop.folder / "roster.jws").write_text(AT_NOON)  # not even by whoever can write to the disk
    with pytest.raises(LockdownError):
        laptop.starts().read()


def test_a_list_that_is_not_valid_by_a_wrong_clock_counts_once_that_is_put_right(laptop: Laptop) -> None:
    laptop.roster.arrived(AT_NOON)
    laptop.clock.set_wall(NOON.replace(year=2001))
    roster = laptop.starts()
    with pytest.raises(LockdownError):
        roster.read()
    laptop.clock.set_wall(NOON)
    roster.recall()
    assert roster.read() == {"A1": ANN}


def test_a_power_cut_between_the_list_and_its_serial_loses_neither(laptop: Laptop) -> None:
    laptop.roster.arrived(AT_NOON)
    (laptop.folder / "roster.jws").write_text(signed_roster(BEA, serial=2, signed_at=NOON))
    assert laptop.starts().read() == {"B2": BEA}
    assert laptop.refuses(AT_NOON) is DocumentFault.ROLLED_BACK


def test_a_laptop_without_its_key_takes_no_list_and_says_so(laptop: Laptop) -> None:
    (laptop.vault / "sealing-key").unlink()
    with pytest.raises(Unavailable, match="Ask IT to enrol it again"):
        laptop.roster.arrived(AT_NOON)
    (laptop.vault / "sealing-key").write_text("no key")
    with pytest.raises(Unavailable, match="Enrol it again"):
        laptop.roster.arrived(AT_NOON)


def test_its_age_counts_from_when_it_was_signed_and_not_from_when_it_came(laptop: Laptop) -> None:
    laptop.clock.set_wall(NOON + timedelta(days=3))
    laptop.roster.arrived(AT_NOON)
    assert laptop.roster.age == timedelta(days=3)
    assert laptop.roster.is_stale
    laptop.roster.check_fresh()


def test_a_list_that_is_too_old_lets_nobody_loosen_anything_until_a_fresh_one_comes(laptop: Laptop) -> None:
    laptop.roster.arrived(AT_NOON)
    laptop.clock.set_wall(NOON + Numbers().roster_longest_offline + timedelta(seconds=1))
    with pytest.raises(Refused, match=r"too old\. Connect this laptop to the network\."):
        laptop.roster.check_fresh()
    laptop.roster.arrived(signed_roster(ANN, serial=2, signed_at=laptop.clock.wall()))
    laptop.roster.check_fresh()
    assert not laptop.roster.is_stale
