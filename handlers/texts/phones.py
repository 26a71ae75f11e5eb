"""绑定手机号: what the phone is for, and that it is bound or no longer."""

from __future__ import annotations

from handlers.texts.marks import CANCEL, tap

_PURPOSE = (
    "它只用来把你在商城用这个号码下的单认到你名下，平时只显示尾号，加密保存，随时可以解绑。\n"
    f"回复手机号，就是同意这样使用；不想给，回复 {CANCEL}。"
)
ASK = f"请回复你在商城下单用的手机号（11 位）。\n{_PURPOSE}"


def bound_already(tail: str) -> str:
    """There is one; another one may take its place."""
    return (
        f"你现在绑定的是尾号 {tail} 的手机号。\n"
        f"要换，直接回复新的手机号。{_PURPOSE}\n{tap('解绑手机号', '解绑手机号')}"
    )


def bound(tail: str, *, promotes: bool) -> str:
    """It is bound; nothing is said of anybody else, nor of orders."""
    himself = "你是推广员：只凭手机号认出的自购订单，要商家核对是你本人买的才计佣。\n" if promotes else ""
    return (
        f"已绑定尾号 {tail} 的手机号。用它在商城下的单会认到你名下，可以在「我的订单」里看。\n{himself}"
        f"{tap('我的订单', '我的订单')}\n{tap('解绑手机号', '不用了，解绑')}"
    )


def unbound(tail: str) -> str:
    """It is no longer."""
    return f"已解绑尾号 {tail} 的手机号，我们不再保存它。已经认到你名下的订单不变。"
