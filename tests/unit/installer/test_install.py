"""The whole installation on a laptop made of files: what it leaves, and what a power cut anywhere does to it."""

from pathlib import Path

import pytest
from cryptography import x509

from installer.station.install import Ended
from kiosk.acceptance.report import PLACE, report_in
from tests.fakes.bench import SERIAL, VERSION, OnTheBench

TEN = (3, 8, 13, 20, 24, 28, 33, 38, 44, 50)


@pytest.fixture
def bench(tmp_path: Path) -> OnTheBench:
    return OnTheBench(tmp_path)


def test_a_bare_laptop_becomes_an_accepted_one_in_two_starts(bench: OnTheBench) -> None:
    assert bench.run() is Ended.STARTS_AGAIN
    assert bench.laptop.starts == "old"
    bench.laptop.starts_again()
    assert bench.run() is Ended.ACCEPTED
    assert bench.laptop.starts == "ours"
    assert "ACCEPTED" in bench.last_words


def test_the_report_is_signed_by_the_laptops_own_key_and_lies_on_it_and_on_the_stick(bench: OnTheBench) -> None:
    assert bench.installed() is Ended.ACCEPTED
    var = bench.laptop.path("/parts/6")
    text = (var / PLACE.removeprefix("/var/")).read_text()
    certificate = (var / "lib/visit-kiosk/identity/certificate.pem").read_bytes()
    report = report_in(text, x509.load_pem_x509_certificate(certificate).public_key())
    assert (report.laptop, report.facts.hardware.serial, report.facts.image.version) == ("Visits 1", SERIAL, VERSION)
    assert report.facts.secure_boot_on
    assert set(report.facts.secure_boot) == {"PK", "KEK", "db"}
    assert [each.port for each in report.facts.usb] == ["1-4", "usb1"]
    assert report.facts.network == "wired, DHCP"
    assert text == (bench.stick / f"acceptance-{SERIAL}.jws").read_text()
    assert (bench.stick / f"acceptance-{SERIAL}.pdf").read_bytes().startswith(b"%PDF")


def test_nothing_but_the_tpm_opens_var_in_the_end(bench: OnTheBench) -> None:
    bench.installed()
    assert bench.laptop.kept.luks == ["tpm2"]
    assert not bench.laptop.path("/run/visit-install/first.key").exists()


def test_the_installer_lets_go_of_everything(bench: OnTheBench) -> None:
    bench.installed()
    assert bench.laptop._mounted() == []
    assert bench.laptop.ran[-1][:2] == ("/usr/bin/systemd-cryptsetup", "detach")


def actions_of(bench: OnTheBench) -> int:
    """How many things an installation does with Secure Boot on."""
    bench.run()
    bench.laptop.starts_again()
    assert bench.run() is Ended.ACCEPTED
    return bench.laptop.actions


def cut_and_again(bench: OnTheBench, at: int) -> None:
    bench.run()
    bench.laptop.starts_again()
    bench.laptop.cut_at = at
    was_cut = bench.run() is None
    bench.laptop.starts_again()
    if bench.laptop.starts == "ours":
        assert bench.laptop.kept.luks == ["tpm2"]
        assert bench.laptop.path(f"/parts/6/{PLACE.removeprefix('/var/')}").exists()
    assert was_cut
    assert bench.installed() is Ended.ACCEPTED
    assert bench.laptop.starts == "ours"


@pytest.mark.slow
@pytest.mark.parametrize("at", TEN)
def test_the_power_cut_at_ten_points_leaves_a_laptop_that_starts_or_one_that_is_installed_again(
    bench: OnTheBench, at: int
) -> None:
    cut_and_again(bench, at)


@pytest.mark.slow
def test_the_power_cut_at_any_point_does(tmp_path: Path) -> None:
    (tmp_path / "count").mkdir()
    last = actions_of(OnTheBench(tmp_path / "count"))
    assert last > max(TEN)
    for at in range(1, last + 1):
        (folder := tmp_path / str(at)).mkdir()
        cut_and_again(OnTheBench(folder), at)


@pytest.mark.slow
@pytest.mark.parametrize("at", range(1, 14))
def test_the_power_cut_while_the_keys_are_set_does_too(bench: OnTheBench, at: int) -> None:
    bench.laptop.cut_at = at
    bench.run()
    bench.laptop.starts_again()
    assert bench.laptop.starts == "old"
    assert bench.installed() is Ended.ACCEPTED


def test_a_laptop_that_comes_back_is_wiped_and_made_anew(bench: OnTheBench) -> None:
    bench.installed()
    bench.laptop.starts_again()
    left = bench.laptop.path("/parts/6/lib/visit-kiosk/officers.json")
    left.write_text("left by a former life")
    assert bench.run() is Ended.ACCEPTED
    assert not left.exists()
