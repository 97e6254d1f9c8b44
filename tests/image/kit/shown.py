"""The screen and the keyboard of a machine in QEMU, for the hands and eyes that the tests of the shell have."""

import asyncio
import time
from typing import Final

import cv2
import numpy as np

from tests.e2e.kit.screen import Pixels
from tests.image.kit import dilation
from tests.image.kit.vm import Vm

CODES: Final = {"Return": "ret", "space": "spc", "Tab": "tab", "Left": "left", "Right": "right", "End": "end"}
BETWEEN_S: Final = 0.2  # a key is up before the next goes down
BETWEEN_PICTURES_S: Final = 1.0


class Shown:
    """Fits `tests.e2e.kit.screen.Seen`. The agent is not asked: it is the product alone that answers to keys."""

    patience_s = 600.0

    def __init__(self, vm: Vm) -> None:
        self._vm = vm
        self._last = np.zeros((1, 1, 3), np.uint8)
        self._next_s = 0.0

    def picture(self) -> Pixels:
        """What is on the screen now, or was a moment ago: the machine stands still while QEMU takes its picture."""
        if time.monotonic() >= self._next_s:
            found = cv2.imread(str(self._vm.picture("shown")), cv2.IMREAD_COLOR)
            assert found is not None
            self._last = np.ascontiguousarray(found[:, :, ::-1]).astype(np.uint8)
            self._next_s = time.monotonic() + BETWEEN_PICTURES_S
        return self._last

    async def press(self, *keys: str) -> None:
        """Keys, one after another, by their X names."""
        for key in keys:
            *held, last = key.split("+")
            self._vm.press(*held, CODES.get(last, last))
            await asyncio.sleep(dilation.ours(BETWEEN_S))
        self._next_s = 0.0
