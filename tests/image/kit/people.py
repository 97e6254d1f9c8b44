"""The family: a Chromium outside the machine, in the harness's network."""

import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.e2e.kit.clips import write_picture
from tests.e2e.kit.family import Family, family
from tests.image.kit import dilation
from tests.image.kit.network import inside

SMALL: Final = (320, 180, 5)  # pixels, and pictures a second: whoever decodes them is emulated


@asynccontextmanager
async def outside(folder: Path) -> AsyncIterator[Family]:
    """A family whose clip the harness knows again on the machine's screen."""
    clip, browser = folder / "family.y4m", folder / "chromium"
    write_picture(clip, *SMALL)
    browser.write_text(f'#!/bin/sh\nexec {shlex.join([*inside(), *dilation.slowly()])} /usr/bin/chromium "$@"\n')
    browser.chmod(0o755)
    async with family(clip, executable=str(browser)) as people:
        people.has_patience(dilation.ours(20))
        yield people
