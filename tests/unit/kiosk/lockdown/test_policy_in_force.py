"""A new policy waits until no call runs; a refused one changes nothing; what is on the disk is verified again."""

from datetime import timedelta
from pathlib import Path

import pytest

from contract.documents import DocumentFault, DocumentKind
from contract.envelope import Audience
from contract.key_set import KeySet
from contract.policy_network import Endpoint, endpoint_at
from contract.words import Use
from kiosk.errors import LockdownError, Untrusted
from kiosk.lockdown.documents import Documents
from kiosk.lockdown.folders import Folders
from kiosk.lockdown.kept_policy import IN_FORCE, KeptPolicy
from kiosk.lockdown.own import NOT_ENROLLED, Own
from kiosk.lockdown.policy_in_force import HEARD, TURNS_TO_WAIT, PolicyInForce, policy_here
from kiosk.lockdown.trust_file import TrustFile
from kiosk.papers import Aged, Papers
from kiosk.policy.numbers import Numbers
from kiosk.ports import Around
from kiosk.trusted import Refusal, Trusted
from tests.fakes.authority import PlainDocuments, document_key, identity, signed
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.policies import policy_text, signed_policy
from tests.fakes.record import FakeRecord
from tests.fakes.shell import FakeIds, FakeShell

TEN = timedelta(minutes=10)


