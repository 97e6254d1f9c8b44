"""The demo's policy is the example, for today, for the demo's establishment."""

from datetime import UTC, datetime

from contract.policy import policy_in
from contract.words import Use
from demo.policy import policy_of_today
from kiosk.policy.numbers import Numbers
from kiosk.policy_numbers import numbers_of

NOW = datetime(2031, 2, 3, 4, 5, tzinfo=UTC)


def test_it_is_valid_today_and_has_every_default() -> None:
    policy = policy_in(policy_of_today(NOW))
    assert policy.valid_from < NOW < policy.valid_until
    assert (policy.establishment, policy.use, policy.call.recorded) == ("HMP Cwm Dŵr", Use.DEMO, False)
    assert numbers_of(policy) == Numbers()
