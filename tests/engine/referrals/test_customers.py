"""Finding and naming customers: by handle, by phone; remarks of a promoter and of the shop."""

from __future__ import annotations

import pytest

from engine import SYSTEM
from engine.people import accounts
from engine.referrals.customers import HANDLE_LENGTH, NoSuchCustomer, SeveralCustomers, handle_of
from tests.engine.world import World


def bind(shop: World, name: str, phone: str) -> None:
    person = shop.person(name)
    shop.engine.store.write(shop.shop, SYSTEM, lambda tx: accounts.replace_phone(tx, person, phone))


def test_a_customer_is_found_by_his_handle_and_by_his_phone(shop: World) -> None:
    carol = shop.person("carol")
    handle = handle_of(carol)
    assert len(handle) == HANDLE_LENGTH
    find = shop.boss.referrals.find_customer
    assert find(handle) == find(handle.upper()) == find(f" {handle} ") == carol
    bind(shop, "carol", "13900001111")
    assert find("13900001111") == find("１３９ 0000 1111") == carol


@pytest.mark.parametrize("typed", ["", "zzzzzzzz", "zzzz", "13900009999", "pe_", "%%%%%%%%", "1390000"])
def test_nobody_is_known_by_it(shop: World, typed: str) -> None:
    with pytest.raises(NoSuchCustomer):
        shop.boss.referrals.find_customer(typed)


def test_a_phone_of_two_people_names_nobody(shop: World) -> None:
    bind(shop, "carol", "13900001111")
    bind(shop, "mallory", "13900001111")
    with pytest.raises(SeveralCustomers) as several:
        shop.boss.referrals.find_customer("13900001111")
    assert several.value.count == 2
