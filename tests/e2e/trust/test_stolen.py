"""A laptop's identity in other hands: without its keys it is of no use, and with them two cannot be one."""

import pytest

from kiosk.lockdown.new_keys import NewKeys
from kiosk.lockdown.vault import open_vault
from tests.e2e.kit.house import House
from tests.e2e.trust.laptop import Laptop

pytestmark = pytest.mark.attack("stolen-certificate", tier="U")


async def test_a_stolen_certificate_is_of_no_use_without_its_key(house: House, laptop: Laptop, thief: Laptop) -> None:
    await laptop.enrols()
    laptop.is_copied_to(thief, with_its_keys=False)
    await thief.starts()
    await thief.says("certificate_unusable")
    await thief.stops()
    NewKeys.made().keep(open_vault(on_laptop=False, folder=thief.vault))
    await thief.starts()
    await thief.says("certificate_unusable")
    assert "is connected" not in house.service_says()


async def test_with_its_keys_too_the_second_is_told_and_the_first_goes_on(
    house: House, laptop: Laptop, thief: Laptop
) -> None:
    await laptop.enrols()
    laptop.is_copied_to(thief, with_its_keys=True)
    await laptop.starts()
    await laptop.is_well()
    await thief.starts()
    await thief.says("identity_in_use")
    await laptop.is_well()
    await house.visits("laptop", "revoke", house.laptop)
    for each in (laptop, thief):
        await each.says("not_known")
