"""What each setting is called and does, and what becomes of older orders; in the groups that are shown."""

from __future__ import annotations

from dataclasses import dataclass

from engine.programme.settings import ACKNOWLEDGEMENT
from handlers.texts.marks import folded, plain
from handlers.texts.money import ON_ORDERS_ONLY

_ORDERS_DECIDED = "已有订单不变，只管改后付款的订单。"
_ORDERS_UNTOUCHED = "不影响任何订单。"


@dataclass(frozen=True, slots=True)
class Words:
    """One setting in words."""

    name: str
    does: str
    """What it is for."""
    orders: str
    """What a change means for orders that exist."""
    example: str
    """What could be typed after the name."""
    also: tuple[str, ...] = ()
    """Other names it answers to."""


WORDS: dict[str, Words] = {
    "programme": Words(
        "推广计划", "总开关。关着的时候不招募、不记访问，新订单不计佣。", _ORDERS_DECIDED, "开",
        ("总开关", "推广", "推广开关"),
    ),
    "recruiting": Words("招募", "关着的时候不收新的推广员申请。", _ORDERS_UNTOUCHED, "关", ("招募开关", "招募推广员")),
    "review": Words(
        "审核", "开着的时候，申请要你通过才生效；关着的时候，申请即成为推广员。解约过的人再申请，总要审核。",
        _ORDERS_UNTOUCHED, "关", ("审核开关", "推广员审核"),
    ),
    "lock_mode": Words(
        "锁定方式",
        "客户归谁。访问锁定：谁先带来归谁；购买锁定：带来后买了才归谁，有归属的不换人；"
        "购买单次锁定：下单时谁带来的归谁，可换人。",
        _ORDERS_DECIDED, "购买锁定", ("锁客方式", "锁定模式"),
    ),
    "lock_days": Words(
        "锁定有效期", "客户归属保留多久。改后新锁定的客户才用新的有效期。", _ORDERS_DECIDED, "30天",
        ("锁客有效期", "有效期"),
    ),
    "visit_window": Words(
        "访问有效期",
        "订单没带推荐码时，看客户付款前几天内最后扫了谁的码。0 天：只认订单带来的推荐码。访问锁定时用不到。",
        _ORDERS_DECIDED, "7天", ("访问窗口", "访问天数"),
    ),
    "level1": Words(
        "佣金比例", "客户成交，推广员得实付的百分之几。商品可以另设。", _ORDERS_DECIDED, "12%",
        ("一级", "一级比例", "一级佣金", "佣金"),
    ),
    "level2": Words(
        "邀请奖励比例",
        f"推广员的客户成交，他的邀请人得实付的百分之几。{ON_ORDERS_ONLY}。二级分销生效时才计。",
        _ORDERS_DECIDED, "3%", ("二级", "二级比例", "二级佣金", "邀请奖励"),
    ),
    "two_level": Words(
        "二级分销",
        f"开着且店主回复过「{ACKNOWLEDGEMENT}」，才计邀请奖励；关着时只计一级，与下级有关的菜单都不出现。",
        "已有订单不变，只管改后付款的订单。上下级关系会保留。", "关", ("两级分销", "二级开关"),
    ),
    "self_purchase": Words(
        "自购",
        "推广员自己买怎么算。不计佣：和普通客户一样，自己不得佣金；计佣金：自己得一级佣金；自购省：价格直接减去一级佣金，不再另给。"
        "替客户下单（代下单）总是按减过的价。",
        _ORDERS_DECIDED, "计佣金", ("自购方式",),
    ),
    "earn_shown": Words(
        "显示赚多少", "商品后面写不写「赚 ¥x」：按零售价和一级佣金算。", _ORDERS_UNTOUCHED, "关",
        ("显示佣金", "赚"),
    ),
    "earn_to": Words(
        "赚给谁看", "「赚 ¥x」给谁看。所有人：客户也看得到推广可赚多少。", _ORDERS_UNTOUCHED, "所有人", ("佣金给谁看",),
    ),
    "settle_mode": Words(
        "结算时间", "佣金什么时候变成可提现。发货 15 天后没确认的，算收货。", _ORDERS_DECIDED, "收货后7天",
        ("结算方式", "结算"),
    ),
    "settle_days": Words(
        "结算天数", "结算时间选「收货后」时，收货满几天可提现。", _ORDERS_DECIDED, "7天", ("收货后天数", "收货后"),
    ),
    "payout_mode": Words(
        "打款方式",
        "推广员怎么拿到钱。线上提现：推广员申请提现，你审核后打款；线下结算：你在店里直接付给他，再来「线下结算」登记一段时间。",
        "不影响任何订单；已提交的提现照常办完，没登记的以后还能提。", "线下结算", ("提现方式", "付款方式"),
    ),
    "withdraw_min": Words(
        "最低提现", "一次最少提多少。", "不影响任何订单；已提交的提现不变。", "10", ("起提金额", "提现门槛", "最低"),
    ),
    "withdraw_max": Words(
        "最高提现", "一次最多提多少。", "不影响任何订单；已提交的提现不变。", "2000", ("单次上限", "提现上限", "最高"),
    ),
    "daily_limit": Words(
        "每日打款上限", "全店一天最多打出多少，手工打款也算。", "不影响任何订单；超出的提现等第二天再打。",
        "5000", ("每日上限", "打款上限", "日限额"),
    ),
    "shop_name": Words("店名", "海报、邀请和消息里的店名。", _ORDERS_UNTOUCHED, "花间小铺", ("店铺名", "店铺名称")),
    "recruit_title": Words(
        "招募标题", "招募页和邀请卡片的标题。空着就用「店名招募推广员」。", _ORDERS_UNTOUCHED, "一起推荐好物",
        ("招募页标题",),
    ),
    "recruit_text": Words(
        "招募说明", "想当推广员的人先看到的话。", _ORDERS_UNTOUCHED, "改", ("招募文案", "招募页"),
    ),
    "recruit_picture": Words(
        "招募图片", "招募页最上面的图片，也是邀请卡片的封面。可以空着。", _ORDERS_UNTOUCHED, "改", ("招募封面",),
    ),
    "agreement": Words(
        "推广员协议", "申请人要同意的协议。改后，正在填申请的人要重新同意。", _ORDERS_UNTOUCHED, "改",
        ("协议", "推广协议"),
    ),
    "questions": Words(
        "申请提问", "除了称呼和手机号，还想问申请人什么：一行一个，最多三个；不能问钱。空着就不问。",
        _ORDERS_UNTOUCHED, "你常在哪里推荐？", ("申请问题", "提问"),
    ),
    "poster_title": Words("海报标题", "店铺海报最上面的大字。空着就用店名。", _ORDERS_UNTOUCHED, "春季上新", ("标题",)),
    "poster_text": Words(
        "海报文案", "店铺海报上的一两句话。可以空着。", _ORDERS_UNTOUCHED, "用心做好每一件商品", ("文案", "海报文字"),
    ),
    "poster_template": Words("海报模板", "店铺海报的样子。", _ORDERS_UNTOUCHED, "暖橙", ("模板", "海报样式")),
    "product_template": Words("商品海报模板", "商品海报的样子。", _ORDERS_UNTOUCHED, "夜蓝", ("商品模板",)),
    "invitation_template": Words("邀请海报模板", "邀请海报的样子。", _ORDERS_UNTOUCHED, "墨绿", ("邀请模板",)),
    "poster_looks": Words(
        "可选样式", "推广员可以自己选的海报样子（回复「海报 换样式」）。不让选，就都用你定的模板。",
        _ORDERS_UNTOUCHED, "素雅 暖橙", ("海报可选样式", "可选模板"),
    ),
    "product_text": Words(
        "商品海报文案", "商品海报上价格下面的一句话。可以空着。", _ORDERS_UNTOUCHED, "当季新品，门店现货",
        ("商品文案",),
    ),
    "poster_background": Words(
        "海报底图", "店铺海报后面的图片，先看样张再换上。空着就用模板自带的。", _ORDERS_UNTOUCHED, "改",
        ("店铺海报底图", "海报背景"),
    ),
    "product_background": Words(
        "商品海报底图", "商品海报后面的图片，先看样张再换上。空着就用模板自带的。", _ORDERS_UNTOUCHED, "改",
        ("商品底图", "商品海报背景"),
    ),
    "invitation_background": Words(
        "邀请海报底图", "邀请海报后面的图片，先看样张再换上。空着就用模板自带的。", _ORDERS_UNTOUCHED, "改",
        ("邀请底图", "邀请海报背景"),
    ),
    "share_title": Words(
        "分享标题", "推广链接发成卡片时的标题。空着就写谁推荐了哪家店。", _ORDERS_UNTOUCHED, "街角的好茶",
        ("卡片标题",),
    ),
    "share_text": Words(
        "分享文案", "推广链接发成卡片时的一句话。空着就用海报文案。", _ORDERS_UNTOUCHED, "手作护理与好茶",
        ("卡片文案",),
    ),
    "to_staff": Words(
        "人工客服", "客户说的话没听懂时，转给公众平台的人工客服；关着就一天最多提示一次，其余不答。",
        _ORDERS_UNTOUCHED, "开",
        ("客服", "转人工"),
    ),
    "service_text": Words(
        "客服说明", "「联系客服」里写的时间、电话、地址。可以空着。",
        _ORDERS_UNTOUCHED, "每天 9:00–18:00，电话 010-12345678",
        ("客服时间", "客服电话"),
    ),
    "welcome_text": Words(
        "欢迎语", "新关注的人先看到的一两句话。空着就只有店名和能做什么。",
        _ORDERS_UNTOUCHED, "手作护理与好茶，慢慢看。",
        ("欢迎词", "关注回复"),
    ),
    "shop_link": Words(
        "商城链接", "菜单「进入商城」打开的网址，以 https:// 开头。空着就没有这个菜单。", _ORDERS_UNTOUCHED,
        "https://shop.example.com", ("商城网址", "商城地址"),
    ),
    "share_picture": Words(
        "分享封面", "推广链接发成卡片时的小图。可以空着。", _ORDERS_UNTOUCHED, "改", ("卡片封面", "分享图片"),
    ),
}  # fmt: skip

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("开关", ("programme", "recruiting", "review")),
    ("锁客", ("lock_mode", "lock_days", "visit_window")),
    ("佣金", ("level1", "level2", "two_level", "self_purchase", "earn_shown", "earn_to")),
    ("结算", ("settle_mode", "settle_days")),
    ("提现", ("payout_mode", "withdraw_min", "withdraw_max", "daily_limit")),
    (
        "招募页面",
        (
            "recruit_title",
            "recruit_text",
            "recruit_picture",
            "agreement",
            "questions",
            "invitation_template",
            "invitation_background",
        ),
    ),
    (
        "文案海报",
        (
            "poster_title",
            "poster_text",
            "poster_template",
            "poster_background",
            "product_text",
            "product_template",
            "product_background",
            "poster_looks",
        ),
    ),
    (
        "店铺客服",
        (
            "shop_name",
            "share_title",
            "share_text",
            "share_picture",
            "to_staff",
            "service_text",
            "welcome_text",
            "shop_link",
        ),
    ),
)

WHO = "店主"
"""Who may change a setting."""
_BY_NAME = {folded(name): key for key, words in WORDS.items() for name in (words.name, *words.also)}


def key_of(named: str) -> str | None:
    """The setting that is called so, by any of its names."""
    return _BY_NAME.get(folded(named))


def group_of(named: str) -> tuple[str, ...] | None:
    """The settings of the group that is called so."""
    wanted = "文案海报" if folded(named) in ("文案", "海报") else named
    return next((keys for name, keys in GROUPS if folded(name) == folded(wanted)), None)


def name_of(key: str) -> str:
    """What the setting is called."""
    return WORDS[key].name if key in WORDS else plain(key)
