"""What the Debian package is made from: its lock is part of the project's, and every unit and setting is in it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = (ROOT / "installer" / "debian" / "rules").read_text()
CONTROL = (ROOT / "installer" / "debian" / "control").read_text()


def pinned(name: str) -> dict[str, set[str]]:
    """The hashes of each `package==version` of a lock file."""
    found = {}
    for entry in re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text().strip()):
        package, _, rest = entry.partition(" ")
        found[package] = set(re.findall(r"sha256:([0-9a-f]{64})", rest))
    return found


def test_the_laptops_lock_is_a_part_of_the_projects() -> None:
    whole, laptop = pinned("requirements.lock"), pinned("requirements-laptop.lock")
    assert len(laptop) > 30
    assert {package for package in laptop if package not in whole} == set()
    assert {package for package, hashes in laptop.items() if not hashes or not hashes <= whole[package]} == set()


def test_the_laptops_lock_has_no_address_and_nothing_of_the_service_or_the_tests() -> None:
    lock = (ROOT / "requirements-laptop.lock").read_text()
    assert "://" not in lock
    for name in ("fastapi", "sqlalchemy", "uvicorn", "pytest", "playwright", "ruff"):
        assert f"{name}==" not in lock


def test_every_unit_is_installed_and_none_is_enabled() -> None:
    assert "/usr/lib/systemd/system installer/units/*" in RULES
    assert "override_dh_installsystemd:\n\n" in RULES
    scripts = [path.read_text() for path in (ROOT / "installer" / "debian").glob("*.p*")]
    assert not [text for text in scripts if "systemctl" in text or "deb-systemd-helper" in text]


def test_what_only_an_image_wants_stands_apart() -> None:
    assert "cp -R --no-dereference installer/etc/. $(IMAGE)/etc" in RULES
    assert not re.search(r"\$\(ROOT\)/etc", RULES)


def test_it_carries_neither_the_service_nor_the_demo() -> None:
    copied = re.search(r"cp -R (.*) \"\$site\"", (ROOT / "installer" / "package" / "venv").read_text())
    assert copied
    assert copied[1].split() == ["kiosk", "contract", "assets"]


def test_it_depends_on_the_one_python_that_its_packages_are_for() -> None:
    assert "python3 (>= 3.13), python3 (<< 3.14)" in CONTROL


def test_each_profile_of_apparmor_is_that_of_a_unit_and_holds_nobody_else() -> None:
    etc = ROOT / "installer" / "etc"
    profiles = {path.name for path in (etc / "apparmor.d").iterdir()}
    assert profiles
    for name in profiles:
        profile = (etc / "apparmor.d" / name).read_text()
        assert f"\nprofile {name} flags=(attach_disconnected) {{" in profile  # by name: attached to no path; enforced
        drop_in = (etc / "systemd" / "system" / f"{name}.service.d" / "apparmor.conf").read_text()
        assert f"\nAppArmorProfile={name}\n" in drop_in  # it does not start without
