"""The menus: within WeChat's limits, every word answered, switched entries gone, published once."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any, cast

import pytest

from bot.wechat.errors import WeChatRefused
from bot.wechat.menus import MENUS, buttons, changes, publish
from engine import Desk
from engine.clock import SystemClock
from engine.ids import PersonId, PromoterId
from engine.people.authority import Role
from engine.programme.settings import Settings
from engine.programme.who import Who
from handlers import menus, routes
from handlers.anyone.unknown import no_right, promoters_only, unknown
from handlers.types import Ask, Kind, Message, Talk
from tests.bot.bench import Bench


def rules(**switches: bool | str) -> Settings:
    """A shop that runs, with two levels."""
    return replace(Settings(programme=True, acknowledged=True), **switches)  # type: ignore[arg-type]


SWITCHES = list(product((True, False), (True, False)))
CREATE = "/cgi-bin/menu/create"


def everybody() -> list[tuple[str, menus.Menu, Who]]:
    """Each role with its menu."""
    found = [("a visitor", menus.VISITOR, who()), ("a promoter", menus.PROMOTER, who(promoter=True))]
    found += [(f"staff: {role.value}", menus.MERCHANT, who(role)) for role in Role]
    return [*found, ("an owner who promotes", menus.MERCHANT, who(Role.OWNER, promoter=True))]


def who(*roles: Role, promoter: bool = False, two_level: bool = True, recruiting: bool = True) -> Who:
    return Who(
        person=PersonId("pe_1"),
        roles=frozenset(roles),
        promoter=PromoterId("pm_1") if promoter else None,
        frozen=False,
        programme=True,
        recruiting=recruiting,
        two_level=two_level,
        has_notices=False,
    )


def ask(speaker: Who, word: str, kind: Kind) -> Ask:
    message = Message(kind, "o1", "gh_1", SystemClock().now(), "d", text=word)
    return Ask(message, cast(Desk, None), speaker, Talk())


@pytest.mark.parametrize(("two_level", "recruiting"), SWITCHES)
@pytest.mark.parametrize("tag", list(MENUS))
def test_a_menu_keeps_to_wechats_limits(tag: str | None, two_level: bool, recruiting: bool) -> None:
    link = f"https://{'s' * 180}.example.com"
    columns = buttons(MENUS[tag], two_level=two_level, recruiting=recruiting, shop_link=link)
    assert 1 <= len(columns) <= 3
    for column in columns:
        below = column.get("sub_button", [])
        assert len(column["name"].encode()) <= 16
        assert len(below) <= 5
        assert len(below) != 1, "an entry alone stands in the bar itself"
        for entry in below or [column]:
            assert 0 < len(entry["name"].encode()) <= 60
            if entry["type"] == "view":
                assert 0 < len(entry["url"].encode()) <= 1024
            else:
                assert entry["type"] == "click"
                assert 0 < len(entry["key"].encode()) <= 128


def test_no_word_stands_twice_on_a_menu() -> None:
    for menu in MENUS.values():
        words = [entry.word for column in menu for entry in column.entries]
        assert len(words) == len(set(words))


@pytest.mark.parametrize("kind", [Kind.CLICK, Kind.TEXT])
@pytest.mark.parametrize(
    ("role", "menu", "speaker"), everybody(), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_word_that_a_role_is_shown_is_answered(
    role: str, menu: menus.Menu, speaker: Who, kind: Kind
) -> None:
    shown = menus.words(menu, speaker)
    assert shown, role
    for word in shown:
        found = routes.find(ask(speaker, word, kind))
        assert found is not None, f"{role} taps {word} and is not understood"
        assert found.do not in (unknown, promoters_only, no_right), f"{role} taps {word} in vain"


@pytest.mark.parametrize(
    ("role", "menu", "speaker"), everybody(), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_entry_of_the_bar_gets_an_answer_also_where_the_right_is_missing(
    role: str, menu: menus.Menu, speaker: Who
) -> None:
    for column in menu:
        for entry in column.entries:
            found = routes.find(ask(speaker, entry.word, Kind.CLICK))
            assert found is not None, f"{role} taps {entry.word} and is not understood"


@pytest.mark.parametrize("recruiting", [True, False])
def test_without_a_second_level_nothing_of_it_is_shown(recruiting: bool) -> None:
    shown = words(MENUS["推广员"], two_level=False, recruiting=recruiting)
    assert not {"邀请推广员", "我的下级"} & shown
    assert {"邀请推广员", "我的下级"} <= words(MENUS["推广员"], two_level=True, recruiting=recruiting)


@pytest.mark.parametrize("two_level", [True, False])
def test_while_nobody_is_recruited_visitors_see_nothing_of_it(two_level: bool) -> None:
    assert not menus.RECRUITING & words(MENUS[None], two_level=two_level, recruiting=False)
    assert words(MENUS[None], two_level=two_level, recruiting=True) >= menus.RECRUITING


def test_publishing_twice_publishes_once(bench: Bench) -> None:
    bench.house.wechat.delete_menu()
    before = len(bench.calls(CREATE))
    assert publish(bench.house.wechat, rules())
    assert not publish(bench.house.wechat, rules())
    assert len(bench.calls(CREATE)) == before + 1
    assert len(bench.calls("/cgi-bin/tags/create")) == 2


def test_a_switch_publishes_again_and_everybody_sees_his_own_menu(bench: Bench) -> None:
    publish(bench.house.wechat, rules())
    ming, hong = bench.promoter("王小明"), bench.person("李小红")
    hong.follows()
    assert "我的下级" in ming.menu()
    assert "申请推广员" in hong.menu()
    assert publish(bench.house.wechat, rules(two_level=False, recruiting=False))
    assert "我的下级" not in ming.menu()
    assert "申请推广员" not in hong.menu()
    assert "全部待办" in bench.person("老板").menu()
    conditional = bench.house.wechat.get_menu()
    assert conditional is not None
    assert len(conditional["conditionalmenu"]) == 2


def test_what_somebody_changed_by_hand_is_put_right(bench: Bench) -> None:
    publish(bench.house.wechat, rules())
    bench.house.wechat.create_menu({"button": [{"type": "click", "name": "旧", "key": "旧"}]})
    assert publish(bench.house.wechat, rules())
    assert not publish(bench.house.wechat, rules())


def test_a_menu_of_somebody_elses_tag_goes_only_where_he_was_shown_it(bench: Bench) -> None:
    wechat = bench.house.wechat
    publish(wechat, rules())
    theirs = {"button": [{"type": "click", "name": "会员日", "key": "会员日"}]}
    wechat.add_conditional({**theirs, "matchrule": {"tag_id": str(wechat.create_tag("会员").id)}})

    assert not publish(wechat, rules())
    assert [one.gone for one in changes(wechat, rules())] == [("会员日",)]
    assert publish(wechat, rules(), foreign=True)
    assert changes(wechat, rules()) == ()


def test_publishing_that_was_broken_off_is_finished_by_the_next(bench: Bench) -> None:
    bench.fault("/cgi-bin/menu/addconditional", errcode=45009)
    with pytest.raises(WeChatRefused):
        publish(bench.house.wechat, rules(two_level=False))
    assert publish(bench.house.wechat, rules(two_level=False))
    assert "全部待办" in bench.person("老板").menu()


def test_the_settings_that_menus_hang_on_publish_them(bench: Bench) -> None:
    for key, value in (
        ("two_level", "off"),
        ("recruiting", "off"),
        ("programme", "off"),
        ("shop_link", "https://a.cn"),
    ):
        before = len(bench.rows_of("menu"))
        bench.house.operator().settings.set_up(key, value)
        assert len(bench.rows_of("menu")) == before + 1, key


def test_what_would_change_is_told_before_and_nothing_is_sent_by_that(bench: Bench) -> None:
    publish(bench.house.wechat, rules())
    before = len(bench.calls(CREATE)) + len(bench.calls("/cgi-bin/menu/addconditional"))
    assert changes(bench.house.wechat, rules()) == ()
    told = {
        one.tag: one for one in changes(bench.house.wechat, rules(two_level=False, shop_link="https://a.cn"))
    }
    assert set(told) == {None, "推广员"}
    assert told[None].come == ("进入商城",)
    assert set(told["推广员"].gone) == {"邀请推广员", "我的下级"}
    assert before == len(bench.calls(CREATE)) + len(bench.calls("/cgi-bin/menu/addconditional"))


def test_only_the_menu_that_changed_is_made_anew_and_its_old_one_goes_last(bench: Bench) -> None:
    publish(bench.house.wechat, rules())
    before = len(bench.calls(CREATE))
    bench.fault("/cgi-bin/menu/delconditional", errcode=45009)
    with pytest.raises(WeChatRefused):
        publish(bench.house.wechat, rules(two_level=False))
    assert publish(bench.house.wechat, rules(two_level=False)), "what was left over is cleared away"
    assert not publish(bench.house.wechat, rules(two_level=False))
    assert len(bench.calls(CREATE)) == before
    found = bench.house.wechat.get_menu()
    assert found is not None
    assert len(found["conditionalmenu"]) == 2


def test_the_shop_is_opened_by_its_link(bench: Bench) -> None:
    publish(bench.house.wechat, rules(shop_link="https://shop.example.com"))
    found = bench.house.wechat.get_menu()
    assert found is not None
    first = found["menu"]["button"][0]["sub_button"][0]
    assert (first["type"], first["name"], first["url"]) == ("view", "进入商城", "https://shop.example.com")
    assert publish(bench.house.wechat, rules(shop_link="https://other.example.com"))
    assert publish(bench.house.wechat, rules())
    assert "进入商城" not in str(bench.house.wechat.get_menu())


def words(menu: menus.Menu, **switches: bool) -> set[str]:
    columns: list[dict[str, Any]] = buttons(menu, **switches)
    return {entry["key"] for column in columns for entry in column.get("sub_button") or [column]}
