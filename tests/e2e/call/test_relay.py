"""A whole call through a real coturn, as `visits serve --turn` sets it up: the laptop through it alone."""

from pathlib import Path

from tests.e2e.call.stage import call_under_way
from tests.e2e.kit.family import Family
from tests.e2e.kit.house import House
from tests.e2e.kit.process import Process
from tests.e2e.kit.screen import Screen
from tests.fakes.eventually import eventually

PORT = 14_781  # no other program is given it by chance
SECRET = "a secret of the service and its relay"


async def test_a_call_through_the_relay_alone(house: House, people: Family, screen: Screen, tmp_path: Path) -> None:
    secret, conf = tmp_path / "turn.secret", tmp_path / "turnserver.conf"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    conf.write_text(
        f"listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nlistening-port={PORT}\nuse-auth-secret\nrealm=visits\n"
        f"static-auth-secret={SECRET}\nno-tls\nno-dtls\nno-cli\nallow-loopback-peers\nverbose\nlog-file=stdout\n"
        f"pidfile={tmp_path}/turn.pid\n"
    )
    house.serve_with = ("--turn", f"127.0.0.1:{PORT}", "--turn-secret-file", str(secret))
    relay = await Process.start(tmp_path / "turn.log", "/usr/bin/turnserver", "-c", str(conf))
    try:
        await eventually(lambda: f"127.0.0.1:{PORT}" in relay.log, 30, "coturn listens")
        booked = await call_under_way(house, people, screen)
        bound = ":laptop-1>: incoming packet CHANNEL_BIND processed, success"
        await eventually(lambda: bound in relay.log, 20, lambda: f"the laptop's media; {relay.log[-3000:]}")
        await eventually(lambda: f":{booked.booking_id}" in relay.log, 20, lambda: f"the family; {relay.log[-3000:]}")
        await people.leaves()
        assert (await house.ended(booked, 30))[2] > 0
    finally:
        await relay.stop()
