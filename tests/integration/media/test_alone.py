"""A machine whose only address is 127.0.0.1 can still show a call with itself."""

import asyncio
import subprocess
import sys

import pytest

OWN_NETWORK = ("unshare", "--map-root-user", "--net")
MAY_HAVE_ONE = subprocess.run([*OWN_NETWORK, "true"], check=False, capture_output=True).returncode == 0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MAY_HAVE_ONE, reason="this machine allows no network namespaces"),
]


async def test_a_machine_that_is_alone_can_call_itself() -> None:
    script = f"ip link set lo up && exec {sys.executable} -m tests.integration.media.alone"
    process = await asyncio.create_subprocess_exec(*OWN_NETWORK, "sh", "-c", script)
    async with asyncio.timeout(40):
        assert await process.wait() == 0
