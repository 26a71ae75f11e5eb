"""Who of the staff may do what, one-time codes, two hands on one payout, and names that try to press a button."""

from __future__ import annotations

import pytest

from engine.people.authority import Role
from tests.stories.world import LINK, Person, World, caught

UNKNOWN = "没听懂这句话。"
"""To an outsider once a day; otherwise nothing."""
NO_REVIEW, NO_FINANCE = "你没有审核权限，请找店主。", "你没有财务权限，请找店主。"
OWNER_ONLY = "这一步只有店主能做，请找店主。"


@pytest.fixture
def bob(world: World) -> Person:
    """A promoter who may withdraw ¥30.00."""
    someone = world.joins("bob")
    carol = world.person("carol")
    carol.scans_poster_of("bob")
    world.settles(carol.pays())
    return someone


# -- the same word, three answers -------------------------------------------------------------------


def test_the_same_word_said_by_owner_staff_and_outsiders(world: World, bob: Person) -> None:
    owner = world.person("老板")
    reviewer, cashier, clerk = (world.staff(name, name) for name in ("审核", "财务", "客服"))
    mallory = world.follower("mallory")
    world.applies(world.follower("dave"))
    code = bob.asks_for("30")

    for word, right, of_nobody in (
        ("推广员审核", reviewer, NO_REVIEW),
        (f"冻结 {world.code('bob')}", reviewer, NO_REVIEW),
        ("提现审核", cashier, NO_FINANCE),
        (f"通过提现 {code}", cashier, NO_FINANCE),
        (f"驳回提现 {code} 不给", cashier, NO_FINANCE),
        ("待打款", cashier, NO_FINANCE),
        (f"开始打款 {code}", cashier, NO_FINANCE),
        ("已打款 ABC234 2026030900001", cashier, NO_FINANCE),
        (f"放弃打款 {code}", cashier, NO_FINANCE),
        ("设置 最低提现 5", owner, OWNER_ONLY),
        ("商品 SKU1 推广 关", owner, OWNER_ONLY),
        ("操作记录", owner, OWNER_ONLY),
        ("员工二维码 财务", owner, OWNER_ONLY),
        ("我已了解二级风险", owner, OWNER_ONLY),
    ):
        for member in (reviewer, cashier, clerk):
            if member is not right:
                assert member.says(word) == of_nobody, (member.name, word)
        assert unheard(mallory.says(word)), word
        assert unheard(bob.says(word)), word
    assert bob.purse() == {"提现中": "¥30.00"}

    for word in ("全部待办", "今日概览", "推广员业绩", "订单退款"):
        for member in (owner, reviewer, cashier, clerk):
            said = member.says(word)
            assert not unheard(said), (member.name, word)
            assert said not in (NO_REVIEW, NO_FINANCE, OWNER_ONLY), (member.name, word)
        assert unheard(mallory.says(word)), word
    world.audited()


def test_each_member_sees_the_work_that_is_his(world: World, bob: Person) -> None:
    reviewer, cashier, clerk = (world.staff(name, name) for name in ("审核", "财务", "客服"))
    world.applies(world.follower("dave"))
    bob.asks_for("30")
    assert reviewer.says("待办").endswith("待办\n1. 推广员申请 1")
    assert cashier.says("待办").endswith("待办\n1. 提现申请 1")
    assert clerk.says("待办").startswith("现在没有待办。")
    assert reviewer.taps("推广员申请 1").startswith("推广员申请 1\n1. dave")
    assert "已通过 dave" in reviewer.says("通过 1")
    assert cashier.taps("提现申请 1").startswith("提现申请 1\n1. bob ¥30.00")
    assert "已通过提现" in cashier.says("通过 1")
    assert "规则设置" not in reviewer.says("帮助")
    world.audited()


def test_a_staff_code_makes_one_member_and_only_for_a_day(world: World) -> None:
    owner, mallory = world.person("老板"), world.person("mallory")
    reviewer = world.staff("小陈", "审核")
    used = owner.pictures()[-1]["media"]
    assert "这个二维码用过了或已过期，请找店主要一个新的。" in mallory.scans_picture(used)
    assert unheard(mallory.says("待办"))
    assert reviewer.scans_picture(used).startswith("这个二维码用过了或已过期。你已经是店员了")
    owner.says("员工二维码 财务")
    world.work()
    late = owner.pictures()[-1]["media"]
    world.later(hours=23, minutes=59)
    assert "你加入了青禾小店，角色是财务。" in world.person("小王").scans_picture(late)
    owner.says("员工二维码 财务")
    world.work()
    late = owner.pictures()[-1]["media"]
    world.later(hours=24, minutes=1)
    world.post(f"people/{mallory.openid}/scan", picture=late)
    assert unheard(mallory.says("待办"))


