"""The signed report: whose it is, and what is refused of it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from kiosk.acceptance.report import KIND, LONGEST_BYTES, readable, report_in, signed
from kiosk.acceptance.tpm import COMMAND, public_in
from kiosk.errors import Untrusted
from tests.fakes.accepted import REPORT
from tests.fakes.certificates import Authority, pem_of

KEY = generate_private_key(SECP256R1())


@pytest.fixture
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    authority = Authority(tmp_path_factory.mktemp("authority"), "ours")
    return signed(REPORT, pem_of(KEY), authority.laptop(KEY.public_key()))


def test_the_laptops_own_report_is_read(text: str) -> None:
    assert report_in(text + "\n", KEY.public_key()) == REPORT
    assert '"laptop": "Visits 1"' in readable(REPORT)


def test_a_report_by_another_key_is_none_of_this_laptop(text: str) -> None:
    with pytest.raises(Untrusted, match="not signed by this laptop's key"):
        report_in(text, generate_private_key(SECP256R1()).public_key())


def test_one_changed_letter_is_seen(text: str) -> None:
    head, payload, signature = text.split(".")
    with pytest.raises(Untrusted, match="not signed"):
        report_in(f"{head}.{payload[:-2]}AA.{signature}", KEY.public_key())


@pytest.mark.parametrize("text", ["", "a.b.c", "x" * (LONGEST_BYTES + 1), "é"])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(Untrusted):
        report_in(text, KEY.public_key())


def test_another_document_by_the_same_key_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.acceptance.report.KIND", KIND + "-other")
    with pytest.raises(Untrusted, match="another document"):
        report_in(text, KEY.public_key())


def test_the_chips_command_says_its_own_length() -> None:
    assert int.from_bytes(COMMAND[2:6], "big") == len(COMMAND)


def test_the_chips_answer_is_read_and_anything_else_is_none() -> None:
    public = b"the key"
    answer = b"\x80\x02" + bytes(4) + bytes(4) + bytes(4) + bytes(4) + len(public).to_bytes(2, "big") + public
    assert public_in(answer) is not None
    assert public_in(answer[:6] + b"\0\0\1\1" + answer[10:]) is None
    assert public_in(answer[:-1]) is None
    assert public_in(b"") is None
