"""员工: who is on the staff; rights given and taken, 移除店员, 转让店主; each with a one-time code."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.errors import Refusal
from engine.payouts.states import State
from engine.people.authority import Right, Role, holds
from engine.people.staffing import Member
from engine.referrals.customers import handle_of
from handlers.lists import Of, as_typed, beside, listed
from handlers.matching import said
from handlers.merchant.todo import ROLE_OF
from handlers.paging import page_of, turn
from handlers.texts.merchant import staff as texts
from handlers.texts.refusals import sorry_staff
from handlers.types import Ask, Reply, Text

Bound = Mapping[str, str]
_MOST_IN_HAND = 100
"""Payouts that are looked through."""


def everybody(ask: Ask) -> Reply:
    """员工, 员工 ‹页›"""
    rows = ask.desk.staffing.everybody()
    page = turn(page_of(ask), lambda most: rows[:most])
    shown = texts.listing(page, ask.who.person)
    return listed(shown, Of.STAFF, [handle_of(row.person) for row in page.rows], page.first)


def tapped(ask: Ask) -> Reply:
    """员工 ‹员工号›"""
    return item(ask, ask.got("who"))


def item(ask: Ask, handle: str) -> Reply:
    """One of the staff."""
    try:
        return beside(ask, texts.one(ask.desk.staffing.find(handle), ask.who.person))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def remark(ask: Ask) -> Reply:
    """员工 ‹员工号› 备注 ‹备注›: what the shop calls him."""
    try:
        row = ask.desk.staffing.find(ask.got("who"))
        if not ask.got("words"):
            return beside(ask, texts.ask_remark(row))
        told = as_typed(ask, "words")
        row = ask.desk.staffing.remark(handle_of(row.person), "" if said(told) == texts.CLEAR else told)
        return beside(ask, texts.one(row, ask.who.person))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def change(ask: Ask) -> Reply:
    """员工 ‹员工号› 加 财务, 员工 ‹员工号› 减 财务"""
    role = frozenset({ROLE_OF[ask.got("role")]})
    return _propose(ask, lambda row: row.roles | role if ask.got("how") == "加" else row.roles - role)


def remove(ask: Ask) -> Reply:
    """移除店员 ‹员工号›"""
    return _propose(ask, lambda _: frozenset())


def hand_over(ask: Ask) -> Reply:
    """转让店主 ‹员工号›"""
    try:
        return beside(ask, _hand_over_prompt(ask, ask.got("who")))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def prompt_again(ask: Ask, bound: Bound) -> str:
    """The same last look with a fresh code. Raises the Refusal that came up since."""
    after = frozenset(Role(word) for word in bound["after"].split())
    return _prompt(ask, _handle(bound), after)


def hand_over_again(ask: Ask, bound: Bound) -> str:
    """The same for the shop's owner."""
    return _hand_over_prompt(ask, _handle(bound))


def changed(ask: Ask, typed: str) -> str:
    """The code was confirmed."""
    return texts.changed(ask.desk.staffing.change(typed), ask.who.person)


def handed_over(ask: Ask, typed: str) -> str:
    """The code was confirmed, and who typed it owns nothing any more."""
    return texts.handed_over(ask.desk.staffing.hand_over(typed))


def _propose(ask: Ask, after: Callable[[Member], frozenset[Role]]) -> Text:
    try:
        row = ask.desk.staffing.find(ask.got("who"))
        return beside(ask, _prompt(ask, ask.got("who"), after(row)))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def _prompt(ask: Ask, handle: str, after: frozenset[Role]) -> str:
    made = ask.desk.staffing.propose(handle, after)
    row = ask.desk.staffing.find(handle)
    shown = texts.prompt(made, row, after, ask.who.person)
    codes = [] if holds(after, Right.FINANCE) else _paying(ask, row)
    return f"{texts.paying(codes)}\n\n{shown}" if codes else shown


def _paying(ask: Ask, row: Member) -> list[str]:
    """The 单号 that he pays by hand right now; who loses the right cannot say any more that he paid."""
    rows = ask.desk.withdrawals.in_state((State.IN_HAND,), _MOST_IN_HAND)
    return [one.code for one in rows if one.in_hand_by == row.person]


def _hand_over_prompt(ask: Ask, handle: str) -> str:
    made = ask.desk.staffing.propose_hand_over(handle)
    return texts.hand_over_prompt(made, ask.desk.staffing.find(handle))


def _handle(bound: Bound) -> str:
    return bound["person"].removeprefix("pe_")