def test_the_operator_s_one_time_code_makes_one_owner(world: World) -> None:
    greeted = world.person("老板")
    assert "规则设置" in greeted.menu()
    used = next(code["scene"] for code in world.get("codes")["codes"] if code["scene"].startswith("m:"))
    mallory = world.person("mallory")
    assert mallory.scans(used) == "欢迎来到青禾小店。\n这个二维码用过了或已过期，请找店主要一个新的。"
    assert unheard(mallory.says("规则设置"))
    assert mallory.scans("m:AAAAAAAAAAAAAAAAAAAA") == "这个二维码用过了或已过期，请找店主要一个新的。"


def test_the_shop_changes_hands_and_the_lost_phone_is_locked_out(world: World) -> None:
    owner, cashier = world.person("老板"), world.staff("小王", "财务")
    assert owner.says("员工").startswith("员工（点开改权限、移除，或转让店主）\n1. 你自己 · 店主 ")
    owner.taps("财务店员")
    owner.taps("加上客服权限")
    owner.taps_code()
    world.work()
    assert "你在青禾小店的店员权限现在是：财务、客服。" in cashier.told()
    assert cashier.says("待认领订单").startswith("没有待认领的订单")

    world.later(minutes=11)  # news to one person comes ten minutes apart
    owner.taps("全部员工")
    owner.taps("财务店员")
    owner.taps("把店主转让给这位")
    assert owner.taps_code().startswith("店主已转让给 财务店员，对方会收到通知。")
    world.work()
    assert "你现在是青禾小店的店主。" in cashier.told()
    assert "规则设置" not in owner.menu()
    assert unheard(owner.says("规则设置"))

    made = world.house.operator().enrolling.invite(Role.OWNER)
    second = world.follower("小李")
    assert "你是青禾小店的店主了" in second.scans(made.scene)
    world.later(minutes=11)
    world.work()
    assert "本店的店主有变动，现在有 2 位：" in cashier.told()
    second.says("员工")
    second.taps("店主")
    second.taps("移除店员")
    second.taps_code()
    assert unheard(cashier.says("员工"))
    world.work()
    assert cashier.menu() == owner.menu()
    second.says("员工")
    second.taps("你自己")
    assert second.taps("退出本店").startswith("这是本店唯一的店主，不能移除")
    world.audited()


# -- one-time codes ---------------------------------------------------------------------------------


def prompted(text: str) -> str:
    """The one-time code of a prompt."""
    return caught(r"（(\w{6})）\n5 分钟内有效", text)


def test_a_code_works_once_for_him_who_was_given_it_and_for_five_minutes(world: World, bob: Person) -> None:
    owner, cashier = world.person("老板"), world.staff("财务", "财务")
    code = bob.asks_for("30")
    mine = prompted(owner.says(f"驳回提现 {code} 户名不符"))
    foreign = "没有执行：这个确认码不对，或者是发给别人的。"
    assert cashier.says(f"确认 {mine}").startswith(foreign)
    assert unheard(world.follower("mallory").says(f"确认 {mine}"))
    assert unheard(bob.says(f"确认 {mine}"))
    assert bob.purse() == {"提现中": "¥30.00"}

    world.later(minutes=5)
    fresh = owner.taps(f"确认驳回（{mine}）")
    assert fresh.startswith("确认码过期了，没有改动。给你一个新的：\n\n")
    assert f"驳回提现 {code}？\n推广员：bob\n金额：¥30.00\n" in fresh
    assert "理由：户名不符" in fresh
    again = prompted(fresh)
    assert again != mine
    assert owner.taps(f"确认驳回（{again}）").startswith(f"已驳回提现 {code}：bob ¥30.00")
    assert bob.purse() == {"可提现": "¥30.00"}
    assert owner.says(f"确认 {again}").startswith("这个确认码用过或作废了，没有再做一次。")
    assert bob.purse() == {"可提现": "¥30.00"}
    world.audited()


