"""Finding and naming customers: by handle, by phone; remarks of a promoter and of the shop."""

from __future__ import annotations

import pytest

from engine import SYSTEM
from engine.people import accounts
from engine.people.names import LONGEST_REMARK, BadRemark
from engine.programme.promoters import NotAPromoter
from engine.referrals import customers as room
from engine.referrals.customers import HANDLE_LENGTH, NoSuchCustomer, SeveralCustomers, handle_of
from engine.referrals.moving import How
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


def people(shop: World, rows: tuple[room.CustomerRow, ...]) -> list[str]:
    names = {shop.person(name): name for name in ("carol", "mallory", "erin", "alice", "bob", "dave")}
    return [names[row.person] for row in rows]


@pytest.fixture
def three(shop: World) -> World:
    """Carol is bob's, mallory was only given to dave to look after, erin bought and is nobody's; bob is alice's."""
    shop.clock.move(minutes=1)
    shop.visit("carol", "bob")
    shop.pay("carol", 1_000)
    shop.clock.move(minutes=1)
    shop.pay("mallory", 1_000)
    made = shop.boss.moving.propose_assign((shop.person("mallory"),), shop.code("dave"), How.FOLLOW, "分配")
    shop.boss.moving.move(made.code)
    shop.clock.move(minutes=1)
    shop.pay("erin", 1_000)
    return shop


def test_the_merchants_lists_newest_first_page_by_page(three: World) -> None:
    customers = three.boss.customers
    whole = customers.all(None, 8)
    assert people(three, whole) == ["erin", "mallory", "carol", "bob"]
    assert customers.all(None, 1) == whole[:1]
    for number, row in enumerate(whole):
        assert customers.all(row.person, 8) == whole[number + 1 :]
    assert people(three, customers.unowned(None, 8)) == ["erin", "mallory", "bob"]
    assert [(row.holder_code, row.carer.given if row.carer else "") for row in whole] == [
        ("", ""),
        ("", "赵大卫"),
        (three.code("bob"), "李小波"),
        ("", "王爱丽"),
    ]
    with pytest.raises(NoSuchCustomer):
        customers.all(three.person("dave"), 8)


def test_whom_a_promoter_looks_after_is_counted_and_listed(three: World) -> None:
    for name, expected in (("bob", ["carol"]), ("dave", ["mallory"]), ("alice", ["bob"])):
        promoter = three.promoter(name)
        assert people(three, three.boss.customers.of(promoter, None, 8)) == expected
        assert three.boss.customers.count_of(promoter) == len(expected)
        assert three.of(name).referrals.customer_count(promoter) == len(expected)
    assert [three.boss.order_book.count_of(three.person(name)) for name in ("carol", "bob")] == [1, 0]
    assert three.boss.referrals.holder_of(three.person("mallory")) is None
    holder = three.boss.referrals.holder_of(three.person("carol"))
    assert holder is not None
    assert holder.given == "李小波"


def test_a_promoter_opens_his_own_customers_only(three: World) -> None:
    carol = three.person("carol")
    assert three.of("bob").referrals.customer(carol).name.person == carol
    with pytest.raises(NoSuchCustomer):
        three.of("dave").referrals.customer(carol)
    with pytest.raises(NotAPromoter):
        three.of("mallory").referrals.customer(carol)


def test_customers_are_searched_by_remark_name_and_phone(
    three: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    three.boss.customers.remark(three.person("carol"), "王姐 3 楼")
    three.apply("mallory", "13900002222")
    bind(three, "erin", "13900001111")

    def found(words: str, most: int = 8) -> tuple[list[str], bool]:
        looked = three.boss.customers.search(words, most)
        return people(three, looked.rows), looked.all_looked_at

    assert found("王姐") == found(" 王姐 3 楼 ") == (["carol"], True)
    assert found("马洛") == found("2222") == (["mallory"], True)
    assert found("１３９ 0000 1111") == (["erin"], True)
    assert found(handle_of(three.person("erin"))) == (["erin"], True)
    three.bind("carol", "13900003333")
    assert found("3333") == (["carol"], True)
    assert found("谁") == found("") == ([], True)
    three.boss.customers.remark(three.person("mallory"), "王哥")
    assert found("王") == (["mallory", "carol"], True)
    assert found("王", 1) == (["mallory"], True)
    monkeypatch.setattr(room, "MOST_SEARCHED", 1)
    assert found("王") == (["mallory"], False)


def test_a_remark_is_the_observers_own_and_is_taken_away_by_no_words(three: World) -> None:
    carol = three.person("carol")

    def called(name: str) -> str:
        return three.of(name).contacts.name(carol).remark

    three.boss.customers.remark(carol, " 王姐  3 楼 ")
    assert (called("老板"), called("bob"), called("carol")) == ("王姐 3 楼", "", "")
    three.of("bob").referrals.remark(carol, "我的老同学")
    assert (called("老板"), called("bob")) == ("王姐 3 楼", "我的老同学")
    three.of("bob").referrals.remark(carol, "")
    three.boss.customers.remark(carol, "  ")
    assert (called("老板"), called("bob")) == ("", "")
    with pytest.raises(BadRemark) as refused:
        three.boss.customers.remark(carol, "字" * (LONGEST_REMARK + 1))
    assert refused.value.longest == LONGEST_REMARK
    with pytest.raises(NoSuchCustomer):
        three.boss.customers.remark(three.person("dave"), "王姐")
