"""The release under test and its stick: as `make image` makes them, with the agent riding along beside the root."""

import os
import subprocess
from functools import cache
from pathlib import Path

from tests.image.kit.package import ROOT, package

MAKE_S = 3600
AGENT = "/src/tests/image/agent/make"


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
