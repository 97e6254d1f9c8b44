"""The stick's first Python: the station's own code rides in /run, and the rest is the laptop's. It decides nothing."""

import sys

sys.path.append("/run/station")

from installer.station.__main__ import main  # noqa: E402

main()
