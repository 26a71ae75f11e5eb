"""How a word is used that says nothing alone: the line it belongs to, an example, and where to find what it needs."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.texts.marks import tap


def _how(what: str, shape: str, example: str, *taps: str) -> str:
    return "\n".join((f"{what}请这样说：{shape}", f"例如：{example}", *(tap(word, word) for word in taps)))


USAGE: Mapping[str, str] = {
    "上级": _how(
        "改上级", "上级 ‹推荐码› ‹新上级的推荐码或无› ‹原因›", "上级 ABC234 DEF567 门店调整", "推广员列表"
    ),
    "改邀请人": _how(
        "改邀请人",
        "改邀请人 ‹申请› ‹推荐码或无›（或打开申请点一下）",
        "改邀请人 k3m9xa 无",
        "推广员审核",
    ),
    "找客户": _how("找客户", "找客户 ‹称呼、备注、手机号或后四位›", "找客户 王姐", "客户列表"),
    "店里备注": _how("备注客户", "备注 ‹列表里的序号› ‹备注›", "备注 3 王姐", "客户列表"),
    "我的备注": _how("备注客户", "备注 ‹列表里的序号› ‹备注›", "备注 3 王姐", "我的客户"),
    "为什么": _how("看一单怎么计佣，", "为什么 ‹单号›", "为什么 ABC234", "订单退款"),
    "我的为什么": _how("看一单怎么给你计佣，", "为什么 ‹单号›", "为什么 ABC234", "推广订单"),
    "冻结": _how("冻结推广员", "冻结 ‹推荐码› ‹原因›", "冻结 ABC234 刷单", "推广员列表"),
    "恢复": _how("恢复推广员", "恢复 ‹推荐码›", "恢复 ABC234", "推广员列表"),
    "门店": _how("记推广员的门店", "门店 ‹列表里的序号或推荐码› ‹名称或无›", "门店 3 西湖店", "推广员列表"),
    "确认": _how("执行要确认的事，", "确认 ‹确认码›，确认码在上一条消息里", "确认 ABC234", "待办"),
    "提现单": _how("看一笔提现", "提现单 ‹单号›", "提现单 ABC234", "提现审核", "待打款"),
    "结算单": _how("看一次线下结算", "结算单 ‹单号›", "结算单 ABC234", "结算记录"),
    "看": _how("看一段长文字的全文", "看 ‹名称›", "看 推广员协议", "规则设置"),
}
