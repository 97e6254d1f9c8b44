"""An image's bill of materials names Debian's packages and the locked wheels, each as a package URL."""

from pathlib import Path

from installer.image.sbom import bill

LOCK = Path(__file__).parents[3] / "requirements-laptop.lock"


def test_each_package_of_debian_and_each_wheel_is_in_it() -> None:
    told = bill("libc6 2.41-12\ntzdata 2026a-0+deb13u1\n", "av==18.0.0 \\\n    --hash=sha256:00\n", "0.1.0.9")
    assert told["components"] == [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": purl,
            "bom-ref": purl,
        }
        for name, version, purl in (
            ("libc6", "2.41-12", "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=trixie"),
            ("tzdata", "2026a-0+deb13u1", "pkg:deb/debian/tzdata@2026a-0%2Bdeb13u1?arch=amd64&distro=trixie"),
            ("av", "18.0.0", "pkg:pypi/av@18.0.0"),
        )
    ]


def test_the_laptops_own_lock_is_read_whole() -> None:
    told = bill("", LOCK.read_text(), "0.1.0.9")["components"]
    assert isinstance(told, list)
    assert len(told) == LOCK.read_text().count("==")
