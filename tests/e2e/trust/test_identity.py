"""The life of an identity: enrolled, renewed by itself, revoked while connected, and given anew."""

import sqlite3

import pytest

from kiosk.lockdown.identity_file import read_certificate
from tests.e2e.kit.house import House
from tests.e2e.trust.laptop import WITHIN_S, Laptop
from tests.fakes.eventually import eventually


def standing(house: House) -> list[str]:
    """The serial numbers of the certificates that count, in the order of issue."""
    with sqlite3.connect(f"file:{house.database}?mode=ro", uri=True) as database:
        rows = database.execute("select serial from certificates where ended_at is null order by id").fetchall()
    return [str(serial) for (serial,) in rows]


async def test_a_laptop_that_is_not_enrolled_says_so_and_is_well_once_it_is(house: House, laptop: Laptop) -> None:
    await laptop.starts()
    await laptop.says("not_enrolled")
    await laptop.stops()
    assert await laptop.enrols() == f"This laptop is now {house.laptop} of HMP Cwm Dŵr.\n"
    await laptop.starts()
    await laptop.is_well()
    (enrolled,) = laptop.trail("enrolled")
    assert (enrolled["data"]["laptop"], enrolled["data"]["serial"]) == (house.laptop, standing(house)[0])


async def test_a_certificate_renews_itself_and_the_next_connection_shows_the_new_one(
    house: House, laptop: Laptop
) -> None:
    await laptop.enrols()
    laptop.ages(days=40)
    before, (first,) = read_certificate(laptop.identity), standing(house)
    await laptop.starts()
    await laptop.is_well()
    renewed = await eventually(
        lambda: laptop.trail("certificate_renewed"), WITHIN_S, lambda: f"renewed; {laptop.logs()}"
    )
    assert read_certificate(laptop.identity) != before
    assert standing(house) == [first, renewed[0]["data"]["serial"]]
    assert house.service is not None
    await house.service.stop()
    await house.start_service()
    await eventually(
        lambda: standing(house) == [renewed[0]["data"]["serial"]],
        WITHIN_S,
        lambda: f"the first has ended; {laptop.logs()}",
    )
    await laptop.is_well()
    assert len(laptop.trail("enrolled")) == 1


@pytest.mark.attack("laptop-revoked", tier="U")
async def test_revoked_while_connected_it_is_out_at_once_and_can_be_enrolled_again(
    house: House, laptop: Laptop
) -> None:
    await laptop.enrols()
    await laptop.starts()
    await laptop.is_well()
    await house.visits("laptop", "revoke", house.laptop)
    await laptop.says("not_known")
    await laptop.stops()
    with pytest.raises(AssertionError, match="already enrolled"):
        await laptop.enrols()
    await laptop.enrols("--replace")
    await laptop.starts()
    await laptop.is_well()
    assert len(laptop.trail("enrolled")) == 2
    assert len(standing(house)) == 1


async def test_a_certificate_that_has_expired_says_so(house: House, laptop: Laptop) -> None:
    await laptop.enrols()
    laptop.ages(days=200, left=-1)
    await laptop.starts()
    await laptop.says("certificate_expired")
