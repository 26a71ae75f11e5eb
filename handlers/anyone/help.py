"""帮助, 菜单, 取消, 继续: finding one's way."""

from __future__ import annotations

from dataclasses import replace

from handlers import menus
from handlers.anyone.unknown import left_open
from handlers.lists import open_question
from handlers.talks_of import QUESTIONS
from handlers.texts import anyone as texts
from handlers.texts import talking
from handlers.types import Ask, Reply, Text


def helping(ask: Ask) -> Reply:
    """帮助: what this person can do now."""
    return Text(texts.helping(menus.words(menus.of(ask.who), ask.who), left_open(ask)))


def menu(ask: Ask) -> Reply:
    """菜单: the whole menu as lines."""
    return Text(texts.lines(menus.words(menus.of(ask.who), ask.who)))


def shopping(ask: Ask) -> Reply:
    """商城: what one can do as a customer, which promoters and staff are as well."""
    words = menus.words(menus.VISITOR, ask.who)
    known = menus.RECRUITING if ask.who.promoter else frozenset()
    return Text(texts.shopping(word for word in words if word not in known))


def service(ask: Ask) -> Reply:
    """联系客服: when and how to reach a person."""
    rules = ask.desk.settings.now()
    return Text(texts.service(rules.shop_name, rules.service_text, to_staff=rules.to_staff))


def shop(ask: Ask) -> Reply:
    """进入商城, typed."""
    return Text(texts.shop_link(ask.desk.settings.now().shop_link))


def cancel(ask: Ask) -> Reply:
    """取消: close the open question."""
    name = talking.name_of(open_question(ask.talk).state)
    return Text(texts.cancelled(name) if name else texts.NOTHING_OPEN, ends=True)


def carry_on(ask: Ask) -> Reply:
    """继续: ask the open question again."""
    question = open_question(ask.talk)
    again = QUESTIONS.get(question.state)
    return again(replace(ask, talk=question)) if again else Text(texts.NOTHING_OPEN)
