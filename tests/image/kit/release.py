"""The release under test and its stick: as `make image` makes them, with the agent riding along beside the root."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.image.kit.package import ROOT, package
from tests.image.kit.vm import in_builder

MAKE_S = 3600
AGENT = "/src/tests/image/agent/make"
KEYS = "/cache/test-keys"
NEWER_ROOT = "/cache/newer"
MADE_AT = "SOURCE_DATE_EPOCH=1700000000"
ANOTHER_VERSION = """
rm -rf "$2" && cp -al "$1" "$2"
sed -i "s/^IMAGE_VERSION=.*/IMAGE_VERSION=$3/" "$2/usr/lib/os-release"
"""


@cache
def release() -> Path:
    """Its folder. VISIT_IMAGE names one that was made before."""
    if given := os.environ.get("VISIT_IMAGE"):
        return Path(given)
    deb = package()
    version = deb.name.split("_")[1]
    out = ROOT / "build" / "image-test"
    made = out / "made"
    if not made.exists() or made.read_text() != version:
        made.unlink(missing_ok=True)
        env = {**os.environ, "RIDES_ALONG": AGENT}
        subprocess.run(["installer/image/build", deb, version, out], cwd=ROOT, env=env, check=True, timeout=MAKE_S)
        made.write_text(version)
    return out


def version() -> str:
    """Of the release under test."""
    said = (release() / "release" / "manifest.jws").read_text().split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))["version"])


def newer(name: str, units: Mapping[str, str]) -> Path:
    """The folder of a release of the same root under a higher version; `units` ride along, by their paths."""
    out, newer_version = ROOT / "build" / "image-test" / name, f"{version()}.1"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    places = _places()
    in_builder(out, "sh", "-euc", ANOTHER_VERSION, "-", "/cache/root", NEWER_ROOT, newer_version)
    in_builder(out, AGENT, places[1], "/out/more")
    for path, text in units.items():
        (out / "more/systemd/system" / path).parent.mkdir(parents=True, exist_ok=True)
        (out / "more/systemd/system" / path).write_text(text)
    in_builder(out, "/usr/bin/env", MADE_AT, "/src/installer/image/seal", *places, KEYS, newer_version, "/out")
    key = Path(os.environ.get("VISIT_CACHE", Path.home() / ".cache/visit-laptop")) / "test-keys/release.key"
    subprocess.run(
        [sys.executable, "-m", "installer.release", "sign", out / "release", "--version", newer_version, "--root-hash",
         (out / "root.hash").read_text().strip(), "--key", key], cwd=ROOT, check=True,
    )  # fmt: skip
    return out / "release"


def update_stick(name: str) -> Path:
    """A stick that updates to a release of the same root under a higher version, and installs nothing."""
    out = newer(name, {}).parent
    make = "/src/installer/stick/make"
    in_builder(out, "/usr/bin/env", MADE_AT, make, *_places(), KEYS, "/out", "/out/stick.raw")
    (out / "update-only").touch()
    in_builder(out, "mcopy", "-i", "/out/stick.raw@@1M", "/out/update-only", "::")
    return out / "stick.raw"


def _places() -> tuple[str, str]:
    """In the builder: the root of the newer release, and the base that both are made from."""
    base = subprocess.run(
        ["installer/image/base", release() / "visit-kiosk.deb"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return NEWER_ROOT, f"/cache/{Path(base.stdout.strip().splitlines()[-1]).name}"
