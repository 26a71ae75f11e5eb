"""The table of routes: every word is reachable, every menu entry leads somewhere, every question goes on."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine import OPERATOR
from engine.people.authority import Right, Role
from handlers import menus, routes
from handlers.anyone.unknown import no_right
from handlers.lists import LIST
from handlers.lists import said as listed
from handlers.matching import By, Pattern, Route, State, Word
from handlers.talks_of import QUESTIONS
from handlers.texts.anyone import HINTS
from handlers.texts.talking import name_of
from handlers.types import Ask, Kind, Talk
from tests.handlers.world import World, taps


@pytest.fixture
def everybody(world: World) -> World:
    """老板 and each of the staff, a promoter, a customer; 老板 promotes as well."""
    world.promoter("alice")
    for name, role in (("财财", Role.FINANCE), ("核核", Role.REVIEW), ("客客", Role.SERVICE)):
        world.staff(name, role)
    return world


def said_by(route: Route) -> str:
    """Somebody for whom the route is."""
    if route.by in (By.PROMOTER, By.UPLINE, By.EARNER):
        return "alice"
    return "老板" if isinstance(route.by, Right) or route.by is By.STAFF else "carol"


def test_every_word_is_reachable(everybody: World) -> None:
    for route in routes.ROUTES:
        if not isinstance(route.when, Word):
            continue
        speaker = said_by(route)
        for word in route.when.words:
            found = routes.find(everybody.ask(speaker, text=word))
            assert found is not None, word
            assert found.do is route.do, f"{speaker} says {word}"


def read_from_the_top(ask: Ask) -> tuple[object, ...] | None:
    """What `find` promises, without its short cuts: the handler, what was caught, whether it is an answer."""
    ask = listed(ask)
    instead = None
    for route in routes.ROUTES:
        match = route.when.match(ask)
        if match is None:
            continue
        if isinstance(route.when, State) and instead:
            break
        if route.is_for(ask):
            return route.do, dict(match), isinstance(route.when, State)
        instead = instead or routes._instead(route.by, ask)
    return (instead.do, dict(instead.ask.match), instead.answers) if instead else None


def test_the_table_is_found_in_as_if_it_were_read_from_the_top(everybody: World) -> None:
    words = [word for route in routes.ROUTES if isinstance(route.when, Word) for word in route.when.words]
    lines = [route.when.shape for route in routes.ROUTES if isinstance(route.when, Pattern)]
    typed = [
        *words,
        *(re.sub("‹.*?›", "3", line) for line in lines),
        "HELP",
        "　提现 １００",
        "3",
        "K7M2Q9",
        "",
    ]
    amount, listing = Talk("withdraw.amount"), Talk(LIST, {"3": "x"})
    cases = [(Kind.TEXT, text, Talk()) for text in typed]
    cases += [(Kind.TEXT, text, talk) for text in typed[::9] for talk in (amount, listing)]
    cases += [(Kind.CLICK, text, replace(amount, parked=True)) for text in typed[::9]]
    cases += [(kind, "", Talk()) for kind in Kind]
    for name in ("财财", "alice", "carol"):
        asked = everybody.ask(name)
        for kind, text, talk in cases:
            ask = replace(asked, message=replace(asked.message, kind=kind, text=text), talk=talk)
            found = routes.find(ask)
            short = (found.do, dict(found.ask.match), found.answers) if found else None
            assert short == read_from_the_top(ask), f"{name}: {kind.value} {text!r} after {talk}"


def test_menu_entries_are_words_with_a_hint() -> None:
    known = {word for route in routes.ROUTES if isinstance(route.when, Word) for word in route.when.words}
    for menu in (menus.VISITOR, menus.PROMOTER, menus.MERCHANT):
        words = {entry.word for column in menu for entry in column.entries}
        assert words <= known
        assert words <= set(HINTS)


def test_everything_that_help_offers_is_understood(everybody: World) -> None:
    for name in ("老板", "财财", "核核", "客客", "alice", "carol"):
        for word in (*taps(everybody.say(name, "帮助")), *taps(everybody.say(name, "菜单"))):
            found = routes.find(everybody.ask(name, text=word))
            assert found is not None, f"{name} taps {word}"
            assert found.do is not no_right, f"{name} taps {word}"


def test_menus_fit_the_bar() -> None:
    for menu in (menus.VISITOR, menus.PROMOTER, menus.MERCHANT):
        assert 1 <= len(menu) <= 3
        assert all(1 <= len(column.entries) <= 5 for column in menu)


def test_every_open_question_can_be_carried_on_and_has_a_name() -> None:
    asked = {route.when.name for route in routes.ROUTES if isinstance(route.when, State)}
    assert asked == set(QUESTIONS)
    assert all(name_of(state) for state in asked)


def test_commands_beat_an_open_question_and_a_parked_one_takes_no_answer(world: World) -> None:
    ask = world.ask("carol", text="我的推荐人")
    asked = replace(ask, talk=Talk("apply.name"))
    found = routes.find(asked)
    assert found is not None
    assert not found.answers
    answer = replace(world.ask("carol", text="卡萝"), talk=Talk("apply.name"))
    assert (found := routes.find(answer)) is not None
    assert found.answers
    assert routes.find(replace(answer, talk=Talk("apply.name", parked=True))) is None


def test_staff_without_the_right_hear_which_one(everybody: World) -> None:
    assert everybody.say("核核", "提现审核") == "你没有财务权限，请找店主。"
    assert everybody.say("财财", "推广员审核") == "你没有审核权限，请找店主。"
    assert everybody.say("客客", "加店员") == "这一步只有店主能做，请找店主。"


def test_new_staff_are_greeted_with_their_menu(world: World) -> None:
    token = world.desk(OPERATOR).enrolling.invite(Role.FINANCE).token
    shown = world.follow("财财", f"m:{token}")
    assert shown.startswith("你加入了花间小店，角色是财务。现在可以：")
    assert "提现审核" in taps(shown)
    assert "推广员审核" not in taps(shown)
    assert "已经是店员" in world.scan("财财", f"m:{token}")
    assert "找店主要一个新的" in world.scan("mallory", f"m:{token}")
    owner = world.desk(OPERATOR).enrolling.invite(Role.OWNER).token
    assert world.scan("老板二号", f"m:{owner}").startswith("你是花间小店的店主了。")


def test_an_owner_who_tries_his_staffs_qr_code_does_not_use_it_up(world: World) -> None:
    made = world.by("老板").enrolling.invite(Role.FINANCE)
    assert "二维码还没用掉" in world.scan("老板", made.scene)
    assert "角色是财务" in world.scan("小财", made.scene)
    again = world.by("老板").enrolling.invite(Role.FINANCE)
    assert "二维码还没用掉" in world.scan("小财", again.scene)
