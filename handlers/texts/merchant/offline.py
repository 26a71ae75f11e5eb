"""线下结算 as the staff reads it: what a period settles, the last look, what was booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.money import Money
from engine.payouts.bookings import Booking, Draft, Line
from engine.people.confirmations import Confirmation
from handlers.paging import ROWS, Page
from handlers.texts.marks import next_page, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.people import called, earner
from handlers.texts.times import date, last_day, moment

HOW_TO_BOOK = (
    "没看懂，没有登记。登记请这样说：登记结算 到 ‹最后一天› 凭证 ‹流水号›。"
    "不说哪天就到昨天，没有流水号可以不说凭证。\n"
    f"例如：登记结算 到 3-31 凭证 CASH-001\n{tap('线下结算', '线下结算')}"
)


def draft(found: Draft, page: Page[Line], typed: str) -> str:
    """线下结算: whom the merchant owes how much for the period; `typed` names its last day, if one was named."""
    lines = [
        f"线下结算 {_period(found.since, found.until)}",
        f"{found.count} 人，共 {found.amount}{_place(page, found.count)}",
    ]
    lines += _lines(page)
    if page.more:
        lines.append(tap(f"{_said('线下结算', typed)} 第 {page.number + 1} 页", "下一页"))
    return "\n".join([*lines, "", *_how(typed)])


def _how(typed: str) -> list[str]:
    book = _said("登记结算", typed)
    return [
        "请逐人核对、线下付清，再登记：",
        tap(book, "登记结算"),
        f"有流水号或收据号的，回复：{book} 凭证 流水号",
    ]


def prompt(made: Confirmation, found: Draft) -> str:
    """Before a period is booked: how long, how many, how much, and that it cannot be undone."""
    proof = made.args["proof"]
    return (
        f"登记线下结算 {_period(found.since, found.until)}？\n"
        f"{made.args['count']} 人，共 {Money(int(made.args['amount']))}\n"
        f"凭证：{plain(proof, 64) if proof else '用系统单号'}\n"
        "登记后：这些钱记为已打款，每人会收到通知，不能撤销。请先确认都已付清。\n\n"
        + confirm_tap(made, "确认登记", "不点就不登记。")
    )


def booked(row: Booking) -> str:
    """It is booked, or being booked."""
    if row.done_at is None:
        return (
            f"正在登记，单号 {row.code}：{row.wanted_count} 人，共 {row.wanted}。人多，一般几秒内完成，完成后告诉你。\n"
            f"{tap(f'结算单 {row.code}', '看进度')}"
        )
    return f"{_booked(row)}\n{tap(f'结算单 {row.code}', '看名单')}\n{tap('结算记录', '结算记录')}"


def _booked(row: Booking) -> str:
    done = f"线下结算已登记，单号 {row.code}：{row.count} 人，共 {row.amount}，每人会收到通知。"
    return done if row.as_confirmed else f"{done}\n{_differs(row)}"


def _differs(row: Booking) -> str:
    return (
        f"注意：你确认的是 {row.wanted_count} 人共 {row.wanted}。登记时有人退款，少记的部分和他核对；"
        "账上以登记的为准。"
    )


def bookings(page: Page[Booking]) -> str:
    """结算记录"""
    if not page.rows:
        return f"还没有登记过线下结算。\n{tap('线下结算', '线下结算')}"
    lines = ["结算记录"]
    for number, row in enumerate(page.rows, page.first):
        link = tap(f"结算单 {row.code}", f"到 {last_day(row.until)}")
        state = "" if row.done_at else " · 登记中"
        lines.append(f"{number}. {link} {row.count} 人 {row.amount}{state} · {called(row.by, 8)}")
    lines += next_page("结算记录", page)
    return "\n".join(lines)


def booking(row: Booking, page: Page[Line]) -> str:
    """One booking with its list."""
    state = f"登记于 {moment(row.done_at)}" if row.done_at else "正在登记"
    lines = [
        f"结算单 {row.code} · {_period(row.since, row.until)}",
        f"{row.count} 人，共 {row.amount} · {state}（{called(row.by, 12)}）",
        f"凭证 {plain(row.proof, 64)}",
    ]
    if row.done_at and not row.as_confirmed:
        lines.append(_differs(row))
    if _place(page, row.count):
        lines.append(_place(page, row.count).removeprefix(" · "))
    lines += _lines(page)
    if page.more:
        lines.append(tap(f"结算单 {row.code} 第 {page.number + 1} 页", "下一页"))
    return "\n".join([*lines, tap("结算记录", "返回结算记录")])


def _lines(page: Page[Line]) -> list[str]:
    return [
        f"{number}. {tap(f'推广员 {line.code}', earner(line.name, line.code, 10))} {line.amount}"
        for number, line in enumerate(page.rows, page.first)
    ]


def page_of(rows: Sequence[Line], number: int, count: int) -> Page[Line]:
    """A page of a list whose length is known."""
    return Page(tuple(rows), number, number * ROWS < count)


def no_such_day(typed: str) -> str:
    """The last day was not understood."""
    return f"没看懂「{plain(typed, 20)}」是哪一天。请写成 3-31 或 2026-03-31，例如：线下结算 到 3-31"


def _place(page: Page[Line], count: int) -> str:
    """Which page of how many; nothing while there is one."""
    return f" · 第 {page.number} 页，共 {-(-count // ROWS)} 页" if count > ROWS else ""


def _said(word: str, typed: str) -> str:
    return f"{word} 到 {plain(typed)}" if typed else word


def _period(since: datetime | None, until: datetime) -> str:
    return f"{date(since)} 到 {last_day(until)}" if since else f"到 {last_day(until)} 为止"
