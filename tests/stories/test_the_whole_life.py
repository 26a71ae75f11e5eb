"""From a text message to money paid out: the life that must run, in one piece."""

from __future__ import annotations

from tests.stories.world import Person, World, caught


def test_from_the_first_scan_to_the_money_paid_out_and_read_in_the_books(world: World) -> None:
    owner = world.person("老板")
    the_owner_was_greeted(owner)
    alice = a_follower_reads_applies_and_waits(world)
    the_owner_is_told_and_says_yes(world, owner, alice)
    the_poster_arrives_and_is_at_hand_the_second_time(world, alice)
    bob = a_second_one_is_rejected_applies_again_and_becomes_the_downline(world, owner, alice)
    with_review_off_one_is_in_at_once(world, owner)
    three_customers_come_three_ways(world, bob)
    number = an_order_pays_two_levels(world, bob, alice)
    the_money_matures(world, number, bob, alice)
    bob_is_paid_by_hand(world, owner, bob)
    the_owner_reads_and_changes(world, owner)
    world.audited()


def the_owner_was_greeted(owner: Person) -> None:
    greeting = owner.chat()[-1]["text"]
    assert greeting.startswith("你是青禾小店的店主了。")
    wanted = {
        "全部待办",
        "推广员审核",
        "提现审核",
        "待打款",
        "今日概览",
        "推广员业绩",
        "订单退款",
        "规则设置",
        "商品佣金",
    }
    assert wanted <= set(owner.menu())


def a_follower_reads_applies_and_waits(world: World) -> Person:
    alice = world.person("alice")
    assert alice.follows().startswith("欢迎来到青禾小店。")
    assert alice.menu() == [
        "商品与价格",
        "我的订单",
        "退款售后",
        "联系客服",
        "我的推荐人",
        "填写推荐码",
        "绑定手机号",
        "隐私与注销",
        "帮助",
        "招募说明",
        "申请推广员",
        "申请进度",
    ]
    assert "青禾小店招募推广员" in alice.clicks("招募说明")
    assert "还没有申请过推广员" in alice.clicks("申请进度")
    agreement = alice.taps("申请推广员")
    assert "免费加入，无需购买" in agreement
    assert "仅按客户真实成交计算，最多两级" in agreement
    assert "怎么称呼你" in alice.taps("同意")
    assert "手机号" in alice.says("王小明")
    assert alice.says("13800138000").startswith("请核对：\n称呼：王小明\n手机号：138 0013 8000\n确认提交")
    assert alice.taps("确认提交").startswith("申请交上去了，等商家审核，结果会在这里告诉你。")
    assert alice.taps("申请进度") == "你在 03-02 10:00 提交的申请还在审核，结果会在这里告诉你。"
    assert "还在审核" in alice.says("申请推广员")
    return alice


def the_owner_is_told_and_says_yes(world: World, owner: Person, alice: Person) -> None:
    world.work()
    assert owner.told() == "待办 1：申请 1"
    assert owner.taps("待办 1") == "待办\n1. 推广员申请 1"
    assert owner.taps("推广员申请 1").startswith("推广员申请 1\n1. 王小明 03-02 10:00\n")
    item = owner.taps("王小明")
    assert "称呼：王小明\n手机：13800138000\n邀请人：无 · 客户归属：无\n提交：03-02 10:00" in item
    assert owner.taps("通过") == "已通过 王小明，他会收到通知。\n申请都处理完了。"
    world.work()
    code = world.code("alice")
    notice = alice.told()
    assert notice.startswith(f"申请通过了。你已经是青禾小店的推广员了，推荐码 {code}。现在可以：\n店铺海报")
    assert alice.menu() == [
        "店铺海报", "推广商品", "推广链接", "素材文案", "邀请推广员", "我的收益", "推广订单", "申请提现", "提现记录",
        "排行榜", "我的客户", "我的下级", "商城与客服", "帮助",
    ]  # fmt: skip


def the_poster_arrives_and_is_at_hand_the_second_time(world: World, alice: Person) -> None:
    assert alice.clicks("店铺海报").startswith("正在为你制作海报，几秒后发到这里…")
    assert alice.pictures() == []
    world.work()
    (poster,) = alice.pictures()
    assert poster["via"] == "kf"
    assert alice.says("海报") == ""
    again = alice.pictures()[-1]
    assert (again["via"], again["media"]) == ("passive", poster["media"])