class Machine:
    """A guard's state folder, and all of the guard that a policy concerns."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, FakeClock(NOON)
        self.service: Endpoint | None = None
        self.starts()

    def starts(self) -> None:
        """A guard begins, with what is on the disk."""
        self.file = TrustFile(self.folder)
        self.trusted = Trusted(identity(), self.file.read())
        self.record = FakeRecord()
        self.documents = Documents(self.trusted, self.file, self.clock, self.record)
        own = Trusted(identity(), self.file.read())  # the guard reads it before it has documents
        self.policy = PolicyInForce(self.folder, KeptPolicy(self.folder, own), self.service)
        around = Around(self.clock, FakeShell(), FakeIds(), self.record, PlainDocuments(), synthetic=True)
        self.papers = Papers(around, self.policy.numbers)
        self.policy.begins(self.record, self.papers)

    def hears(self, document: str, *, online: bool = True) -> None:
        self.policy.arrived(document, self.documents, self.papers, online=online, now=self.clock.wall())

    def has_no_call(self) -> None:
        """The loop comes by while no call runs; the guard is built anew if it must be."""
        if self.policy.gives_way():
            self.starts()

    @property
    def serial(self) -> int | None:
        return None if self.policy.policy is None else self.policy.policy.serial


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_a_policy_the_defaults_count_and_nothing_is_said(machine: Machine) -> None:
    assert machine.policy.numbers == Numbers()
    assert not machine.policy.gives_way()
    assert machine.record.notes == []


def test_a_new_policy_waits_and_then_every_number_is_its(machine: Machine) -> None:
    machine.hears(signed_policy(room_opens='"10 min"'))
    assert machine.policy.numbers == Numbers()
    machine.has_no_call()
    assert machine.policy.numbers.room_opens == TEN
    assert machine.record.of("policy_in_force") == [{"serial": 1}]
    assert not machine.policy.gives_way()


def test_a_policy_survives_a_restart_and_so_does_one_that_waits(machine: Machine) -> None:
    machine.hears(signed_policy(1))
    machine.has_no_call()
    machine.hears(signed_policy(2, room_opens='"10 min"'))
    machine.starts()  # in the middle of a call
    assert machine.serial == 1
    machine.has_no_call()
    assert (machine.serial, machine.policy.numbers.room_opens) == (2, TEN)
    machine.starts()
    assert machine.serial == 2


def test_of_two_that_wait_the_newer_comes_into_force(machine: Machine) -> None:
    machine.hears(signed_policy(2))
    machine.hears(signed_policy(3))
    machine.has_no_call()
    assert machine.serial == 3


def test_the_one_in_force_that_comes_again_is_no_news(machine: Machine) -> None:
    machine.hears(signed_policy(1))
    machine.has_no_call()
    machine.hears(signed_policy(1))
    assert not machine.policy.gives_way()
    assert len(machine.record.of("policy_in_force")) == 1


@pytest.mark.attack("policy-bad", tier="U")
@pytest.mark.parametrize(
    ("document", "why"),
    [
        (signed_policy(1), "rolled_back"),
        (signed_policy(2, room_opens='"11 min"'), "serial_used_twice"),
        (signed_policy(3, signer="somebody"), "wrongly_signed"),
        (signed_policy(3, use=Use.LIVE), "demo_or_live"),
        (signed_policy(3, laptop='"Visits 2"'), "other_laptop"),
        (signed_policy(3, establishment='"HMP Other"'), "other_establishment"),
        (signed_policy(3, valid_until="2026-01-02T00:00:00Z"), "expired"),
        (signed_policy(3, valid_from="2027-06-01T00:00:00Z"), "not_yet_valid"),
        (signed(DocumentKind.POLICY, policy_text(3).encode(), serial=4), "bad_content"),
        (signed(DocumentKind.POLICY, policy_text(3).encode() + b"[call]\nroom = 1\n", serial=3), "bad_content"),
        (signed(DocumentKind.POLICY, policy_text(3).encode() + b"serial = 3\n", serial=3), "bad_content"),
        (signed(DocumentKind.POLICY, b"#" * 65_537, serial=3), "bad_content"),
        ("x" * 200_000, "too_large"),
        ("{}", "malformed"),
    ],
    ids=lambda value: value if len(value) < 40 else "",
)
def test_a_refused_policy_keeps_the_old_one_and_says_why(machine: Machine, document: str, why: str) -> None:
    machine.hears(signed_policy(2))
    machine.has_no_call()
    with pytest.raises(Untrusted):
        machine.hears(document)
    assert not machine.policy.gives_way()
    assert machine.record.of("document_refused") == [{"kind": "visit-policy", "why": why}]
    machine.starts()
    assert machine.serial == 2


def test_a_power_cut_before_a_policy_is_taken_leaves_the_old_one(machine: Machine) -> None:
    machine.hears(signed_policy(1))
    machine.has_no_call()
    (machine.folder / f".{IN_FORCE}.new").write_text("half")
    machine.starts()
    assert machine.serial == 1


@pytest.mark.attack("policy-bad", tier="U")
@pytest.mark.parametrize("changed", ["", "x" * 300_000, signed_policy(1, signer="somebody"), signed_policy(1)[:-9]])
def test_a_file_that_was_changed_on_the_disk_is_written_anew(machine: Machine, changed: str) -> None:
    machine.hears(signed_policy(1, room_opens='"10 min"'))
    machine.has_no_call()
    (machine.folder / IN_FORCE).write_text(changed)
    machine.starts()
    assert machine.policy.numbers.room_opens == TEN
    machine.has_no_call()
    assert (machine.folder / IN_FORCE).read_text() == signed_policy(1, room_opens='"10 min"')


@pytest.mark.attack("policy-bad", tier="U")
def test_an_older_one_put_in_its_place_counts_in_no_call_that_begins(machine: Machine) -> None:
    machine.hears(signed_policy(1))
    machine.has_no_call()
    old = (machine.folder / IN_FORCE).read_text()
    machine.hears(signed_policy(2))
    machine.has_no_call()
    (machine.folder / IN_FORCE).write_text(old)
    machine.starts()
    machine.has_no_call()
    assert machine.serial == 2


def test_a_policy_that_this_software_cannot_read_bars_calls_until_a_fresh_one_comes(machine: Machine) -> None:
    strange = signed(DocumentKind.POLICY, policy_text(1).encode() + b"[of_a_later_version]\n")
    taken = machine.trusted.judge(DocumentKind.POLICY, strange, NOON)
    machine.file.keep(machine.trusted.after(DocumentKind.POLICY, strange, taken))
    machine.starts()
    assert machine.policy.numbers == Numbers()
    assert len(machine.record.of("policy_not_in_force")) == 1
    assert machine.papers.look(online=False, clock_is_wrong=False) == (Aged.POLICY_STRANGE,)
    machine.hears(signed_policy(2))
    machine.has_no_call()
    assert machine.serial == 2
    assert machine.papers.look(online=True, clock_is_wrong=False) == ()


def test_a_policy_stays_in_force_when_the_key_that_signed_it_ends(machine: Machine) -> None:
    machine.hears(signed_policy(1, room_opens='"10 min"'))
    machine.has_no_call()
    keys = KeySet(keys=(document_key("new", frozenset({DocumentKind.POLICY, DocumentKind.KEYS})),))
    everybody = Audience(establishment="HMP Example", laptop=None)
    machine.documents.keys(signed(DocumentKind.KEYS, keys.model_dump_json().encode(), aud=everybody))
    machine.starts()
    assert machine.policy.numbers.room_opens == TEN


def test_an_expired_policy_counts_on_and_says_that_it_has_ended(machine: Machine) -> None:
    machine.hears(signed_policy(1, room_opens='"10 min"'))
    machine.has_no_call()
    machine.clock.set_wall(NOON + timedelta(days=800))
    machine.starts()
    assert machine.policy.numbers.room_opens == TEN
    assert Aged.POLICY_OVER in machine.papers.look(online=False, clock_is_wrong=False)


def test_when_it_was_last_heard_of_outlasts_a_restart(machine: Machine) -> None:
    machine.hears(signed_policy(1))
    machine.has_no_call()
    machine.clock.advance(3600)
    machine.hears(signed_policy(1))
    machine.papers.look(online=True, clock_is_wrong=False)
    machine.clock.advance(3600)
    machine.papers.look(online=True, clock_is_wrong=False)
    machine.policy.look(machine.papers)
    machine.starts()
    assert machine.papers.policy is not None
    assert machine.papers.policy.heard_at == NOON + timedelta(hours=2)
    machine.clock.advance(7 * 86_400)
    machine.hears(signed_policy(1), online=False)  # the shell had it from before
    assert machine.papers.policy.heard_at == NOON + timedelta(hours=2)
    for unreadable in ("", "[]", '{"at": 7}', '{"at": "2026-01-01T00:00:00"}'):
        (machine.folder / HEARD).write_text(unreadable)
        machine.starts()
        assert machine.papers.policy is not None
        assert machine.papers.policy.heard_at.isoformat() == "2026-01-01T00:00:00+00:00"


def test_the_one_in_force_may_come_any_number_of_times_and_writes_nothing(machine: Machine) -> None:
    machine.hears(signed_policy(1))
    machine.has_no_call()
    (machine.folder / HEARD).unlink()
    for _ in range(3):
        machine.hears(signed_policy(1))
        machine.clock.advance(60)
    assert not (machine.folder / HEARD).exists()


def test_a_new_one_that_cannot_be_put_in_force_goes_on_waiting(machine: Machine) -> None:
    machine.hears(signed_policy(1))
    in_the_way = machine.folder / f".{IN_FORCE}.new"
    in_the_way.mkdir()
    machine.has_no_call()
    assert machine.serial is None
    in_the_way.rmdir()
    for _ in range(TURNS_TO_WAIT):
        assert not machine.policy.gives_way()
    machine.has_no_call()
    assert machine.serial == 1


def test_by_a_clock_that_nobody_knows_to_be_right_it_is_not_kept_when_one_came(machine: Machine) -> None:
    machine.policy.arrived(signed_policy(1), machine.documents, machine.papers, online=True, now=None)
    assert not (machine.folder / HEARD).exists()


def test_a_disk_that_takes_nothing_keeps_the_old_policy(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.hears(signed_policy(1))
    machine.has_no_call()

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.lockdown.trust_file.replace_file", full)
    with pytest.raises(Untrusted):
        machine.hears(signed_policy(2))
    assert not machine.policy.gives_way()
    monkeypatch.undo()
    machine.hears(signed_policy(2))  # it was not taken, so it may come again
    monkeypatch.setattr("kiosk.lockdown.kept_policy.replace_file", full)
    assert not machine.policy.gives_way()
    assert not machine.policy.is_over
    monkeypatch.undo()
    machine.starts()
    machine.has_no_call()
    assert machine.serial == 2


def test_a_kept_policy_that_cannot_be_read_is_said(machine: Machine) -> None:
    machine.hears(signed_policy(1))
    (machine.folder / IN_FORCE).mkdir()
    with pytest.raises(LockdownError, match="cannot be read"):
        KeptPolicy(machine.folder, machine.trusted).in_force()


@pytest.mark.parametrize("service", ["https://192.0.2.10:8443", "https://192.0.2.11", "https://[2001:db8::11]:443"])
def test_one_by_which_the_laptop_would_not_reach_its_service_is_refused(machine: Machine, service: str) -> None:
    machine.service = endpoint_at(service)
    machine.starts()
    with pytest.raises(Refusal) as refused:
        machine.hears(signed_policy(1))
    assert refused.value.fault is DocumentFault.BAD_CONTENT
    assert not machine.policy.gives_way()
    assert machine.file.read() is None


@pytest.mark.parametrize("service", ["https://192.0.2.10", "https://[2001:db8::10]:443", "https://visits.example:8443"])
def test_one_with_its_services_address_is_taken_and_of_a_name_nobody_knows_it(machine: Machine, service: str) -> None:
    machine.service = endpoint_at(service)
    machine.starts()
    machine.hears(signed_policy(1))
    machine.has_no_call()
    assert machine.serial == 1


@pytest.mark.parametrize("use", Use)
def test_a_laptop_with_a_firewall_knows_its_service_from_its_identity_and_a_demo_does_not_care(
    tmp_path: Path, use: Use
) -> None:
    own = Own(None, identity(use).model_copy(update={"service": "https://192.0.2.77:8443"}), NOT_ENROLLED.vault)
    found = policy_here(Folders(tmp_path, tmp_path), own)
    assert found._service == (endpoint_at("https://192.0.2.77:8443") if use is Use.LIVE else None)
