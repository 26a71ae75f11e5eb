"""隐私与注销: what is kept and why, what goes, and that it is gone."""

from __future__ import annotations

from engine.ledger.book import Balances
from engine.people.names import Name
from handlers.texts.marks import CANCEL, plain, tap
from handlers.texts.money import available
from handlers.texts.people import harmless

SENTENCE = "确认注销"
"""What is typed to have everything deleted; nowhere a line to tap, so that nobody does it by accident."""
NOT_YET = f"还没有注销。要注销，请原样打这四个字：{SENTENCE}\n不注销，回复 {CANCEL}"
GONE = "\n".join((
    "已注销：称呼、手机号、备注、申请表、收款账号和你的微信编号都删了。",
    "订单和账只剩一个还原不出你是谁的代号。以后再发消息给我，凭这个代号认得出是你，归属和余额都在。",
))  # fmt: skip
_STAYS = (
    "会留下（不带姓名、手机号，只有一个代号）：订单、佣金和提现的账，法律要求保存；"
    "谁推荐你来的也留着，回来就接上。"
)
_GOES = "会删除：称呼、手机号、备注、申请表、收款账号、你的微信编号、聊到一半的内容。不再给你发通知。"


def is_meant(typed: str) -> bool:
    """Was the sentence typed, perhaps with the marks around it?"""
    return typed.strip("。.!！「」“”") == SENTENCE


def about(shop: str, held: Name, phone_tail: str, standing: str) -> str:
    """隐私与注销: what is known of this person, and what deleting it means."""
    known = [f"称呼 {harmless(held.given)}"] if held.given else []
    known += [f"手机号 尾号{phone_tail}"] if phone_tail else []
    have = f"存着你的：{'、'.join(known)}" if known else "没有存你的称呼和手机号"
    return "\n".join((
        f"{plain(shop)}现在{have}。加密保存，只用来审核、结算、联系你和认出你的订单。",
        "", "注销的话：", _GOES, _STAYS, *([standing] if standing else []),
        "", f"要注销，请打这四个字：{SENTENCE}", f"不注销，回复 {CANCEL}",
    ))  # fmt: skip


def money(held: Balances, *, promotes: bool, customers: int, offline: bool) -> str:
    """What it means for a promoter, or a former one."""
    lines = []
    if promotes:
        lines.append(
            f"你是推广员（客户 {customers} 位）：推广码照常有效，佣金照常记账，海报上不再有你的名字；"
            "要彻底不做，请商家解约。"
        )
    if held.available or held.pending:
        how = "" if offline or not held.available else f"；建议先 {tap('申请提现', '申请提现')}"
        lines.append(
            f"账上还有 {available(offline=offline)} {held.available}、待结算 {held.pending}：留着，回来再取{how}。"
        )
    if held.withdrawing:
        lines.append(f"提现中 {held.withdrawing}：照常打款，收款账号留到这笔办完才删；结果要你自己回来看。")
    if held.owed:
        lines.append(f"待追回 {held.owed}：也留着。")
    return "\n".join(lines)


def staff(role: str) -> str:
    """What it means for a member of the staff."""
    return f"你是本店{role}：身份还在，要退出请店主移除。"
