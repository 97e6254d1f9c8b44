"""`python -m installer.image PACKAGES LOCK VERSION`: prints the image's bill of materials."""

import json
import sys
from pathlib import Path

from installer.image.sbom import bill


def main() -> None:
    """Print it."""
    packages, lock, version = sys.argv[1:]
    sys.stdout.write(json.dumps(bill(Path(packages).read_text(), Path(lock).read_text(), version), indent=1) + "\n")


if __name__ == "__main__":
    main()