def test_a_code_for_one_thing_does_nothing_else(world: World, bob: Person) -> None:
    owner = world.person("老板")
    code = bob.asks_for("30")
    rate = prompted(owner.says("设置 佣金比例 20%"))
    owner.says(f"通过提现 {code}")
    owner.says(f"开始打款 {code}")
    assert owner.says(f"已打款 {rate} 2026030900001").startswith("确认码不对，没有执行。")
    assert bob.purse() == {"提现中": "¥30.00"}
    assert "佣金比例：30% → 20%，已生效。" in owner.says(f"确认 {rate}")
    world.audited()


def test_the_payout_s_code_lives_a_day_or_until_it_is_given_up(world: World, bob: Person) -> None:
    owner = world.person("老板")
    code = bob.asks_for("30")
    owner.says(f"通过提现 {code}")
    first = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {code}"))
    assert owner.taps("没有转账，放弃打款").startswith(f"已放弃打款 {code}（¥30.00）")
    assert "确认码" in owner.says(f"已打款 {first} 2026030900001")
    assert bob.purse() == {"提现中": "¥30.00"}
    second = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {code}"))
    world.later(hours=24)
    fresh = owner.says(f"已打款 {second} 2026030900001")
    assert fresh.startswith("确认码过期了，没有改动。给你一个新的：\n\n微信账号：wx_number_1")
    third = caught(r"已打款 (\w{6}) 流水号", fresh)
    assert owner.says(f"已打款 {third} 2026030900001").startswith("已记录打款：bob ¥30.00")
    assert bob.purse() == {"已打款": "¥30.00"}
    world.audited()


def test_a_proof_that_is_none_is_asked_for_again_and_the_code_still_works(world: World, bob: Person) -> None:
    owner = world.person("老板")
    code = bob.asks_for("30")
    owner.says(f"通过提现 {code}")
    once = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {code}"))
    assert owner.says(f"已打款 {once} 好").startswith("流水号要 4–64 位字母或数字")
    assert owner.says("已打款").startswith("请回复：已打款 确认码 流水号")
    assert owner.says(f"已打款 {once.lower()} 流水号：2026 0309 00001").startswith("已记录打款：bob ¥30.00")
    world.audited()


# -- two of the staff -------------------------------------------------------------------------------


def test_two_of_the_staff_pay_the_same_withdrawal_and_the_second_is_told(world: World, bob: Person) -> None:
    owner, cashier = world.person("老板"), world.staff("财务", "财务")
    code = bob.asks_for("30")
    assert owner.says(f"通过提现 {code}").startswith(f"已通过提现 {code}")
    second = cashier.says(f"通过提现 {code}")
    assert second.startswith(f"提现 {code}（bob ¥30.00）现在是「待打款」，这一步做不了，没有改动。")

    once = caught(r"已打款 (\w{6}) 流水号", owner.says(f"开始打款 {code}"))
    busy = cashier.says(f"开始打款 {code}")
    assert f"正在打这一笔（{code}，¥30.00），请不要重复打款。" in busy
    assert "wx_number_1" not in busy
    assert "打款中" in cashier.says("待打款")
    assert "请先问清他还没转账" in cashier.says(f"放弃打款 {code}")
    assert cashier.says(f"已打款 {once} 2026030900001").startswith("确认码不对，没有执行。")
    assert "已记录打款" in owner.says(f"已打款 {once} 2026030900001")
    assert "没有重复记，也不用再打" in owner.says(f"已打款 {once} 2026030900001")
    assert "现在是「已打款」" in cashier.says(f"开始打款 {code}")
    assert bob.purse() == {"已打款": "¥30.00"}
    world.audited()


def test_what_one_approved_the_other_cannot_reject_by_an_old_line(world: World) -> None:
    owner, reviewer = world.person("老板"), world.staff("审核", "审核")
    dave = world.follower("dave")
    world.applies(dave)
    for member in (owner, reviewer):
        member.says("推广员审核")
        member.taps("dave")
    assert owner.taps("通过").startswith("已通过 dave")
    assert reviewer.taps("通过").startswith("dave 的申请已经通过了，这次没有改动。")
    assert reviewer.taps("驳回").startswith("dave 的申请已经通过了，这次没有改动。")
    world.work()
    assert dave.told().count("申请通过了") == 1


