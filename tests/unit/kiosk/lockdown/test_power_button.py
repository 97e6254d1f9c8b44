"""The power button: found by what the kernel says, heard at each press, and never mistaken for another key."""

import asyncio
import os
from pathlib import Path

from kiosk.lockdown.power_button import EV_KEY, EVENT, KEY_POWER, PowerButton, power_devices


def event(kind: int = EV_KEY, code: int = KEY_POWER, value: int = 1) -> bytes:
    return EVENT.pack(0, 0, kind, code, value)


def device(folder: Path, name: str, keys: str) -> None:
    capabilities = folder / name / "device" / "capabilities"
    capabilities.mkdir(parents=True)
    (capabilities / "key").write_text(keys + "\n")


def test_only_devices_with_a_power_key_are_read(tmp_path: Path) -> None:
    device(tmp_path, "event0", "10000000000000 0")  # a power button: bit 116
    device(tmp_path, "event1", "70000 0 0 0 0")  # a mouse
    (tmp_path / "event2").mkdir()  # gone while we look
    assert list(power_devices(tmp_path, Path("/dev/input"))) == [Path("/dev/input/event0")]


async def test_each_press_is_heard_and_nothing_else(tmp_path: Path) -> None:
    pipe = tmp_path / "event0"
    os.mkfifo(pipe)
    presses = 0
    heard = asyncio.Event()

    def pressed() -> None:
        nonlocal presses
        presses += 1
        if presses == 2:
            heard.set()

    button = PowerButton(pressed)
    button.listen(iter([pipe, tmp_path / "missing"]))
    with pipe.open("wb", buffering=0) as kernel:
        kernel.write(event(value=0) + event(code=30) + event(kind=0) + event() + event(value=2) + event())
        await asyncio.wait_for(heard.wait(), 5)
    button.close()
    button.close()
    assert presses == 2


async def test_a_device_that_goes_away_is_let_go(tmp_path: Path) -> None:
    pipe = tmp_path / "event0"
    os.mkfifo(pipe)
    button = PowerButton(lambda: None)
    button.listen(iter([pipe]))
    pipe.open("wb").close()
    for _ in range(3):  # turns of the loop: the first sees the end of the file
        await asyncio.sleep(0)
    assert not button._open
    button.close()


async def test_a_button_that_comes_later_is_heard_and_one_that_is_heard_is_not_opened_twice(tmp_path: Path) -> None:
    """The driver of the button is loaded while the machine starts, and the guard may be there before it."""
    pipe, heard = tmp_path / "event0", asyncio.Event()
    button = PowerButton(heard.set)
    button.listen(iter([pipe]))
    os.mkfifo(pipe)
    button.listen(iter([pipe]))
    button.listen(iter([pipe]))
    assert len(button._open) == 1
    with pipe.open("wb", buffering=0) as kernel:
        kernel.write(event())
        await asyncio.wait_for(heard.wait(), 5)
    button.close()
