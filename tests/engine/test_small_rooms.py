"""Sealed values, leases, QR codes, people, pictures: the small rooms below the money."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.cipher import Cipher, SealBrokenError
from engine.errors import EngineError
from engine.ids import Ids, PersonId
from engine.people import accounts, confirmations
from engine.programme.codes import QrCode
from engine.store.actors import SYSTEM, someone
from engine.store.tables import confirmations as codes_table
from engine.store.tables import identities, people
from tests.engine.world import World

OLD, NEW = b"o" * 32, b"n" * 32


def test_what_was_sealed_is_opened_by_every_key_that_is_still_listed() -> None:
    sealed = Cipher((OLD,)).seal({"name": "李小波"})
    assert Cipher((OLD, NEW)).open(sealed) == {"name": "李小波"}
    fresh = Cipher((OLD, NEW)).seal("x")
    assert Cipher((NEW,)).open(fresh) == "x"
    with pytest.raises(SealBrokenError):
        Cipher((OLD,)).open(fresh)
    with pytest.raises(SealBrokenError):
        Cipher((NEW,)).open(sealed)


def test_the_first_key_makes_digests_and_the_books_key_for_ever() -> None:
    before, after = Cipher((OLD,)), Cipher((OLD, NEW))
    assert before.digest("openid", "o") == after.digest("openid", "o")
    assert (before.book_key, before.book_key_id) == (after.book_key, after.book_key_id)
    assert Cipher((NEW, OLD)).book_key != before.book_key
    assert before.digest("openid", "o") != before.digest("phone", "o")


@pytest.mark.parametrize("at", [0, 3, 5, -1])
def test_a_sealed_value_that_was_changed_is_refused(at: int) -> None:
    sealed = bytearray(Cipher((OLD,)).seal("x"))
    sealed[at] ^= 1
    with pytest.raises(SealBrokenError):
        Cipher((OLD,)).open(bytes(sealed))


def test_one_value_is_sealed_differently_each_time() -> None:
    cipher = Cipher((OLD,))
    assert cipher.seal("x") != cipher.seal("x")


@pytest.mark.parametrize("text", ["", ",", "not base64!", base64.b64encode(b"short").decode()])
def test_a_key_that_is_none_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match="DATA_KEY"):
        Cipher.read(text)
    assert Cipher.read(f" {base64.b64encode(OLD).decode()} , ").digest("a", "b") == Cipher((OLD,)).digest(
        "a", "b"
    )


def test_one_holder_has_a_lease_until_it_runs_out(world: World) -> None:
    leases, name = world.engine.leases, world.shop
    assert not leases.alive(name)
    assert leases.take(name, "one", timedelta(seconds=30))
    assert not leases.take(name, "two", timedelta(seconds=30))
    world.clock.move(seconds=29)
    assert leases.take(name, "one", timedelta(seconds=30))
    world.clock.move(seconds=29)
    assert (leases.alive(name), leases.take(name, "two", timedelta(seconds=30))) == (True, False)
    world.clock.move(seconds=1)
    assert not leases.alive(name)
    assert leases.take(name, "two", timedelta(seconds=30))
    assert not leases.take(name, "one", timedelta(seconds=30))


def test_the_demos_clock_only_adds_up(own: World) -> None:
    assert own.engine.leases.offset() == timedelta()
    assert own.engine.shift_clock(timedelta(days=8)) == timedelta(days=8)
    assert (
        own.engine.shift_clock(timedelta(hours=1)) == own.engine.leases.offset() == timedelta(days=8, hours=1)
    )


def test_a_qr_code_is_found_until_it_expires_and_a_newer_one_takes_its_place(world: World) -> None:
    made = QrCode("p:ABC", "ticket", "http://weixin.qq.com/q/1", world.now + timedelta(days=30))
    world.engine.remember_code(world.shop, made)
    assert world.at(SYSTEM).codes.find("p:ABC") == made
    world.clock.move(days=30)
    assert world.at(SYSTEM).codes.find("p:ABC") is None
    permanent = QrCode("p:ABC", "ticket2", "http://weixin.qq.com/q/2", None)
    world.engine.remember_code(world.shop, permanent)
    assert world.at(SYSTEM).codes.find("p:ABC") == permanent


def test_an_openid_is_one_person_for_ever_and_lies_nowhere_in_the_open(world: World) -> None:
    first = world.engine.meet(world.shop, "o_secret").person
    assert world.engine.meet(world.shop, "o_secret").person == first
    assert world.engine.openid_of(world.shop, first) == "o_secret"
    with world.reading() as tx:
        mine = tx.run(select(identities).where(identities.c.account_id == accounts.account_of(tx))).all()
        assert len(tx.run(select(people).where(people.c.account_id == accounts.account_of(tx))).all()) == 1
    assert "o_secret" not in str(mine)


def test_opening_the_shop_again_finds_it(world: World) -> None:
    assert world.engine.open_shop("wx_again", "甲") == world.engine.open_shop("wx_again", "乙") != world.shop


def test_a_picture_on_its_way_is_not_drawn_twice(shop: World) -> None:
    wanted = [shop.of("bob").pictures.want("poster", shop.promoter("bob")) for _ in range(2)]
    assert wanted == [True, False]
    assert shop.of("bob").pictures.want("invitation", shop.promoter("bob"))
    facts = shop.of("bob").pictures.poster(shop.promoter("bob"))
    assert (facts.scene, facts.code, facts.name) == (f"p:{shop.code('bob')}", shop.code("bob"), "李小波")


def test_following_again_gives_a_promoter_his_menu_back_and_a_stranger_none(shop: World) -> None:
    def tags(name: str) -> int:
        from engine.store.tables import outbox

        mine = (
            (outbox.c.shop_id == shop.shop)
            & (outbox.c.person_id == shop.person(name))
            & (outbox.c.kind == "tag")
        )
        return len(shop.rows(select(outbox.c.id).where(mine)))

    before = tags("bob")
    for name in ("bob", "carol"):
        shop.of(name).contacts.unfollow()
        shop.of(name).contacts.follow()
    assert (tags("bob"), tags("carol")) == (before + 1, 0)


class Stuck:
    """Draws the same letter until it is told otherwise."""

    def __init__(self) -> None:
        self.letters = ["A"] * 12 + ["B"] * 6

    def choice(self, seq: Any, /) -> Any:
        letter = self.letters.pop(0) if self.letters else "C"
        return letter if letter in seq else seq[0]


def test_a_one_time_code_that_was_drawn_before_is_drawn_again(world: World) -> None:
    world.engine.store.ids = Ids(Stuck())

    def issue(tx: Any) -> str:
        return confirmations.issue(tx, "verb", {}).code

    person = someone(world.person("老板"))
    world.engine.store.ids = Ids(Stuck())
    assert [world.engine.store.write(world.shop, person, issue) for _ in range(2)] == ["AAAAAA", "BBBBBB"]
    rows = world.rows(select(codes_table.c.code).where(codes_table.c.shop_id == world.shop))
    assert len(rows) == 2


def test_a_person_whom_nobody_met_is_a_bug(world: World) -> None:
    with world.reading() as tx, pytest.raises(EngineError, match="there is no person"):
        accounts.introduced(tx, PersonId("pe_nobody"))
