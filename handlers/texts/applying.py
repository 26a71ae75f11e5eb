"""Words of the application (申请推广员)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.people.names import Name
from engine.programme.recruiting import Progress
from handlers.texts.anyone import help_lines
from handlers.texts.marks import CANCEL, paragraphs, plain, tap
from handlers.texts.people import called
from handlers.texts.times import moment

PAGE_BYTES = 1500
"""Of the agreement on one screen: about 500 汉字."""

NEXT, AGREE, SUBMIT, WRONG_INVITER, AGAIN = "下一页", "同意", "确认提交", "邀请人不对", "重填"
TAPPED = frozenset({NEXT, AGREE, SUBMIT, WRONG_INVITER, AGAIN})
"""What only a tapped line says; nobody is called so."""

_STOPS = "\n。；！？"
_CANCEL = tap("取消", "不申请了")
ASK_NAME = "怎么称呼你？请回复 1–20 个字。商家审核时会看到，通过后也会写在你的海报上（可以改）。"
ASK_PHONE = (
    "请回复你的手机号。\n"
    "它只用来审核申请、结算时联系你、认出你在商城的订单，只有商家看得到。"
    f"回复手机号，就是同意这样使用；不想给，回复 {CANCEL}。"
)
NOT_READ = "还没看完，先看下一页。"
READ_IT = f"看完请回复 {tap(AGREE, AGREE)}；不申请了，回复 {CANCEL}。"
NO_INVITER = "这次申请没有邀请人，不用改。"
CHANGED = "协议刚刚改过，请看一遍新的。"


def pages(agreement: str) -> tuple[str, ...]:
    """The agreement cut into screens, at the end of a sentence where there is one."""
    rest = paragraphs(agreement)
    found: list[str] = []
    while rest:
        page = _page(rest)
        found.append(page.strip())
        rest = rest[len(page) :].strip()
    return tuple(found) or ("",)


def agreement(shown: str, number: int, of: int, note: str = "") -> str:
    """One screen of the agreement."""
    count = f"（{number}/{of}）" if of > 1 else ""
    title = f"推广员协议{count}"
    taps = (tap(NEXT, NEXT),) if number < of else (tap(AGREE, AGREE), _CANCEL)
    return "\n".join((*((note,) if note else ()), title, shown, *taps))


def ask_question(question: str, number: int, of: int, note: str = "") -> str:
    """One of the merchant's own questions."""
    count = f"（{number}/{of}）" if of > 1 else ""
    return "\n".join((*((note,) if note else ()), f"商家想了解{count}：{plain(question, 40)}", _CANCEL))


def confirm(
    name: str, phone: str, answers: Sequence[tuple[str, str]], inviter: Name | None, note: str = ""
) -> str:
    """Everything once more before it is submitted."""
    rows = [f"称呼：{plain(name)}", f"手机号：{_spaced(phone)}"]
    rows += [f"{plain(question, 40)}：{plain(answer, 60)}" for question, answer in answers]
    taps = [tap(SUBMIT, SUBMIT), tap(AGAIN, "有错，重填")]
    if inviter:
        rows.append(f"邀请人：{called(inviter)}")
        taps.append(tap(WRONG_INVITER, f"不是{called(inviter)}邀请的"))
    return "\n".join((*((note,) if note else ()), "请核对：", *rows, *taps))


def not_invited_by(who: str) -> str:
    """邀请人不对"""
    return f"好的，不算 {who} 邀请的。"


def submitted() -> str:
    """A person decides."""
    return f"申请交上去了，等商家审核，结果会在这里告诉你。\n{tap('申请进度', '申请进度')}"


def joined(shop: str, code: str, words: Iterable[str]) -> str:
    """A promoter from now on, with the whole menu as lines."""
    return f"你已经是{plain(shop)}的推广员了，推荐码 {code}。现在可以：\n{help_lines(words)}"


def approved(shop: str, code: str, words: Iterable[str]) -> str:
    """Notice: the merchant said yes."""
    return f"申请通过了。{joined(shop, code, words)}\n先点店铺海报，发给朋友：客户扫码下单，你就有佣金。"


def progress(found: Progress, *, may_apply: bool) -> str:
    """申请进度, for somebody who is no promoter."""
    when = moment(found.submitted_at) if found.submitted_at else ""
    if found.state == "pending":
        return f"你在 {when} 提交的申请还在审核，结果会在这里告诉你。"
    again = f"\n{tap('申请推广员', '申请推广员')}" if may_apply else ""
    if found.state == "rejected":
        return f"{rejected(when, found.reason)}{again}"
    return f"你还没有申请过推广员。{again}" if found.state == "none" else f"你现在不是推广员。{again}"


def rejected(when: str, reason: str) -> str:
    """A decision against it, and why."""
    return f"你在 {when} 提交的申请没有通过。原因：{plain(reason, 60)}"


def _page(rest: str) -> str:
    whole = rest.encode()[:PAGE_BYTES].decode(errors="ignore")
    if len(whole) == len(rest):
        return rest
    stop = max(whole.rfind(mark) for mark in _STOPS) + 1
    return whole[:stop] if stop > len(whole) // 2 else whole


def _spaced(phone: str) -> str:
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}"
