"""The real guard, but for one number: a played shell may be late in shutting its devices, as a test may be stalled.

Nothing starts a played shell again once the guard has cut its line. The product has no such door.
"""

from dataclasses import replace
from datetime import timedelta
from unittest import mock

from kiosk import guard, guarded_day
from kiosk.lockdown.device_gate import DeviceGate, Outside, Trail
from kiosk.lockdown.recorded_nodes import Nodes
from kiosk.policy.numbers import Numbers

SHUT_WITHIN = timedelta(seconds=20)


def _patient(numbers: Numbers, trail: Trail, outside: Outside, nodes: Nodes | None = None) -> DeviceGate:
    return DeviceGate(replace(numbers, shut_within=SHUT_WITHIN), trail, outside, nodes)


PATIENCE = mock.patch.object(guarded_day, "DeviceGate", _patient)

if __name__ == "__main__":
    with PATIENCE:
        guard.main()
