"""The image is signed by whose keys are given; made twice from one commit, its root is the same to the last byte."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from contract.manifest import keys_in, manifest_in
from tests.image.kit.package import ROOT
from tests.image.kit.release import KEYS, MAKE_S, release, version
from tests.image.kit.vm import in_builder

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(2 * MAKE_S)]
COMMANDS: Final = ROOT / "installer"


def test_with_a_releases_keys_it_is_they_that_sign_and_nothing_rides_along(tmp_path: Path) -> None:
    keys, out = tmp_path / "keys", tmp_path / "out"
    subprocess.run([COMMANDS / "image/keys", keys, "another"], check=True)
    made: list[str] = [
        sys.executable,
        "-m",
        "installer.release",
        "key",
        "--key",
        str(keys / "release.key"),
        "--key-id",
        "another",
    ]
    subprocess.run(made, cwd=ROOT, check=True)
    build = [str(each) for each in (COMMANDS / "image/build", release() / "visit-kiosk.deb", version(), out)]
    env = {**os.environ, "VISIT_KEYS": str(keys)}
    refused = subprocess.run(
        build, cwd=ROOT, env={**env, "RIDES_ALONG": "/src/x"}, capture_output=True, text=True, check=False
    )
    assert (refused.returncode, "rides along" in refused.stderr) == (1, True)
    subprocess.run(build, cwd=ROOT, env=env, check=True, timeout=MAKE_S)
    shutil.copy(keys / "db.crt", out)
    start = "/out/visit-laptop.efi"
    assert "Signature verification OK" in in_builder(out, "sbverify", "--cert", "/out/db.crt", start)
    with pytest.raises(subprocess.CalledProcessError):
        in_builder(out, "sbverify", "--cert", f"{KEYS}/db.crt", start)
    manifest = manifest_in(
        (out / "release/manifest.jws").read_bytes(), keys_in((keys / "release-key.json").read_bytes())
    )
    bill = (out / "sbom.cdx.json").read_bytes()
    assert manifest.files["sbom.cdx.json"].sha256 == hashlib.sha256(bill).hexdigest()


def test_package_and_image_of_one_commit_made_again_have_the_same_root_hash(tmp_path: Path) -> None:
    now = subprocess.run([COMMANDS / "package/version"], check=True, capture_output=True, text=True).stdout.strip()
    if now != version():
        pytest.skip("the image under test is of another commit")
    out = tmp_path / "again"
    subprocess.run([COMMANDS / "package/build", out], cwd=ROOT, check=True, timeout=MAKE_S)
    (deb,) = out.glob("*.deb")
    assert deb.read_bytes() == (release() / "visit-kiosk.deb").read_bytes()
    subprocess.run([COMMANDS / "image/build", deb, now, out], cwd=ROOT, check=True, timeout=MAKE_S)
    assert (out / "root.hash").read_text() == (release() / "root.hash").read_text()
