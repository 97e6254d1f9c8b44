"""Something else answers at the service's address; the laptop says what it is, tells it nothing, and comes back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.kit.house import House
from tests.e2e.trust.imposters import answering, speaking_tls_1_2
from tests.e2e.trust.keys import authority, listener, shows
from tests.e2e.trust.laptop import Laptop
from visits.keys.authority import Authority

pytestmark = pytest.mark.attack("rogue-service", tier="U")


async def test_each_stranger_has_its_sentence_and_is_told_nothing(house: House, laptop: Laptop, tmp_path: Path) -> None:
    await laptop.enrols()
    await laptop.starts()
    await laptop.is_well()
    ours, other = authority(house.keys), Authority.made("visits at 127.0.0.1", datetime.now(UTC))
    assert house.service is not None
    await house.service.stop()
    port = int(house.laptop_url.rpartition(":")[2])
    for fault, file in (
        ("not_the_service", shows(other, tmp_path, "127.0.0.1")),
        ("service_expired", shows(ours, tmp_path, days_ago=2)),
        ("service_misnamed", shows(ours, tmp_path, "visits.example")),
    ):
        async with answering(port, listener(file)) as told:
            await laptop.says(fault)
        assert told == []
    async with answering(port, None) as told:
        await laptop.says("service_plain")
    assert b"HTTP" not in b"".join(told)
    async with speaking_tls_1_2(port, shows(ours, tmp_path)):
        await laptop.says("service_old_tls")
    await house.start_service()
    await laptop.is_well()
