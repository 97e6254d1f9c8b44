"""Makes what the tests of the image begin with, so that it can be made beside something else."""

import sys

from tests.image.kit import stock
from tests.image.kit.release import release


def main() -> None:
    """The release, and the desktop on which its package is installed."""
    sys.stdout.write(f"The release to be tested is in {release()}, the stock desktop in {stock.base()}.\n")


if __name__ == "__main__":
    main()
