"""推广员审核: applications, as the staff that reviews them reads and decides."""

from __future__ import annotations

from collections.abc import Sequence

from engine.people.names import Name
from engine.people.reasons import LONGEST_REASON
from engine.programme.recruiting import Application
from handlers.texts.marks import CANCEL, plain, tap
from handlers.texts.merchant.todo import by_number
from handlers.texts.people import called, harmless
from handlers.texts.times import moment

_DECIDED = {"approved": "已经通过了", "rejected": "已经驳回了"}


def tail(application: Application) -> str:
    """What a tapped line calls an application by."""
    return application.id[-6:]


def applications(rows: Sequence[Application], waiting: int, above: str = "") -> str:
    """推广员审核: the oldest applications."""
    lines = [f"推广员申请 {waiting}"]
    for number, row in enumerate(rows, 1):
        by = f" · 邀请人 {called(row.inviter, 8)}" if row.inviter else ""
        lines.append(
            f"{number}. {tap(f'审核 {tail(row)}', harmless(row.name, 12))} {moment(row.submitted_at)}{by}"
        )
    if waiting > len(rows):
        lines.append(f"还有 {waiting - len(rows)} 份，处理完这些再显示。")
    lines += ["", by_number(len(rows), "资料不全")]
    return _above(above, "\n".join(lines))


def application(
    row: Application, holder: Name | None, *, two_level: bool, may_change_inviter: bool = False
) -> str:
    """One application, with what can be done about it."""
    inviter = f"邀请人：{called(row.inviter) if row.inviter else '无'} · " if two_level or row.inviter else ""
    lines = [
        "推广员申请",
        f"称呼：{harmless(row.name)}",
        f"手机：{plain(row.phone)}",
        *(f"{plain(one.question, 40)}：{plain(one.answer, 60)}" for one in row.answers),
        *([_invited(row)] if row.by_merchant else []),
        f"{inviter}客户归属：{called(holder) if holder else '无'}",
        f"提交：{moment(row.submitted_at)}",
    ]
    if row.state != "pending":
        return "\n".join([*lines, f"这份申请{decided(row)}。", back()])
    taps = [tap(f"通过 {tail(row)}", "通过"), tap(f"驳回 {tail(row)}", "驳回")]
    if may_change_inviter:
        taps.append(tap(f"改邀请人 {tail(row)}", "改邀请人"))
    return "\n".join([*lines, "", *taps, back()])


def back() -> str:
    """To the list."""
    return tap("推广员审核", "返回申请列表")


def approved(row: Application, left: int) -> str:
    """He is a promoter, and told so."""
    return _then(f"已通过 {harmless(row.name)}，他会收到通知。", left)


def rejected(row: Application, left: int) -> str:
    """He is not, and told why."""
    return _then(
        f"已驳回 {harmless(row.name)}：{plain(row.reason, LONGEST_REASON)}\n他会收到通知，可以再申请。", left
    )


def decided_before(row: Application, left: int) -> str:
    """Somebody was faster."""
    return _then(f"{harmless(row.name)} 的申请{decided(row)}，这次没有改动。", left)


def many(lines: Sequence[str], left: int) -> str:
    """What became of each item of a bulk line."""
    return _then("\n".join(lines), left)


def did(number: int, name: str, done: str) -> str:
    """One item of a bulk line."""
    return f"{number}. {harmless(name, 12)}：{done}"


def decided(row: Application) -> str:
    """What somebody else decided, in short."""
    said = _DECIDED.get(row.state, "已经处理了")
    return (
        f"{said}，理由：{plain(row.reason, LONGEST_REASON)}"
        if row.state == "rejected" and row.reason
        else said
    )


def ask_reason(names: Sequence[str]) -> str:
    """驳回 without a reason."""
    who = "、".join(harmless(name, 8) for name in names)
    return f"为什么驳回 {who}？请回复理由（1–{LONGEST_REASON} 个字），对方会看到。\n回复 {CANCEL} 不驳回。"


def _then(said: str, left: int) -> str:
    return f"{said}\n{tap('推广员审核', f'还有 {left} 份申请')}" if left else f"{said}\n申请都处理完了。"


def _above(above: str, screen: str) -> str:
    return f"{above}\n\n{screen}" if above else screen


def _invited(row: Application) -> str:
    store = f" · 门店：{plain(row.store, 12)}" if row.store else ""
    return f"商家邀请：{plain(row.group, 12) or '不分组'}{store}"
