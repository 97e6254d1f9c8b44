"""`visits ca relay`, as it is typed, and what `visits serve` says of certificates when it starts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from visits.cli.command import run
from visits.cli.serving import look_at_certificates
from visits.keys.folder import default_folder, relay_due


def test_a_relays_certificate_says_its_last_day_and_is_warned_of_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "visits.db"
    where = ("--db", str(database), "--host", "192.0.2.20")
    assert run(["ca", "init", *where, "--use", "demo"]) == 0
    capsys.readouterr()
    assert run(["ca", "relay", *where]) == 0
    folder, now = default_folder(database), datetime.now(UTC)
    last_day = f"{relay_due(folder, now + timedelta(days=397)):%Y-%m-%d}"
    assert capsys.readouterr().out.startswith(f"The relay has a certificate until {last_day}; nothing renews it")
    look_at_certificates(folder, now)
    assert caplog.messages == []
    look_at_certificates(folder, now + timedelta(days=350))
    assert f"the relay's certificate ends on {last_day}: make another with `visits ca relay`" in caplog.messages
