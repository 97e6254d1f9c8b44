"""`kiosk enrol`: keys first, the identity last, and a laptop that has one keeps it unless told otherwise."""

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

from contract.enrolment import Identity
from contract.words import Use
from kiosk.commands import enrol
from kiosk.errors import Refused, Unavailable
from kiosk.link.trust import Trust
from kiosk.lockdown.identity_file import credentials_at, find_identity, read_certificate
from kiosk.lockdown.new_keys import NewKeys
from kiosk.lockdown.vault import open_vault
from kiosk.ports import SecretName
from tests.fakes.certificates import Authority, key_of
from tests.fakes.enrolling_service import EnrollingService, served
from tests.fakes.vault import FakeVault

Enrol = Callable[..., None]


class Desk:
    """A machine without an image, and a service that would enrol it."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder, "ours")
        self.service = EnrollingService(self.authority)
        self.identity, self.vault = folder / "identity", folder / "vault"

    async def enrols(self, *more: str, code: str | None = None) -> None:
        """Run the command, as a person does, while the service listens."""
        async with served(self.service, self.authority.server()) as url:
            words = ["--service", url, "--code", code or str(self.service.code), "--identity", str(self.identity)]
            await asyncio.to_thread(enrol.main, [*words, "--vault", str(self.vault), *more])

    @property
    def known(self) -> Identity:
        found = find_identity(self.identity)
        assert found is not None
        return found

    def secret(self, name: SecretName) -> str:
        return open_vault(on_laptop=False, folder=self.vault).read(name)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_an_enrolled_laptop_has_its_keys_its_name_and_its_authority(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    await desk.enrols()
    assert capsys.readouterr().out == "This laptop is now Visits 1 of HMP Example.\n"
    assert (desk.known.laptop, desk.known.use, desk.known.authority) == ("Visits 1", Use.DEMO, desk.authority.pem)
    certificate = x509.load_pem_x509_certificate(read_certificate(desk.identity).encode())
    assert certificate.public_key() == key_of(desk.secret(SecretName.TLS_KEY)).public_key()
    assert len(base64.b64decode(desk.secret(SecretName.PACK_KEY))) == 32
    credentials = credentials_at(desk.identity, open_vault(on_laptop=False, folder=desk.vault))
    assert credentials is not None
    Trust(credentials)


async def test_no_key_is_in_the_identity_folder_or_was_sent(desk: Desk) -> None:
    await desk.enrols()
    told = "".join(file.read_text() for file in desk.identity.iterdir()) + desk.service.asked[0].model_dump_json()
    for name in SecretName:
        assert desk.secret(name) not in told
        assert "PRIVATE" not in told


async def test_a_laptop_that_has_an_identity_keeps_it_and_spends_no_code(desk: Desk) -> None:
    await desk.enrols()
    before, key = desk.known, desk.secret(SecretName.TLS_KEY)
    with pytest.raises(Refused, match=r"already enrolled, as Visits 1 of HMP Example\. Say --replace"):
        await desk.enrols()
    assert (desk.known, desk.secret(SecretName.TLS_KEY)) == (before, key)
    assert len(desk.service.asked) == 1


async def test_told_to_replace_it_has_new_keys_and_says_so(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    await desk.enrols()
    keys = {desk.secret(name) for name in SecretName}
    desk.service.twist = lambda answer: answer.model_copy(update={"replaces": True})
    await desk.enrols("--replace")
    assert not keys & {desk.secret(name) for name in SecretName}
    assert desk.known.replaces
    assert capsys.readouterr().out.endswith("Whatever had this name before is known no longer.\n")


async def test_an_identity_that_does_not_check_out_is_replaced_only_when_told_so(desk: Desk) -> None:
    desk.identity.mkdir()
    (desk.identity / "identity.json").write_text("{")
    with pytest.raises(Refused, match=r"does not check out.*--replace"):
        await desk.enrols()
    await desk.enrols("--replace")
    assert desk.known.laptop == "Visits 1"


async def test_a_demo_is_enrolled_by_a_demos_service_only(desk: Desk) -> None:
    desk.service.use = Use.LIVE
    with pytest.raises(Refused, match="only a demo's service"):
        await desk.enrols()
    assert find_identity(desk.identity) is None


@pytest.mark.parametrize("code", ["", "1234", "U" * 36, "not a code"])
async def test_what_is_no_code_is_sent_nowhere(desk: Desk, code: str) -> None:
    with pytest.raises(Refused, match="no enrolment code"):
        await desk.enrols(code=code or " ")
    assert desk.service.asked == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://", "https://a/b", "https://u@a", "visits.example"])
def test_an_address_is_https_and_no_more(tmp_path: Path, url: str) -> None:
    with pytest.raises(Refused, match="https://NAME:PORT and no more"):
        enrol.main(["--service", url, "--code", "x", "--vault", str(tmp_path)])


class Broken(FakeVault):
    """Takes so many secrets and then no more: the power is cut."""

    def __init__(self, takes: int) -> None:
        super().__init__()
        self._takes = takes

    def write(self, name: SecretName, secret: str) -> None:
        if len(self.secrets) == self._takes:
            raise Unavailable("cut off")
        super().write(name, secret)


@pytest.mark.parametrize("takes", range(3))
async def test_cut_off_half_way_it_is_not_enrolled_and_can_be_again(desk: Desk, takes: int) -> None:
    await desk.enrols()
    with pytest.raises(Unavailable, match=r"^cut off\. This laptop is not enrolled\..*ask for a new code\.$"):
        enrol.keep(desk.identity, Broken(takes), NewKeys.made(), desk.known, "certificate")
    assert find_identity(desk.identity) is None
    await desk.enrols()
    assert desk.known.laptop == "Visits 1"


@pytest.mark.parametrize("what", ["identity", "vault"])
async def test_what_cannot_be_written_is_said_before_the_code_is_spent(desk: Desk, what: str) -> None:
    {"identity": desk.identity, "vault": desk.vault}[what].write_text("")
    with pytest.raises(Unavailable, match="cannot be written"):
        await desk.enrols()
    assert desk.service.asked == []
