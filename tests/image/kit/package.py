"""The Debian package under test: what `make deb` left in build/deb, or made now. It changes nothing else."""

import os
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
MAKE_S = 1800


@cache
def package() -> Path:
    """The file. VISIT_DEB names another one."""
    if given := os.environ.get("VISIT_DEB"):
        return Path(given)
    version = subprocess.run(["installer/package/version"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    built = ROOT / "build" / "deb" / f"visit-kiosk_{version.strip()}_amd64.deb"
    if not built.exists():
        subprocess.run(["installer/package/build"], cwd=ROOT, check=True, timeout=MAKE_S)
    return built
