"""Who may say what: every word of the merchant's × outsider, promoter and staff of each role."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.people.authority import Right, Role
from handlers import routes
from handlers.anyone.unknown import no_right
from handlers.matching import Answer, By, Pattern, Route, State, Word
from handlers.merchant.lists import LIST, Row
from handlers.types import Talk
from tests.handlers.merchant.scenes import OWNER, STAFF, apply, hire, payable
from tests.handlers.world import World, taps

CODE = "ABC234"
SAMPLES = {
    "审核 ‹申请›": "审核 k3m9xa",
    "通过 ‹序号›": "通过 1-8",
    "驳回 ‹序号› ‹理由›": "驳回 2 资料不全",
    "提现单 ‹单号›": f"提现单 {CODE}",
    "通过提现 ‹单号›": f"通过提现 {CODE}",
    "驳回提现 ‹单号› ‹理由›": f"驳回提现 {CODE} 户名不符",
    "看收款码 ‹单号›": f"看收款码 {CODE}",
    "开始打款 ‹单号›": f"开始打款 {CODE}",
    "放弃打款 ‹单号›": f"放弃打款 {CODE}",
    "已打款 ‹确认码› ‹流水号›": f"已打款 {CODE} PAY12345",
    "已打款": f"已打款 {CODE}",
    "确认 ‹确认码›": f"确认 {CODE}",
    "线下结算 到 ‹最后一天›": "线下结算 到 2-28 第 2 页",
    "登记结算 到 ‹最后一天› 凭证 ‹流水号›": "登记结算 到 2-28 凭证 PAY12345",
    "结算记录 ‹页›": "结算记录 2",
    "推广员 ‹推荐码› 订单": f"推广员 {CODE} 订单 2",
    "推广员 ‹推荐码› 下级": f"推广员 {CODE} 下级",
    "推广明细 ‹推荐码、状态或月份›": f"推广明细 {CODE} 待结算 3月",
    "结算单 ‹单号›": f"结算单 {CODE} 第 2 页",
    "推广员业绩 ‹7 或 30›天": "推广员业绩 30天",
    "推广员列表 ‹页›": "推广员列表 2",
    "推广员 ‹推荐码›": f"推广员 {CODE}",
    "冻结 ‹推荐码› ‹原因›": f"冻结 {CODE} 刷单",
    "解约 ‹推荐码› 移交 ‹推荐码› ‹原因›": f"解约 {CODE} 移交 DEF234 不做了",
    "上级 ‹推荐码› ‹推荐码或无› ‹原因›": f"上级 {CODE} DEF234 调整",
    "改邀请人 ‹申请› ‹推荐码或无›": "改邀请人 k3m9xa 无",
    "客户列表 ‹无归属或推荐码›": "客户列表 无归属",
    "找客户 ‹称呼、备注或手机›": "找客户 王姐",
    "客户 ‹客户号›": "客户 k3m9xa2b",
    "分配 ‹序号› ‹推荐码› ‹计佣或仅跟进› ‹原因›": f"分配 1 3 {CODE} 搬家",
    "转移 ‹推荐码› ‹推荐码› 全部 ‹原因›": f"转移 {CODE} DEF234 全部 搬家",
    "分配 ‹别的话›": "分配 给他",
    "备注 ‹序号› ‹备注›": "备注 3 王姐",
    "恢复 ‹推荐码›": f"恢复 {CODE}",
    "订单退款 ‹页›": "订单退款 2",
    "订单 ‹单号›": f"订单 {CODE}",
    "待认领订单 ‹页›": "待认领订单 2",
    "认领 ‹单号› ‹客户›": f"认领 {CODE} 13800138000",
    "退款超额 ‹页›": "退款超额 2",
    "消息冲突 ‹页›": "消息冲突 2",
    "消息冲突 ‹编号›": "消息冲突 k3m9xa2b",
    "已核对 ‹单号、编号或序号›": f"已核对 {CODE}",
    "归属 ‹单号› ‹推荐码› ‹原因›": f"归属 {CODE} DEF234 弄错了",
    "优惠超额 ‹页›": "优惠超额 2",
    "为什么 ‹单号›": f"为什么 {CODE}",
    "操作记录 ‹页›": "操作记录 2",
    "设置 ‹名称›": "设置 最低提现",
    "设置 ‹名称› ‹值›": "设置 最低提现 10",
    "看 ‹名称›": "看 推广员协议",
    "海报招募 ‹店铺、商品或邀请›": "海报招募 商品",
    "海报样张 ‹店铺、商品或邀请›": "海报样张 邀请",
    "海报底图 ‹店铺、商品或邀请›": "海报底图 店铺",
    "海报底图 ‹店铺、商品或邀请› 恢复默认": "海报底图 店铺 恢复默认",
    "全店海报数据 ‹页›": "全店海报数据 2",
    "推广员 ‹推荐码› 海报": f"推广员 {CODE} 海报",
    "移除头像 ‹推荐码›": f"移除头像 {CODE}",
    "商品佣金 ‹页›": "商品佣金 2",
    "商品 加 ‹编号› ‹名称› ‹价格› ‹类型›": "商品 加 SKU2 洗发水 60 实物",
    "商品 加": "商品 加 什么",
    "商品 ‹编号›": "商品 SKU1",
    "商品 ‹编号› 推广 ‹开或关›": "商品 SKU1 推广 关",
    "商品 ‹编号› 比例 默认": "商品 SKU1 比例 默认",
    "商品 ‹编号› 一级 ‹比例› 二级 ‹比例›": "商品 SKU1 一级 12%",
    "商品 ‹编号› 二级 ‹比例›": "商品 SKU1 二级 3%",
    "商品 ‹编号› ‹别的话›": "商品 SKU1 便宜",
    "商品 ‹编号› 分组 ‹名称› 默认": "商品 SKU1 分组 金牌 默认",
    "商品 ‹编号› 分组 ‹名称› 一级 ‹比例› 二级 ‹比例›": "商品 SKU1 分组 金牌 一级 15%",
    "分组列表 ‹页›": "分组列表 2",
    "分组 加 ‹名称›": "分组 加 金牌",
    "分组 加": "分组 加 金 牌",
    "分组 ‹名称›": "分组 金牌",
    "分组 ‹名称› 成员": "分组 金牌 成员",
    "分组 ‹名称› 改名 ‹新名字›": "分组 金牌 改名 银牌",
    "分组 ‹名称› 删除": "分组 金牌 删除",
    "分组 ‹名称› 裂变 ‹开或关›": "分组 金牌 裂变 开",
    "分组 ‹名称› 加 ‹序号或推荐码›": f"分组 金牌 加 {CODE}",
    "分组 ‹名称› 减 ‹序号或推荐码›": f"分组 金牌 减 {CODE}",
    "分组 ‹名称› 比例 默认": "分组 金牌 比例 默认",
    "分组 ‹名称› 一级 ‹比例› 二级 ‹比例›": "分组 金牌 一级 12%",
    "分组 ‹名称› ‹别的话›": "分组 金牌 什么",
    "推广员 ‹推荐码› 分组": f"推广员 {CODE} 分组",
    "员工 ‹页›": "员工 2",
    "员工 ‹员工号›": "员工 k3m9xa2b",
    "员工 ‹员工号› ‹加或减› ‹审核、财务或客服›": "员工 k3m9xa2b 加 财务",
    "员工 ‹员工号› 备注 ‹备注›": "员工 k3m9xa2b 备注 小王",
    "移除店员 ‹员工号›": "移除店员 k3m9xa2b",
    "转让店主 ‹员工号›": "转让店主 k3m9xa2b",
    "邀请成员 ‹分组›": "邀请成员 不分组",
    "成员邀请 ‹邀请›": "成员邀请 ABCDEFGH23",
    "成员邀请 ‹邀请› 二维码": "成员邀请 ABCDEFGH23 二维码",
    "成员邀请 ‹邀请› 结束": "成员邀请 ABCDEFGH23 结束",
    "员工二维码 ‹审核、财务或客服›": "员工二维码 财务",
}
"""A line of each shape; a new shape without a line fails below."""


def lines(route: Route) -> tuple[str, ...]:
    if isinstance(route.when, Word):
        return route.when.words
    assert isinstance(route.when, Pattern)
    return (SAMPLES[route.when.shape],)


STAFFS = [route for route in routes.ROUTES if route.by is By.STAFF or isinstance(route.by, Right)]
SPOKEN = [
    pytest.param(line, route.by, id=line)
    for route in STAFFS
    if not isinstance(route.when, State | Row | Answer)
    for line in lines(route)
]


@pytest.fixture
def staffed(world: World) -> World:
    hire(world)
    world.promoter("alice")
    return world


@pytest.mark.parametrize(("line", "by"), SPOKEN)
def test_outsiders_get_the_answer_of_an_unknown_word(shared: World, line: str, by: By | Right) -> None:
    for name in ("stranger", "alice"):
        found = routes.find(shared.ask(name, text=line))
        if found is not None:  # a few words mean something to everybody, in another sense
            assert not found.do.__module__.startswith("handlers.merchant"), name
            assert found.do is not no_right, name


@pytest.mark.parametrize(("line", "by"), SPOKEN)
def test_each_role_gets_its_own_words(shared: World, line: str, by: By | Right) -> None:
    for role, name in {**STAFF, Role.OWNER: OWNER}.items():
        found = routes.find(shared.ask(name, text=line))
        assert found is not None
        may = by is By.STAFF or role is Role.OWNER or by.value == role.value
        assert (found.do is not no_right) is may, (role, line)


def test_who_lacks_a_right_is_told_which(shared: World) -> None:
    service = STAFF[Role.SERVICE]
    assert shared.say(service, "推广员审核") == "你没有审核权限，请找店主。"
    assert shared.say(service, "待打款") == "你没有财务权限，请找店主。"
    assert shared.say(service, "操作记录") == "这一步只有店主能做，请找店主。"
    assert shared.say(service, "商品 加") == "这一步只有店主能做，请找店主。"


@pytest.mark.parametrize(
    "route", [route for route in STAFFS if isinstance(route.when, State)], ids=lambda route: route.when.name
)
def test_an_open_question_is_answered_only_by_who_may(shared: World, route: Route) -> None:
    assert isinstance(route.when, State)
    for name in ("stranger", "alice"):
        ask = shared.ask(name, text="随便说一句")
        found = routes.find(replace(ask, talk=Talk(route.when.name)))
        assert found is None or found.do is not route.do


def test_words_that_go_by_the_list_ask_for_the_lists_right(staffed: World) -> None:
    review, finance, service = (STAFF[role] for role in (Role.REVIEW, Role.FINANCE, Role.SERVICE))
    tail, code = apply(staffed, "dave"), payable(staffed, "bob")
    for line in ("通过 1", "驳回 1 不行", f"通过 {tail}", f"驳回 {tail} 不行", "通过"):
        assert staffed.say(service, line) == "你没有审核权限，请找店主。", line
    for line in (f"通过 {tail}", f"驳回 {tail} 不行"):
        assert staffed.say(finance, line) == "你没有审核权限，请找店主。", line
    assert "提现申请 1" in staffed.say(finance, "通过 1"), "his own fresh list"
    for of, token in (("withdrawals", code), ("payouts", code)):
        staffed.talks[review] = Talk(LIST, {"of": of, "1": token})
        assert staffed.say(review, "1") == "你没有财务权限，请找店主。"
    staffed.talks[review] = Talk(LIST, {"of": "withdrawals", "1": code})
    assert staffed.say(review, "通过 1") == "你没有财务权限，请找店主。"
    staffed.talks[finance] = Talk(LIST, {"of": "applications", "1": tail})
    assert staffed.say(finance, "1") == "你没有审核权限，请找店主。"
    staffed.talks[finance] = Talk(LIST, {"of": "applications", "1": tail})
    staffed.say(finance, "通过 1")
    assert staffed.who("dave").promoter is None


def test_who_is_no_longer_staff_cannot_use_his_code(staffed: World) -> None:
    made = staffed.by(STAFF[Role.REVIEW]).promoters.propose_freeze(staffed.code("alice"), "刷单")
    person = staffed.who(STAFF[Role.REVIEW]).person
    with staffed.engine.store.engine.execution_options(writing=True).begin() as connection:
        connection.exec_driver_sql("DELETE FROM staff WHERE person_id = ?", (person,))
    assert "没听懂" in staffed.say(STAFF[Role.REVIEW], f"确认 {made.code}")
    assert staffed.who("alice").frozen is False


def test_only_the_owner_is_shown_how_to_change_what_all_may_read(world: World) -> None:
    hire(world)
    for line in (
        "商品佣金",
        "商品 SKU1",
        "规则设置",
        "设置 最低提现",
        "设置 推广员协议",
        "看 推广员协议",
        "设置 审核",
    ):
        shown = {name: world.say(name, line) for name in (OWNER, *STAFF.values())}
        for name in STAFF.values():
            for tapped in taps(shown[name]):
                assert world.say(name, tapped) != "这一步只有店主能做，请找店主。", (line, tapped)
            assert "例如：设置" not in shown[name], line
            assert "请回复：商品" not in shown[name], line
        assert shown[OWNER] != shown[STAFF[Role.SERVICE]], line