def a_second_one_is_rejected_applies_again_and_becomes_the_downline(
    world: World, owner: Person, alice: Person
) -> Person:
    alice.clicks("邀请推广员")
    world.work()
    bob = world.person("bob")
    invited = bob.scans_picture(alice.pictures()[-1]["media"])
    assert "王小明 向你推荐了青禾小店。7 天内下单，王小明 就是你的推荐人。" in invited
    assert "青禾小店招募推广员" in invited
    bob.taps("申请推广员")
    bob.taps("同意")
    bob.says("bob")
    form = bob.says("139 0013 9000")
    assert "邀请人：王小明" in form
    assert "不是王小明邀请的" in form
    bob.taps("确认提交")
    owner.says("推广员审核")
    assert "邀请人：王小明 · 客户归属：无" in owner.says("1")
    assert "为什么驳回 bob" in owner.taps("驳回")
    assert owner.says("照片不清楚").startswith("已驳回 bob：照片不清楚")
    world.work()
    said_no = "你在 03-02 10:00 提交的申请没有通过。原因：照片不清楚"
    assert bob.told().startswith(said_no)
    assert bob.says("申请进度").startswith(said_no)
    assert "推广员用的" in bob.says("海报")

    world.later(hours=1)
    assert "申请交上去了" in world.applies(bob, "13900139000")
    world.work()
    assert owner.told() == "待办 1：申请 1"
    owner.says("推广员审核")
    item = owner.taps("bob")
    assert "邀请人：王小明 · 客户归属：无" in item
    assert "提交：03-02 11:00" in item
    assert "已通过 bob" in owner.says("通过 1")
    world.work()
    assert "申请通过了" in bob.told()
    assert "bob 通过你的邀请成为推广员。" in alice.told()
    assert alice.says("我的下级").startswith("我的下级（1 人）\n1. bob · 邀请奖励 ¥0.00\n")
    return bob


def with_review_off_one_is_in_at_once(world: World, owner: Person) -> None:
    assert "审核：开 → 关，已生效。" in owner.says("设置 审核 关")
    dave = world.follower("dave")
    welcome = world.applies(dave)
    assert welcome.startswith(f"你已经是青禾小店的推广员了，推荐码 {world.code('dave')}。现在可以：")
    owner.says("设置 审核 开")


def three_customers_come_three_ways(world: World, bob: Person) -> None:
    bob.says("海报")
    world.work()
    poster = bob.pictures()[-1]["media"]
    carol = world.person("carol")
    receipt = (
        "bob 向你推荐了青禾小店。7 天内下单，bob 就是你的推荐人。\n看商品与价格\n不是 TA 推荐的？回复 不是"
    )
    assert carol.scans_picture(poster) == f"欢迎来到青禾小店。\n{receipt}"
    erin = world.follower("erin")
    assert erin.scans_picture(poster) == receipt
    frank = world.follower("frank")
    assert frank.says(world.code("bob")) == receipt
    assert frank.says("我的推荐人").startswith("你还没有固定的推荐人。最近一次是 bob 在 03-02 11:00 推荐的。")


def an_order_pays_two_levels(world: World, bob: Person, alice: Person) -> str:
    carol = world.person("carol")
    number = carol.pays()
    code = caught(r"单号 (\w{6})", carol.says("我的订单"))
    assert carol.says("我的订单") == f"我的订单\n1. 03-02 11:00 护手霜\n　实付 ¥100.00 · 单号 {code}"
    assert carol.says("我的推荐人") == "你的推荐人是 bob（长期有效）。"
    assert f"有新的佣金入账 ¥30.00（单号 {code}）。" in bob.told()

    assert bob.clicks("我的收益").startswith(
        "我的收益\n今日 ¥30.00 · 昨日 ¥0.00\n本月 ¥30.00 · 累计 ¥30.00\n\n"
        "待结算 ¥30.00\n可提现 ¥0.00\n提现中 ¥0.00\n已打款 ¥0.00\n"
    )
    assert bob.clicks("推广订单") == (
        f"推广订单\n1. 03-02 11:00 护手霜 实付 ¥100.00\n　佣金 ¥30.00 待结算 · 单号 {code}"
    )
    assert bob.clicks("我的客户").startswith("我的客户（3 人）\n")
    assert "锁客中" in bob.says("我的客户")

    assert alice.purse() == {"待结算": "¥10.00"}
    assert "其中邀请奖励\n本月 ¥10.00 · 累计 ¥10.00\n（仅按下级客户已成交订单计算，邀请本身无奖励）" in (
        alice.says("我的收益")
    )
    assert f"　邀请奖励 ¥10.00 待结算 · 单号 {code}\n" in alice.says("推广订单")
    assert "1. bob · 邀请奖励 ¥10.00" in alice.says("我的下级")
    return number


