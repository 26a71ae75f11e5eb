"""Forgetting: nothing of a person is found afterwards in any table, his money and his lock are."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select

from engine import SYSTEM
from engine.ids import PersonId
from engine.money import Money
from engine.payouts.payees import Channel
from engine.payouts.states import OPEN, State
from engine.people import accounts
from engine.people.authority import Role
from engine.people.forgetting import OVER, WITHDRAWN
from engine.programme.recruiting import digest_of
from engine.store.commands import ResultGoneError
from engine.store.tables import commands, identities, metadata, outbox
from tests.engine.world import WECHAT, World

NAME, PHONE = "欧阳明月", "13912345678"
SEALED = {
    "people.profile": "emptied",
    "identities.sealed": "emptied; the digest of the openid stays",
    "remarks.sealed": "the row goes",
    "applications.form": "emptied",
    "withdrawals.payee": "emptied, of an open withdrawal when it ends",
    "payee_pictures.sealed": "the row goes; the copy of an open withdrawal when it ends",
    "poster_wishes.sealed": "emptied; the look that he chose stays",
    "commands.result": "emptied: of his own commands at once, of others' after a day",
}
"""Every sealed column there is, and what becomes of it; a new one needs a decision."""


@pytest.fixture
def bobs(till: World) -> World:
    """bob is 欧阳明月: a promoter with a bound phone, remarks about and by him, and ¥30 available."""
    till.bind("bob", PHONE)
    bob = till.of("bob")
    bob.promoters.rename(NAME)
    till.enrol("service", Role.SERVICE)
    till.visit("bob", "dave")
    till.of("service").customers.remark(till.person("bob"), f"{NAME}本人")
    till.visit("carol", "bob")
    till.of("bob").referrals.remark(till.person("carol"), "爱喝茶的卡罗尔")
    till.earn("bob", 3000)
    return till


def traces(world: World, *wanted: str) -> list[str]:
    """Where one of these words stands: every column of every row of the shop, sealed ones opened."""
    found = []
    with world.reading() as tx:
        account = accounts.account_of(tx)
        for table in metadata.tables.values():
            for row in tx.run(select(table)).mappings():
                if row.get("shop_id", world.shop) != world.shop or row.get("account_id", account) != account:
                    continue
                found += [
                    f"{table.name}.{name}"
                    for name, value in row.items()
                    if any(word in readable(tx.cipher, value) for word in wanted)
                ]
    return found


def readable(cipher: Any, value: object) -> str:
    if isinstance(value, bytes):
        return json.dumps(cipher.open(value), ensure_ascii=False) if value else ""
    return json.dumps(value, ensure_ascii=False, default=str)


def test_every_sealed_column_has_its_decision() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert found == set(SEALED)


def test_the_states_that_need_no_account_are_those_that_are_not_open() -> None:
    assert set(OVER) == {state.value for state in State if state not in OPEN}


def test_before_it_there_is_something_to_find(bobs: World) -> None:
    found = set(traces(bobs, NAME, PHONE, "o_bob"))
    assert {"people.profile", "identities.sealed", "remarks.sealed", "commands.result"} <= found


@pytest.mark.parametrize("how", ["unfollows", "asks"])
def test_nothing_of_a_person_is_found_in_any_table(bobs: World, how: str) -> None:
    bobs.pay_out("bob", 1000)
    desk = bobs.of("bob")
    desk.contacts.unfollow() if how == "unfollows" else desk.forgetting.forget()
    bobs.clock.move(days=1, seconds=1)
    assert bobs.engine.drop_results(bobs.shop) > 0
    assert traces(bobs, NAME, PHONE, "o_bob", "爱喝茶的卡罗尔", WECHAT.account, WECHAT.name) == []


def test_money_lock_and_role_are_there_when_he_returns(bobs: World) -> None:
    person, before, lock = bobs.person("bob"), bobs.balance("bob"), bobs.lock("carol")
    bobs.of("bob").contacts.unfollow()
    again = bobs.engine.meet(bobs.shop, "o_bob")
    assert again.person == person
    assert again.promoter
    assert bobs.balance("bob") == before
    assert bobs.lock("carol") == lock
    assert bobs.of("bob").promoters.mine().name.given == ""


def test_who_is_forgotten_cannot_be_written_to_until_he_comes(bobs: World) -> None:
    bobs.of("bob").forgetting.forget()
    assert bobs.engine.openid_of(bobs.shop, bobs.person("bob")) is None
    assert bobs.engine.find(bobs.shop, "o_bob") == bobs.person("bob")
    bobs.engine.meet(bobs.shop, "o_bob")
    assert bobs.engine.openid_of(bobs.shop, bobs.person("bob")) == "o_bob"


def test_his_menu_comes_back_with_him_a_customers_needs_none(bobs: World) -> None:
    def tags(name: str) -> int:
        mine = (outbox.c.kind == "tag") & (outbox.c.person_id == bobs.person(name))
        return len(bobs.rows(select(outbox.c.id).where(mine)))

    for name, more in (("bob", 1), ("service", 1), ("carol", 0)):
        before = tags(name)
        bobs.of(name).forgetting.forget()
        bobs.engine.meet(bobs.shop, f"o_{name}")
        assert tags(name) == before + more, name


def test_a_stranger_who_leaves_is_nobody(shop: World) -> None:
    assert shop.engine.find(shop.shop, "o_nobody") is None


def test_an_open_withdrawal_keeps_its_account_until_it_ends(bobs: World) -> None:
    code = bobs.request("bob", 1000)
    bobs.of("bob").forgetting.forget()
    assert bobs.withdrawal(code).account_tail
    hand = bobs.in_hand(code)
    assert hand.payee == WECHAT
    bobs.boss.withdrawals.mark_paid(hand.code, "PAY123456")
    assert bobs.withdrawal(code).account_tail == ""
    assert bobs.balance("bob").paid_out == Money(1000)


def test_an_account_of_somebody_who_is_here_is_kept_for_the_next_time(bobs: World) -> None:
    bobs.pay_out("bob", 1000)
    assert bobs.of("bob").withdrawals.limits().last == WECHAT


def test_what_he_applied_for_is_closed_with_him(shop: World) -> None:
    agreement = digest_of(shop.of("erin").settings.now().agreement)
    shop.of("erin").recruiting.apply(NAME, PHONE, agreement)
    assert traces(shop, PHONE)
    shop.of("erin").contacts.unfollow()
    assert traces(shop, NAME, PHONE) == []
    assert shop.boss.recruiting.pending(8) == ()
    progress = shop.of("erin").recruiting.progress()
    assert (progress.state, progress.reason) == ("rejected", WITHDRAWN)
    shop.apply("erin")
    assert len(shop.boss.recruiting.pending(8)) == 1


def test_the_owner_hears_of_a_promoter_who_asked_not_of_a_customer(bobs: World) -> None:
    gone = select(outbox.c.person_id, outbox.c.payload).where(
        outbox.c.shop_id == bobs.shop, outbox.c.kind == "gone"
    )
    bobs.of("carol").forgetting.forget()
    assert bobs.rows(gone) == []
    promoter = bobs.promoter("bob")
    bobs.of("bob").forgetting.forget()
    assert [tuple(row) for row in bobs.rows(gone)] == [(bobs.person("老板"), {"promoter": promoter})]


def test_a_name_that_is_taken_back_goes_alone(bobs: World) -> None:
    bobs.of("bob").forgetting.drop_name()
    assert bobs.of("bob").forgetting.held().given == ""
    assert bobs.of("bob").phones.mine() == PHONE[-4:]


def test_done_twice_it_changes_nothing(bobs: World) -> None:
    bobs.of("bob").contacts.unfollow()
    bobs.of("bob").contacts.unfollow()
    assert bobs.engine.openid_of(bobs.shop, bobs.person("bob")) is None


def test_what_was_answered_to_him_is_not_said_again(bobs: World) -> None:
    first = bobs.of("bob", "once")
    first.promoters.rename(NAME)
    bobs.of("bob").forgetting.forget()
    with pytest.raises(ResultGoneError):
        first.promoters.rename(NAME)


def test_the_answers_of_machines_are_kept(bobs: World) -> None:
    bobs.clock.move(days=1, seconds=1)
    while bobs.engine.drop_results(bobs.shop):
        pass
    kept = select(commands.c.actor, commands.c.reference).where(
        commands.c.shop_id == bobs.shop,
        commands.c.result != b"",
        commands.c.at > bobs.now - timedelta(days=3),
    )
    actors = {str(row.actor) for row in bobs.rows(kept)}
    assert "feed" in actors
    assert not [actor for actor in actors if actor.startswith("pe_")]


def test_a_phone_that_two_have_bound_stays_the_others(bobs: World) -> None:
    bobs.bind("dave", PHONE)
    bobs.of("bob").forgetting.forget()
    with bobs.reading(SYSTEM) as tx:
        assert accounts.find(tx, "phone", PHONE) == (bobs.person("dave"),)
        kinds = select(identities.c.kind).where(identities.c.person_id == bobs.person("bob"))
        assert [row.kind for row in tx.run(kinds)] == ["openid"]
        assert accounts.is_forgotten(tx, PersonId(bobs.person("bob")))


def test_nothing_of_anybody_else_goes_with_him(bobs: World) -> None:
    hers = ("端木赐", "爱下棋", "TU1B", "UE9S")
    bobs.of("alice").promoters.rename("端木赐")
    bobs.bind("alice", "13812345678")
    bobs.visit("alice", "dave")
    bobs.of("service").customers.remark(bobs.person("alice"), "端木赐本人")
    bobs.visit("mallory", "alice")
    bobs.of("alice").referrals.remark(bobs.person("mallory"), "爱下棋的人")
    bobs.of("alice").withdrawals.picture_judged(Channel.WECHAT, "TU1B", "")
    bobs.of("alice").wishes.portrait_judged("UE9S", "")
    bobs.earn("alice", 1_000)
    bobs.pay_out("alice", 1_000)
    code = bobs.of("alice").promoters.mine().code
    before = traces(bobs, *hers, WECHAT.account)
    for table in ("remarks.sealed", "payee_pictures.sealed", "poster_wishes.sealed", "withdrawals.payee"):
        assert table in before
    bobs.of("bob").forgetting.forget()
    assert traces(bobs, *hers, WECHAT.account) == before
    assert bobs.boss.promoters.by_code(code).name.given == "端木赐"
