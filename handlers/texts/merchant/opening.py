"""开张: what the owner of a new shop does first, in words."""

from __future__ import annotations

from engine.programme.settings import Readiness, Settings
from handlers.texts.marks import tap
from handlers.texts.settings.screens import value

CLOSED = f"推广计划还没开，现在不招募，也不计佣。\n{tap('开张', '看看怎么开张')}"
"""Under an owner's screens until the programme is on."""


def steps(rules: Settings, ready: Readiness) -> str:
    """The few things before the programme is switched on, each with how it stands."""
    if rules.programme:
        return "\n".join(
            (
                "推广计划已经开了。接下来请人做推广员：发邀请，或让客户在菜单里点「申请推广员」。",
                tap("邀请成员", "邀请店员、熟客做推广员"),
                tap("推广员审核", "审核申请"),
                tap("规则设置", "看规则设置"),
            )
        )
    rows = [
        f"{tap('设置 佣金比例', '佣金比例')}：{value('level1', rules, 16) if ready.has_rate else '还没设'}",
        f"{tap('商品佣金', '推广产品')}：{'有了' if ready.has_product else '还没有，至少加一个'}",
        f"{tap('设置 二级分销', '二级分销')}：{value('two_level', rules, 16)}（可以不用）",
        f"{tap('设置 招募页面', '招募页面')}：说明和协议有现成的，可以改",
        f"{tap('设置 客服说明', '客服说明')}：{'写好了' if rules.service_text else '没写，客户不知道怎么找你'}",
        f"{tap('设置 推广计划 开', '打开推广计划')}",
    ]
    numbered = [f"{number}. {row}" for number, row in enumerate(rows, 1)]
    feed = "商城的订单传过来才会计佣，接好没有请问技术人员。"
    return "\n".join(["开张（推广计划：关）", *numbered, "", feed])
