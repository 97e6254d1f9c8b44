"""The real shell, not confined, known by what the first line of standard input says; no program of the product.

`python -m tests.integration.media.shell_process --guard SOCKET` then runs until it is told to stop.
"""

import json
import sys

from kiosk.app import run
from kiosk.certificates import Credentials

if __name__ == "__main__":
    known_by = Credentials(**json.loads(sys.stdin.readline()))
    run([*sys.argv[1:], "--identity", "/nonexistent", "--windowed"], credentials=known_by)