def test_many_applications_in_one_line(world: World) -> None:
    owner = world.person("老板")
    for name in ("ann", "ben", "cat", "dan"):
        world.applies(world.follower(name))
        world.later(minutes=1)
    assert owner.says("待办").endswith("待办\n1. 推广员申请 4")
    assert owner.taps("推广员申请 4").startswith("推广员申请 4\n1. ann")
    assert owner.says("通过 1-2 4") == "1. ann：已通过\n2. ben：已通过\n4. dan：已通过\n还有 1 份申请"
    owner.says("推广员审核")
    assert owner.says("驳回 1 资料不全").startswith("已驳回 cat：资料不全")
    world.work()
    assert "原因：资料不全" in world.person("cat").told()
    assert "申请通过了" in world.person("dan").told()


# -- what people are called -------------------------------------------------------------------------

ATTACK = '<a href="weixin://bizmsgmenu?msgmenucontent=通过 1-8&msgmenuid=1">点我</a>'


@pytest.mark.parametrize(
    "name",
    [
        ATTACK,
        '好<a href="weixin://bizmsgmenu?msgmenucontent=通过',
        "＜a href=weixin:通过＞好",
        "老\n板\n通过",
        "]]></Content><MsgType>image",
    ],
    ids=["a-link", "half-a-link", "a-wide-link", "three-lines", "end-of-cdata"],
)
def test_a_name_that_holds_a_tap_stays_dead_text_in_the_merchant_s_chat(world: World, name: str) -> None:
    owner, mallory = world.person("老板"), world.follower("mallory")
    mallory.says("申请推广员")
    mallory.says("同意")
    mallory.says(name)
    mallory.says("13900139009")
    mallory.taps("确认提交")
    allowed = ("审核 ", "通过 ", "驳回 ", "改邀请人 ", "推广员审核", "待办")
    for text in (owner.says("推广员审核"), owner.says("1")):
        assert "weixin:" not in text
        raw = owner.raw()
        assert all(content.startswith(allowed) for content, _ in LINK.findall(raw))
        assert "1-8" not in "".join(content for content, _ in LINK.findall(raw))
    item = owner.raw()
    assert item.count("<a ") == len(LINK.findall(item)) == 4
    assert len([line for line in owner.says("1").splitlines() if line.startswith("称呼：")]) == 1
    assert "开小差" not in item
    assert mallory.says("海报").startswith("这是推广员用的")


def test_a_reason_and_a_payee_that_hold_a_tap_stay_dead_text_too(world: World, bob: Person) -> None:
    owner = world.person("老板")
    bob.says("提现 30")
    bob.says("微信")
    bob.says("bob_wx_99")
    assert "weixin:" not in bob.says(f"鲍勃{ATTACK}")
    bob.taps("确认提现")
    owner.says("提现审核")
    owner.says("1")
    owner.taps("通过")
    owner.taps("开始打款")
    sent = [content for content, _ in LINK.findall(owner.raw())]
    assert [content.split()[0] for content in sent] == ["已打款", "放弃打款"]
    world.audited()


# -- whatever anybody can type ----------------------------------------------------------------------

TYPED = '"]]>\u202e<b>好</b>' + ATTACK
"""A quotation mark, the end of CDATA, another direction, markup, and a tap that approves."""


def test_whatever_is_typed_anywhere_is_dead_text_wherever_it_is_read(world: World) -> None:
    owner, mallory = world.person("老板"), world.follower("mallory")
    world.set("questions", f"哪里{ATTACK}"[:40])
    for line in ("申请推广员", "同意", f"马{TYPED}", "13900139009", f"朋友{TYPED}"):
        mallory.says(line)
    mallory.taps("确认提交")
    owner.says("推广员审核")
    owner.says("1")
    owner.taps("通过")
    world.work()
    code = world.code("mallory")
    carol = world.person("carol")
    carol.scans_poster_of("mallory")
    fed = TYPED.replace("\u202e", "")  # the feed's door refuses what cannot be seen
    carol.pays({"sku": f"S{fed}"[:30], "title": f"霜{fed}"[:60], "paid": 10_000}, number=f"N{fed}"[:30])
    said = {
        "mallory": f"改名 波{TYPED}|海报 印刷 前台{TYPED}|海报数据|我的客户|备注 1 王<b>姐|推广订单|推广商品 {TYPED}"
        f"|为什么 {TYPED}|我的收益|排行榜|提现 1|帮助|{TYPED}",
        "carol": f"我的推荐人|我的订单|退款售后|价格 {TYPED}|推荐码 {TYPED}|联系客服|绑定手机号|{TYPED}",
        "老板": f"订单退款|1|客户列表|1|备注 1 李<b>姐|找客户 李|找客户 {TYPED}|推广员列表|1|推广员业绩|今日概览"
        f"|推广明细|推广明细 {TYPED}|分组 加 {TYPED}|商品 加 S2 霜{TYPED} 10 实物|商品佣金|1|设置 欢迎语 来{TYPED}"
        f"|设置 客服说明 早九点{TYPED}|联系客服|规则设置|冻结 {code} 刷单{TYPED}|操作记录|操作记录 2|{TYPED}",
    }
    for name, lines in said.items():
        for line in lines.split("|"):
            world.person(name).says(line)
    world.work()
    assert "1-8" in str(mallory.chat()), "it was really said"
    for name in ("mallory", "carol", "老板", "新来的"):
        someone = world.follower(name) if name == "新来的" else world.person(name)
        for message in someone.chat():
            if message["from"] != "bot" or not message.get("text"):
                continue
            taps, bare = LINK.findall(message["text"]), LINK.sub("", message["text"])
            assert not [sends for sends, _ in taps if "1-8" in sends or '"' in sends], message
            assert not [mark for mark in ("<", ">", "weixin:", "]]", "\u202e") if mark in bare], (name, bare)
            assert "开小差" not in bare, (name, bare)
    world.audited()