def the_money_matures(world: World, number: str, bob: Person, alice: Person) -> None:
    assert bob.says("提现").startswith("现在没有可提现的钱。待结算 ¥30.00，到期后就能提。")
    world.shop_tells(number, "shipped")
    world.later(days=2)
    world.shop_tells(number, "received")
    assert "佣金 ¥30.00 待结算（03-11 到期）" in bob.says("推广订单")
    world.at("03-11 10:59")
    assert bob.purse() == {"待结算": "¥30.00"}
    world.at("03-11 11:00")
    assert bob.purse() == {"可提现": "¥30.00"}
    assert alice.purse() == {"可提现": "¥10.00"}
    assert "佣金 ¥30.00 已结算" in bob.says("推广订单")


def bob_is_paid_by_hand(world: World, owner: Person, bob: Person) -> None:
    assert bob.clicks("申请提现").startswith("可提现 ¥30.00，单笔 ¥1.00–¥2000.00。")
    assert bob.taps("提 ¥30.00").startswith("提到哪里？")
    assert "微信号" in bob.taps("微信")
    assert "收款人姓名" in bob.says("bob_wx_99")
    assert bob.says("鲍勃").startswith("请核对：\n提现：¥30.00\n收款：微信 bob****x_99\n姓名：鲍勃\n")
    code = caught(r"提现 ¥30.00 已提交，单号 (\w{6})。", bob.taps("确认提现"))
    assert bob.purse() == {"提现中": "¥30.00"}
    assert "一笔提现正在处理" in bob.says("提现 1")
    world.work()

    assert "提现申请 1" in owner.says("待办")
    assert "1. bob ¥30.00 03-11 11:00" in owner.taps("提现申请 1")
    assert "收款：微信 bob****x_99" in owner.taps("bob ¥30.00")
    assert owner.taps("通过").startswith(f"已通过提现 {code}：bob ¥30.00，对方会收到通知。")
    world.work()
    assert f"你的提现 ¥30.00（单号 {code}）已通过，等待打款。" in bob.told()

    assert "待打款 1" in owner.clicks("待打款")
    in_hand = owner.says("开始打款 1")
    assert "微信账号：bob_wx_99\n户名：鲍勃\n金额：¥30.00" in in_hand
    once = caught(r"已打款 (\w{6}) 流水号", in_hand)
    assert "没有改动" not in owner.says(f"已打款 {once} 10000502026031100001")
    assert owner.chat()[-1]["text"].startswith("已记录打款：bob ¥30.00，对方会收到通知。")
    world.work()
    assert bob.told() == (
        f"你的提现 ¥30.00 已打款到微信 bob****x_99，请查收。\n单号 {code}，凭证 10000502026031100001"
    )
    assert bob.purse() == {"已打款": "¥30.00"}
    assert bob.clicks("提现记录") == f"提现记录\n1. 03-11 11:00 ¥30.00 已打款 · 单号 {code}"
    assert "凭证：10000502026031100001" in bob.says("1")
    assert "没有重复记，也不用再打" in owner.says(f"已打款 {once} 10000502026031100001")


def the_owner_reads_and_changes(world: World, owner: Person) -> None:
    carol = world.person("carol")
    number = carol.pays({"sku": "SKU1"}, {"sku": "SKU2", "quantity": 3})
    world.shop_tells(number, "refunded", id="r1", amount=10_000, lines=[{"line": 1, "amount": 10_000}])
    # 19.35 is left: 5.80 for bob and 1.93 for alice; the refund is the ¥100.00 of the hand cream.
    today = owner.clicks("今日概览").splitlines()
    for line in (
        "今日概览（比昨天）", "销售额 ¥19.35 ↑¥19.35", "订单 1 ↑1", "佣金 ¥5.80 ↑¥5.80",
        "邀请奖励 ¥1.93 ↑¥1.93", "退款 ¥100.00 ↑¥100.00", "新锁客 0 持平", "活跃推广员 1 ↑1", "1. bob ¥19.35 · 1 单",
    ):  # fmt: skip
        assert line in today
    assert "1. bob ¥19.35 · 1 单 · 佣金 ¥5.80" in owner.clicks("推广员业绩")
    assert "1. bob ¥119.35 · 2 单 · 佣金 ¥35.80" in owner.taps("看近 30 天")

    prompt = owner.says("设置 佣金比例 20")
    assert "把佣金比例改为 20%？\n原来：30%\n已有订单不变" in prompt
    assert "佣金比例：30% → 20%，已生效。" in owner.taps(prompt.splitlines()[-2])
    assert "最低提现：¥1.00 → ¥10.00，已生效。" in owner.says("设置 最低提现 10元")
    log = owner.says("操作记录")
    for entry in ("店主 改设置：最低提现 ¥1.00 → ¥10.00", "店主 改设置：佣金比例 30% → 20%", "店主 已打款："):
        assert entry in log
    carol.pays()
    assert "佣金 ¥20.00 待结算" in world.person("bob").says("推广订单")
