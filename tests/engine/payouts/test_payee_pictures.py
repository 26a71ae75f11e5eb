"""收款码: kept sealed, one of a person, copied into the request; seen only by who pays, gone when it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from engine.payouts import payees
from engine.payouts.payee_pictures import NoPayeePicture
from engine.payouts.payees import BadPayeeName, Channel, Payee
from engine.people.authority import LacksRight, NotStaff, Role
from engine.programme.promoters import NotAPromoter
from engine.store.tables import outbox, payee_pictures
from tests.engine.world import World

JPEG = "AAECAwQF"


def send(world: World, jpeg: str = JPEG, channel: Channel = Channel.WECHAT) -> Payee:
    """bob sent this 收款码, and it is kept; what 申请提现 offers."""
    world.clock.move(seconds=1)
    world.of("bob").withdrawals.picture_judged(channel, jpeg, "")
    last = world.of("bob").withdrawals.limits().last
    assert last is not None
    return last


def rows(world: World) -> int:
    return len(world.rows(select(payee_pictures.c.id).where(payee_pictures.c.shop_id == world.shop)))


def told(world: World, kind: str) -> list[dict[str, str]]:
    mine = (outbox.c.kind == kind) & (outbox.c.person_id == world.person("bob"))
    return [row.payload for row in world.rows(select(outbox.c.payload).where(mine))]


@pytest.fixture
def bobs(till: World) -> World:
    till.earn("bob", 300_000)
    return till


def test_a_picture_goes_to_a_worker_and_is_offered_once_it_is_kept(bobs: World) -> None:
    bobs.of("bob").withdrawals.give_picture(Channel.ALIPAY, "media")
    assert told(bobs, "payee") == [{"channel": "alipay", "media": "media"}]
    offered = send(bobs, channel=Channel.ALIPAY)
    assert (offered.channel, offered.account, offered.name, len(offered.picture)) == (
        Channel.ALIPAY,
        "",
        "",
        64,
    )
    assert told(bobs, "payee_judged") == [{"channel": "alipay", "why_not": ""}]


def test_one_that_cannot_be_used_is_not_kept(bobs: World) -> None:
    bobs.of("bob").withdrawals.picture_judged(Channel.WECHAT, "", "too_heavy")
    assert told(bobs, "payee_judged") == [{"channel": "wechat", "why_not": "too_heavy"}]
    assert rows(bobs) == 0


def test_who_promotes_nothing_keeps_no_picture(bobs: World) -> None:
    with pytest.raises(NotAPromoter):
        bobs.of("carol").withdrawals.give_picture(Channel.WECHAT, "media")
    with pytest.raises(NotAPromoter):
        bobs.of("carol").withdrawals.picture_judged(Channel.WECHAT, JPEG, "")


def test_an_open_request_keeps_its_copy_whatever_comes_later(bobs: World) -> None:
    code = bobs.request("bob", 1_000, send(bobs))
    later = bobs.of("bob").withdrawals
    bobs.clock.move(seconds=1)
    later.picture_judged(Channel.ALIPAY, "BBBB", "")
    assert bobs.boss.withdrawals.payee_picture(code) == JPEG
    row = bobs.withdrawal(code)
    assert (row.by_picture, row.account_tail) == (True, "")
    bobs.boss.withdrawals.mark_paid(bobs.in_hand(code).code, "PAY12345")
    with pytest.raises(NoPayeePicture):
        bobs.boss.withdrawals.payee_picture(code)
    last = bobs.of("bob").withdrawals.limits().last
    assert last is not None
    assert last.channel is Channel.ALIPAY
    assert rows(bobs) == 1


def test_the_account_of_the_last_time_counts_when_it_came_after_the_picture(bobs: World) -> None:
    picture = send(bobs)
    bobs.clock.move(seconds=1)
    bobs.pay_out("bob", 1_000)
    last = bobs.of("bob").withdrawals.limits().last
    assert last is not None
    assert not last.picture
    named = replace(picture, account="ignored", name="李小波")
    code = bobs.request("bob", 1_000, named)
    assert bobs.in_hand(code).payee == replace(named, account="")


@pytest.mark.parametrize("change", [{"picture": "0" * 64}, {"channel": Channel.ALIPAY}])
def test_only_the_picture_that_is_kept_can_be_asked_through(bobs: World, change: dict[str, str]) -> None:
    offered = send(bobs)
    with pytest.raises(NoPayeePicture):
        bobs.request("bob", 1_000, replace(offered, **change))  # type: ignore[arg-type]


def test_somebody_else_s_picture_is_not_his(bobs: World) -> None:
    offered = send(bobs)
    bobs.earn("alice", 5_000)
    with pytest.raises(NoPayeePicture):
        bobs.request("alice", 1_000, offered)


def test_from_2000_a_name_is_asked_below_it_is_not(bobs: World) -> None:
    offered = send(bobs)
    with pytest.raises(BadPayeeName):
        bobs.request("bob", 200_000, offered)
    with pytest.raises(BadPayeeName):
        bobs.request("bob", 200_000, replace(offered, name="李"))
    code = bobs.request("bob", 200_000, replace(offered, name="李小波"))
    bobs.of("bob").withdrawals.cancel(code)
    assert bobs.request("bob", 199_999, offered)


def test_only_who_pays_sees_it(bobs: World) -> None:
    bobs.enrol("service", Role.SERVICE)
    bobs.enrol("payer", Role.FINANCE)
    code = bobs.request("bob", 1_000, send(bobs))
    with pytest.raises(NotStaff):
        bobs.of("bob").withdrawals.payee_picture(code)
    with pytest.raises(LacksRight):
        bobs.of("service").withdrawals.payee_picture(code)
    bobs.boss.withdrawals.approve(code)
    assert bobs.of("payer").withdrawals.payee_picture(code) == JPEG


def test_the_book_is_bound_to_the_picture(bobs: World) -> None:
    with bobs.reading() as tx:
        one, other, typed = (
            payees.digest(tx, Payee(Channel.WECHAT, "", "", picture)) for picture in ("a" * 64, "b" * 64, "")
        )
    assert len({one, other, typed}) == 3


def test_who_is_forgotten_leaves_the_copy_until_it_ends_and_no_other(bobs: World) -> None:
    code = bobs.request("bob", 1_000, send(bobs))
    assert rows(bobs) == 2
    bobs.of("bob").forgetting.forget()
    assert rows(bobs) == 1
    assert bobs.boss.withdrawals.payee_picture(code) == JPEG
    bobs.reject(code)
    assert rows(bobs) == 0
    bobs.of("bob").withdrawals.picture_judged(Channel.WECHAT, JPEG, "")
    assert rows(bobs) == 0