# -- somebody else's numbers ------------------------------------------------------------------------


def test_somebody_elses_number_opens_no_more_than_one_that_is_not_there(world: World, bob: Person) -> None:
    """Said and tapped by a customer, another promoter and a nobody: not a byte tells that the thing exists."""
    owner, cashier, dave = world.person("老板"), world.staff("财务", "财务"), world.joins("dave")
    carol, mallory, erin = world.person("carol"), world.follower("mallory"), world.follower("erin")
    world.applies(erin)
    asked = bob.asks_for("30")
    confirming = prompted(owner.says(f"驳回提现 {asked} 户名不符"))
    desk = world.house.operator()
    number = desk.order_book.all(0, 1)[0].code
    customer = caught(r"msgmenucontent=客户 (\w+)&", raw_of(bob, "我的客户"))
    application = desk.recruiting.pending(1)[0].id[-6:]
    clerk = world.house.engine.meet(world.house.shop, cashier.openid).person.removeprefix("pe_")[:8]
    hers = (
        f"为什么 {number}", f"订单 {number}", f"归属 {number} {world.code('dave')} 我的", f"认领 {number} 13800138000",
        f"取消提现 {asked}", f"提现单 {asked}", f"通过提现 {asked}", f"驳回提现 {asked} 不给", f"开始打款 {asked}",
        f"放弃打款 {asked}", f"看收款码 {asked}", f"已打款 {confirming} 2026030900001", f"确认 {confirming}",
        f"审核 {application}", f"改邀请人 {application} 无", f"客户 {customer}", f"员工 {clerk}", f"转让店主 {clerk}",
        f"推广员 {world.code('bob')}", f"冻结 {world.code('bob')} 刷单", f"上级 {world.code('bob')} 无 我的",
        f"移除头像 {world.code('bob')}",
    )  # fmt: skip
    for someone in (carol, dave, mallory):
        someone.says("这句话谁也听不懂")
        for line in hers:
            word, known, *rest = line.split(" ", 2)
            said = [
                someone._does("tap", content=" ".join((word, one, *rest)), id="1").replace(one, "‹单号›")
                for one in (known, not_there(known))
            ]
            assert said[0] == said[1], (someone.name, line)
            assert not any(mark in said[0] for mark in ("bob", "30.00", "erin", "财务店员")), (
                someone.name,
                line,
            )
    world.later(minutes=6)
    assert mallory.says(f"确认 {confirming}") == ""
    assert bob.purse() == {"提现中": "¥30.00"}
    assert [one.name for one in desk.recruiting.pending(9)] == ["erin"]
    assert "财务" in owner.says("员工")
    world.audited()


def not_there(number: str) -> str:
    """A number of the same make that nothing has."""
    return number[:-1] + ("3" if number.endswith("2") else "2")


def raw_of(someone: Person, word: str) -> str:
    """What he is answered, with its lines to tap."""
    someone.says(word)
    return someone.raw()


def unheard(said: str) -> bool:
    """What an outsider hears: nothing, or that it was not understood, perhaps with words of his own menus."""
    return not said or said.startswith(UNKNOWN)
