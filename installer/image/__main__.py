"""`python -m installer.image PACKAGES STARTING LOCK VERSION`: prints the image's bill of materials."""

import json
import sys
from pathlib import Path

from installer.image.sbom import bill


def main() -> None:
    """Print it."""
    *files, version = sys.argv[1:]
    packages, starting, lock = (Path(file).read_text() for file in files)
    sys.stdout.write(json.dumps(bill(packages, starting, lock, version), indent=1) + "\n")


if __name__ == "__main__":
    main()
