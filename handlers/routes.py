"""ROUTES: one ordered table, read top to bottom; the first match wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.people.authority import Right
from engine.programme.settings import ACKNOWLEDGEMENT
from handlers.anyone import bare, coming, help, usage
from handlers.anyone.unknown import forgotten, no_right, picture, promoters_only, silence, unknown, unread
from handlers.anyone.why import why
from handlers.customer import applying, orders, phones, prices, privacy, referrals
from handlers.lists import NUMBERS, REASON, TAIL, Row, open_question, said
from handlers.matching import (
    Answer,
    By,
    Essay,
    Handler,
    Line,
    OfKind,
    Pattern,
    Route,
    Scan,
    Sent,
    State,
    Word,
    line_of,
)
from handlers.merchant import (
    applications,
    checks,
    confirming,
    customers,
    data,
    details,
    discounts,
    goods,
    groups,
    leaving,
    log,
    materials,
    members,
    moving,
    offline,
    opening,
    payouts,
    picking,
    posters,
    rules,
    staff,
    todo,
    uplines,
    withdrawals,
)
from handlers.merchant import orders as sold
from handlers.merchant import promoters as people
from handlers.merchant.customers import HANDLE
from handlers.promoter import customers as mine
from handlers.promoter import earnings, links, pictures, portraits, standing, withdrawing
from handlers.promoter import goods as promoted
from handlers.promoter import materials as passed_on
from handlers.spelling import respelled
from handlers.typed import BareCode, BareNumber, BarePhone
from handlers.types import Ask, Kind, Talk

__all__ = ["ROUTES", "Found", "find", "unknown", "within_rights"]

ANSWERS = (
    "下一页",
    "同意",
    "确认提交",
    "邀请人不对",
    "重填",
    "确认提现",
    "换账号",
    "微信",
    "支付宝",
    "计佣",
    "仅跟进",
    "完成",
    "跳过",
)
"""Lines that are tapped in answer to a question; the question may be gone by then."""

INVITED = r"[2-9a-hj-np-z]{10}"
"""The merchant's own invitation, as a tapped line carries it."""
POSTERS = r"(?P<kind>店铺|商品|邀请)(?:海报)?"
"""One of the kinds of posters."""
RATES = r"(?:(?:一级|比例|佣金) ?(?P<first>[^\s,]+)(?:[ ,]+二级 ?(?P<second>\S+))?|二级 ?(?P<only>\S+))"
"""Rates as they are typed for a group: either level, or both."""
LAST_DAY = r"(?:(?: ?到 ?| )(?P<day>(?!第 ?\d|凭证|流水)[^ ]+))?"
"""Of a period: 到 3-31, or 3-31 alone."""
NUMBER = r"[0-9a-z][0-9a-z_-]{2,31}"
"""An order as people call it: its 单号, or the shop's own number."""
WHY = rf"为什么 ?(?P<code>{NUMBER}|[0-9a-z][0-9a-z -]{{0,15}})"

MATERIAL = rf"素材管理 ?(?P<code>{TAIL})"

ROUTES: tuple[Route, ...] = (
    # -- a long text that was asked for is no command, whatever it begins with ----------------------
    Route(Essay(materials.TEXT), materials.text_told, Right.OWNER),
    Route(Essay(materials.WORDS), materials.words_told, Right.OWNER),
    # -- merchant: words and patterns of the staff --------------------------------------------------
    Route(Word("全部待办", "待办"), todo.todo, By.STAFF),
    Route(Word("推广员审核", "审核"), applications.pending, Right.REVIEW),
    Route(Pattern(rf"审核 ?(?P<tail>{TAIL})", "审核 ‹申请›"), applications.tapped, Right.REVIEW),
    Route(Word("通过", "驳回"), picking.which, By.STAFF),
    Route(Pattern(rf"通过 ?(?P<which>{NUMBERS}|{TAIL})", "通过 ‹序号›"), picking.approve, By.STAFF),
    Route(
        Pattern(rf"驳回 ?(?P<which>{NUMBERS}|{TAIL})(?:{REASON})?", "驳回 ‹序号› ‹理由›"),
        picking.reject,
        By.STAFF,
    ),
    Route(
        Pattern(
            r"驳回 ?(?P<which>\d)[:：；;]? ?(?P<reason>[^\d ,、:：；;~～–—到至-].*)", "驳回 ‹序号› ‹理由›"
        ),
        picking.reject,
        By.STAFF,
    ),
    Route(Word("提现审核", "通过提现", "驳回提现"), withdrawals.requested, Right.FINANCE),
    Route(Word("提现单"), usage.of("提现单"), Right.FINANCE),
    Route(Pattern(rf"提现单 ?(?P<code>{TAIL})", "提现单 ‹单号›"), withdrawals.tapped, Right.FINANCE),
    Route(
        Pattern(rf"通过提现 ?(?P<code>{TAIL})", "通过提现 ‹单号›"), withdrawals.approve_tapped, Right.FINANCE
    ),
    Route(
        Pattern(rf"驳回提现 ?(?P<code>{TAIL})(?:{REASON})?", "驳回提现 ‹单号› ‹理由›"),
        withdrawals.reject_tapped,
        Right.FINANCE,
    ),
    Route(Word("待打款", "打款", "开始打款", "放弃打款", "看收款码"), payouts.waiting, Right.FINANCE),
    Route(
        Pattern(rf"看收款码 ?(?P<code>{TAIL})", "看收款码 ‹单号›"), withdrawals.payee_picture, Right.FINANCE
    ),
    Route(
        Pattern(rf"(?:开始)?打款 ?(?P<which>{NUMBERS}|{TAIL})", "开始打款 ‹单号›"), picking.pay, Right.FINANCE
    ),
    Route(
        Pattern(rf"放弃(?:打款)? ?(?P<code>{TAIL})(?: (?P<unpaid>没转账))?", "放弃打款 ‹单号›"),
        payouts.put_back,
        Right.FINANCE,
    ),
    Route(
        Pattern(rf"已打款 ?(?P<code>{TAIL}) (?:流水号?[:：]? ?)?(?P<proof>.+)", "已打款 ‹确认码› ‹流水号›"),
        payouts.mark_paid,
        Right.FINANCE,
    ),
    Route(Pattern(rf"已打款 ?(?P<code>{TAIL})", "已打款 ‹确认码›"), payouts.ask_proof, Right.FINANCE),
    Route(Pattern(r"已打款.*", "已打款"), payouts.how_to_mark_paid, Right.FINANCE),
    Route(Word("确认"), usage.of("确认"), By.STAFF),
    Route(Pattern(rf"确认 ?(?P<code>{TAIL})", "确认 ‹确认码›"), confirming.confirm, By.STAFF),
    Route(Word("线下结算"), offline.due, Right.FINANCE),
    Route(
        Pattern(rf"线下结算{LAST_DAY}(?: 第 ?(?P<page>\d{{1,4}}) ?页)?", "线下结算 到 ‹最后一天›"),
        offline.due,
        Right.FINANCE,
    ),
    Route(Word("登记结算"), offline.propose, Right.FINANCE),
    Route(
        Pattern(
            rf"登记结算{LAST_DAY}(?: (?:凭证号?|流水号?)[:：]? ?(?P<proof>\S+))?(?P<rest> .+)?",
            "登记结算 到 ‹最后一天› 凭证 ‹流水号›",
        ),
        offline.propose,
        Right.FINANCE,
    ),
    Route(Word("结算记录"), offline.history, Right.FINANCE),
    Route(Pattern(r"结算记录 (?P<page>\d+)", "结算记录 ‹页›"), offline.history, Right.FINANCE),
    Route(Word("结算单"), usage.of("结算单"), Right.FINANCE),
    Route(
        Pattern(rf"结算单 ?(?P<code>{TAIL})(?: 第 ?(?P<page>\d{{1,4}}) ?页)?", "结算单 ‹单号›"),
        offline.item,
        Right.FINANCE,
    ),
    Route(Word("今日概览", "概览", "数据"), data.overview, By.STAFF),
    Route(Word("经营图", "今日概览图", "概览图"), data.chart, By.STAFF),
    Route(Word("推广员业绩", "业绩"), data.results, By.STAFF),
    Route(Pattern(r"(?:推广员)?业绩 ?(?P<days>7|30) ?天?", "推广员业绩 ‹7 或 30›天"), data.results, By.STAFF),
    Route(Word("推广员列表", "推广员"), people.everybody, By.STAFF),
    Route(Pattern(r"推广员列表 (?P<page>\d+)", "推广员列表 ‹页›"), people.everybody, By.STAFF),
    Route(Pattern(rf"推广员 ?(?P<code>{TAIL})", "推广员 ‹推荐码›"), people.tapped, By.STAFF),
    Route(
        Pattern(rf"推广员 ?(?P<code>{TAIL}) (?:的)?订单(?: (?P<page>\d+))?", "推广员 ‹推荐码› 订单"),
        details.orders_of,
        By.STAFF,
    ),
    Route(
        Pattern(rf"推广员 ?(?P<code>{TAIL}) (?:的)?下级(?: (?P<page>\d+))?", "推广员 ‹推荐码› 下级"),
        details.downlines_of,
        By.STAFF,
    ),
    Route(Word("推广明细", "明细"), details.everything, Right.FINANCE),
    Route(
        Pattern(r"(?:推广)?明细 (?P<wanted>.+)", "推广明细 ‹推荐码、状态或月份›"),
        details.some,
        Right.FINANCE,
    ),
    Route(
        Pattern(rf"推广员 ?(?P<code>{TAIL}) 分组(?: (?P<page>\d+))?", "推广员 ‹推荐码› 分组"),
        groups.choose,
        Right.OWNER,
    ),
    Route(Word("冻结"), usage.of("冻结"), Right.REVIEW),
    Route(
        Pattern(rf"冻结 ?(?P<code>{TAIL})(?:{REASON})?", "冻结 ‹推荐码› ‹原因›"),
        people.freeze,
        Right.REVIEW,
    ),
    Route(Word("恢复"), usage.of("恢复"), Right.REVIEW),
    Route(Pattern(rf"恢复 ?(?P<code>{TAIL})", "恢复 ‹推荐码›"), people.restore, Right.REVIEW),
    Route(Word("门店"), usage.of("门店"), Right.OWNER),
    Route(
        Pattern(rf"门店 ?(?P<which>\d|{TAIL}) (?P<name>.+)", "门店 ‹序号或推荐码› ‹名称›"),
        people.set_store,
        Right.OWNER,
    ),
    Route(Word("解约"), leaving.ask_who, Right.OWNER),
    Route(
        Pattern(
            rf"解约 ?(?P<code>{TAIL})(?: (?P<how>不移交|移交 ?(?P<to>{TAIL})))?"
            rf"(?: 下级 ?归? ?(?P<upline>{TAIL}|无))?(?: (?P<reason>.+))?",
            "解约 ‹推荐码› 移交 ‹推荐码› ‹原因›",
        ),
        leaving.line,
        Right.OWNER,
    ),
    Route(Word("上级", "改上级"), usage.of_two_levels("上级"), Right.OWNER),
    Route(
        Pattern(
            rf"(?:改)?上级 ?(?P<code>{TAIL})(?: (?P<upline>{TAIL}|无))?(?: (?P<reason>.+))?",
            "上级 ‹推荐码› ‹推荐码或无› ‹原因›",
        ),
        uplines.line,
        Right.OWNER,
    ),
    Route(Word("改邀请人"), usage.of_two_levels("改邀请人"), Right.OWNER),
    Route(
        Pattern(rf"改邀请人 ?(?P<tail>{TAIL})(?: (?P<upline>{TAIL}|无))?", "改邀请人 ‹申请› ‹推荐码或无›"),
        uplines.inviter,
        Right.OWNER,
    ),
    Route(Word("客户列表", "客户"), customers.everybody, Right.SERVICE),
    Route(
        Pattern(
            rf"客户列表(?: (?P<which>无归属|{TAIL}))?(?: 后 (?P<after>{HANDLE}))?",
            "客户列表 ‹无归属或推荐码›",
        ),
        customers.everybody,
        Right.SERVICE,
    ),
    Route(Word("找客户"), usage.of("找客户"), Right.SERVICE),
    Route(Pattern(r"找客户 (?P<words>.+)", "找客户 ‹称呼、备注或手机›"), customers.search, Right.SERVICE),
    Route(Pattern(rf"客户 ?(?P<who>{HANDLE}|1\d{{10}})", "客户 ‹客户号›"), customers.tapped, Right.SERVICE),
    Route(
        Pattern(
            rf"(?:分配|转移) ?(?P<which>{HANDLE}|{NUMBERS})(?: (?P<to>{TAIL}))?"
            rf"(?: (?P<how>计佣|仅跟进))?(?: (?P<reason>.+))?",
            "分配 ‹序号› ‹推荐码› ‹计佣或仅跟进› ‹原因›",
        ),
        moving.assign,
        Right.SERVICE,
    ),
    Route(
        Pattern(
            rf"转移 ?(?P<source>{TAIL})(?: (?P<to>{TAIL}))?(?: 全部)?"
            rf"(?: (?P<how>计佣|仅跟进))?(?: (?P<reason>.+))?",
            "转移 ‹推荐码› ‹推荐码› 全部 ‹原因›",
        ),
        moving.transfer,
        Right.SERVICE,
    ),
    Route(Pattern(r"(?:分配|转移)(?: .+)?", "分配 ‹别的话›"), moving.how_to, Right.SERVICE),
    Route(Word("备注"), usage.of("店里备注"), Right.SERVICE),
    Route(
        Pattern(rf"备注 ?(?P<which>{HANDLE}|\d{{1,3}})(?: (?P<words>.+))?", "备注 ‹序号› ‹备注›"),
        customers.remark,
        Right.SERVICE,
    ),
    Route(Word("订单退款", "全部订单", "订单"), data.orders, By.STAFF),
    Route(Pattern(r"订单退款 (?P<page>\d+)", "订单退款 ‹页›"), data.orders, By.STAFF),
    Route(Pattern(rf"订单 ?(?P<code>{NUMBER})", "订单 ‹单号›"), sold.tapped, By.STAFF),
    Route(Word("待认领订单", "待认领", "认领"), sold.waiting, Right.SERVICE),
    Route(Pattern(r"待认领订单 (?P<page>\d+)", "待认领订单 ‹页›"), sold.waiting, Right.SERVICE),
    Route(
        Pattern(rf"认领 ?(?P<code>{TAIL})(?:(?: |给)+(?P<who>[0-9a-z][0-9a-z -]*))?", "认领 ‹单号› ‹客户›"),
        sold.claim,
        Right.SERVICE,
    ),
    Route(Word("退款超额"), sold.excess, Right.FINANCE),
    Route(Pattern(r"退款超额 (?P<page>\d+)", "退款超额 ‹页›"), sold.excess, Right.FINANCE),
    Route(Word("消息冲突"), checks.messages, Right.FINANCE),
    Route(Pattern(r"消息冲突 (?P<page>\d{1,3})", "消息冲突 ‹页›"), checks.messages, Right.FINANCE),
    Route(
        Pattern(rf"消息冲突 ?(?P<handle>{checks.MESSAGE})", "消息冲突 ‹编号›"), checks.tapped, Right.FINANCE
    ),
    Route(Word("已核对"), checks.how_to, Right.FINANCE),
    Route(
        Pattern(rf"已核对 ?(?P<which>{NUMBERS}|{TAIL}|{checks.MESSAGE})", "已核对 ‹单号、编号或序号›"),
        checks.done,
        Right.FINANCE,
    ),
    Route(Word("归属"), sold.how_to_assign, Right.OWNER),
    Route(
        Pattern(
            rf"归属 ?(?P<code>{TAIL})(?:(?: |归|给)+(?P<to>{TAIL}|无|没有|没人|无人)(?:{REASON})?)?",
            "归属 ‹单号› ‹推荐码› ‹原因›",
        ),
        sold.assign,
        Right.OWNER,
    ),
    Route(Word("为什么"), usage.of("为什么"), By.STAFF),
    Route(Pattern(WHY, "为什么 ‹单号›"), why, By.STAFF),
    Route(Word("操作记录"), log.everything, Right.OWNER),
    Route(Pattern(r"操作记录 (?P<page>\d+)", "操作记录 ‹页›"), log.everything, Right.OWNER),
    Route(Word("开张"), opening.steps, Right.OWNER),
    Route(Word("规则设置", "设置"), rules.menu, By.STAFF),
    Route(Pattern(r"设置 (?P<name>\S+)", "设置 ‹名称›"), rules.tapped, By.STAFF),
    Route(Pattern(r"设置 (?P<name>\S+) (?P<value>.+)", "设置 ‹名称› ‹值›"), rules.change, Right.OWNER),
    Route(Word("看"), usage.of("看"), By.STAFF),
    Route(Pattern(r"看 (?P<name>\S+)(?: (?P<page>\d{1,2}))?", "看 ‹名称›"), rules.whole, By.STAFF),
    Route(Word(ACKNOWLEDGEMENT), rules.acknowledge, Right.OWNER),
    Route(Word("海报招募"), posters.everything, Right.OWNER),
    Route(Pattern(rf"海报招募 ?{POSTERS}", "海报招募 ‹店铺、商品或邀请›"), posters.one, Right.OWNER),
    Route(Pattern(rf"海报样张 ?{POSTERS}", "海报样张 ‹店铺、商品或邀请›"), posters.samples, Right.OWNER),
    Route(Pattern(rf"海报底图 ?{POSTERS}", "海报底图 ‹店铺、商品或邀请›"), posters.ask_backdrop, Right.OWNER),
    Route(
        Pattern(rf"海报底图 ?{POSTERS} ?恢复默认", "海报底图 ‹店铺、商品或邀请› 恢复默认"),
        posters.default,
        Right.OWNER,
    ),
    Route(Word("用", "用这张", "就用这张"), posters.use, Right.OWNER),
    Route(Word("换", "换一张"), posters.another, Right.OWNER),
    Route(Answer(posters.BACKDROP, "取消"), posters.cancel, Right.OWNER),
    Route(Word("全店海报数据"), posters.data, Right.OWNER),
    Route(Pattern(r"全店海报数据 (?P<page>\d+)", "全店海报数据 ‹页›"), posters.data, Right.OWNER),
    Route(
        Pattern(rf"推广员 ?(?P<code>{TAIL}) 海报", "推广员 ‹推荐码› 海报"), posters.poster_of, Right.REVIEW
    ),
    Route(Pattern(rf"移除头像 ?(?P<code>{TAIL})", "移除头像 ‹推荐码›"), posters.take_down, Right.REVIEW),
    Route(Word("商品佣金", "商品"), goods.products, By.STAFF),
    Route(Pattern(r"商品佣金 (?P<page>\d+)", "商品佣金 ‹页›"), goods.products, By.STAFF),
    Route(Word("优惠超额"), discounts.excessive, Right.FINANCE),
    Route(Pattern(r"优惠超额 (?P<page>\d+)", "优惠超额 ‹页›"), discounts.excessive, Right.FINANCE),
    Route(Word("商品 加", "加商品"), goods.add_by_steps, Right.OWNER),
    Route(
        Pattern(
            r"(?:商品 加|加商品) (?P<sku>\S+) (?P<title>.+?) (?P<price>\S+)(?: (?P<kind>实物|服务|预约|虚拟))?",
            "商品 加 ‹编号› ‹名称› ‹价格› ‹类型›",
        ),
        goods.add,
        Right.OWNER,
    ),
    Route(Pattern(r"(?:商品 加|加商品) .+", "商品 加"), goods.add_badly, Right.OWNER),
    Route(Pattern(r"商品 (?!加(?: |$))(?P<sku>\S+)", "商品 ‹编号›"), goods.tapped, By.STAFF),
    Route(
        Pattern(r"商品 (?P<sku>\S+) 素材(?: (?P<page>\d{1,2}))?", "商品 ‹编号› 素材"),
        materials.of_product,
        By.STAFF,
    ),
    Route(
        Pattern(r"商品 (?P<sku>\S+) 加素材(?: (?P<words>.+))?", "商品 ‹编号› 加素材 ‹文字›"),
        materials.add,
        Right.OWNER,
    ),
    Route(
        Pattern(
            r"商品 (?P<sku>\S+) (?:推广 ?(?P<switch>开|关)|不再推广|停止推广)", "商品 ‹编号› 推广 ‹开或关›"
        ),
        goods.promote,
        Right.OWNER,
    ),
    Route(Pattern(r"商品 (?P<sku>\S+) 比例 ?默认", "商品 ‹编号› 比例 默认"), goods.shops_rates, Right.OWNER),
    Route(
        Pattern(
            r"商品 (?P<sku>\S+) (?:一级|比例|佣金) ?(?P<first>[^\s,]+)(?:[ ,]+二级 ?(?P<second>\S+))?",
            "商品 ‹编号› 一级 ‹比例› 二级 ‹比例›",
        ),
        goods.rates,
        Right.OWNER,
    ),
    Route(
        Pattern(r"商品 (?P<sku>\S+) 二级 ?(?P<second>\S+)", "商品 ‹编号› 二级 ‹比例›"),
        goods.rates,
        Right.OWNER,
    ),
    Route(
        Pattern(r"商品 (?P<sku>\S+) 分组 (?P<name>\S+) (?:比例 ?)?默认", "商品 ‹编号› 分组 ‹名称› 默认"),
        groups.no_special,
        Right.OWNER,
    ),
    Route(
        Pattern(
            rf"商品 (?P<sku>\S+) 分组 (?P<name>\S+) {RATES}",
            "商品 ‹编号› 分组 ‹名称› 一级 ‹比例› 二级 ‹比例›",
        ),
        groups.special,
        Right.OWNER,
    ),
    Route(Pattern(r"商品 (?P<sku>\S+) .+", "商品 ‹编号› ‹别的话›"), goods.not_understood, Right.OWNER),
    Route(Word("素材管理", "管理素材"), materials.everything, By.STAFF),
    Route(Pattern(r"素材管理 (?P<page>\d{1,2})", "素材管理 ‹页›"), materials.everything, By.STAFF),
    Route(Word("加素材"), materials.add, Right.OWNER),
    Route(Pattern(r"加素材[ :：](?P<words>.+)", "加素材 ‹文字›"), materials.add, Right.OWNER),
    Route(Pattern(MATERIAL, "素材管理 ‹素材号›"), materials.tapped, By.STAFF),
    Route(Pattern(rf"{MATERIAL} 上架", "素材管理 ‹素材号› 上架"), materials.put_up, Right.OWNER),
    Route(Pattern(rf"{MATERIAL} 下架", "素材管理 ‹素材号› 下架"), materials.take_down, Right.OWNER),
    Route(
        Pattern(rf"{MATERIAL} 改(?: (?P<words>.+))?", "素材管理 ‹素材号› 改 ‹文字›"),
        materials.rewrite,
        Right.OWNER,
    ),
    Route(Pattern(rf"{MATERIAL} 图片", "素材管理 ‹素材号› 图片"), materials.pictures, Right.OWNER),
    Route(Pattern(rf"{MATERIAL} 清空图片", "素材管理 ‹素材号› 清空图片"), materials.clear, Right.OWNER),
    Route(
        Pattern(rf"{MATERIAL} (?:全店|商品 ?(?P<sku>\S+))", "素材管理 ‹素材号› 商品 ‹编号›"),
        materials.assign,
        Right.OWNER,
    ),
    Route(Pattern(rf"{MATERIAL} 删除?", "素材管理 ‹素材号› 删除"), materials.ask_delete, Right.OWNER),
    Route(Pattern(rf"{MATERIAL} 确认删除", "素材管理 ‹素材号› 确认删除"), materials.delete, Right.OWNER),
    Route(Word("分组", "推广员分组"), groups.listing, By.STAFF),
    Route(Pattern(r"分组列表(?: (?P<page>\d+))?", "分组列表 ‹页›"), groups.listing, By.STAFF),
    Route(Word("分组 加", "加分组"), groups.ask_name, Right.OWNER),
    Route(Pattern(r"(?:分组 加|加分组) (?P<name>\S+)", "分组 加 ‹名称›"), groups.add, Right.OWNER),
    Route(Pattern(r"(?:分组 加|加分组) .+", "分组 加"), groups.add_badly, Right.OWNER),
    Route(Pattern(r"分组 (?!加$)(?P<name>\S+)", "分组 ‹名称›"), groups.tapped, By.STAFF),
    Route(
        Pattern(r"分组 (?P<name>\S+) 成员(?: (?P<page>\d+))?", "分组 ‹名称› 成员"), groups.members, By.STAFF
    ),
    Route(
        Pattern(r"分组 (?P<name>\S+) 改名 (?P<to>\S+)", "分组 ‹名称› 改名 ‹新名字›"),
        groups.rename,
        Right.OWNER,
    ),
    Route(Pattern(r"分组 (?P<name>\S+) 删除?", "分组 ‹名称› 删除"), groups.delete, Right.OWNER),
    Route(
        Pattern(r"分组 (?P<name>\S+) (?:裂变|团队业绩) ?(?P<switch>开|关)", "分组 ‹名称› 裂变 ‹开或关›"),
        groups.team,
        Right.OWNER,
    ),
    Route(
        Pattern(r"分组 (?P<name>\S+) 加 ?(?P<which>.+)", "分组 ‹名称› 加 ‹序号或推荐码›"),
        groups.join,
        Right.OWNER,
    ),
    Route(
        Pattern(r"分组 (?P<name>\S+) 减 ?(?P<which>.+)", "分组 ‹名称› 减 ‹序号或推荐码›"),
        groups.leave,
        Right.OWNER,
    ),
    Route(
        Pattern(r"分组 (?P<name>\S+) (?:比例 ?)?默认", "分组 ‹名称› 比例 默认"),
        groups.shops_rates,
        Right.OWNER,
    ),
    Route(
        Pattern(rf"分组 (?P<name>\S+) {RATES}", "分组 ‹名称› 一级 ‹比例› 二级 ‹比例›"),
        groups.rates,
        Right.OWNER,
    ),
    Route(Pattern(r"分组 (?P<name>\S+) .+", "分组 ‹名称› ‹别的话›"), groups.not_understood, Right.OWNER),
    Route(Word("员工二维码", "加店员"), todo.which_role, Right.OWNER),
    Route(
        Pattern(r"(?:员工二维码|加店员) ?(?P<role>审核|财务|客服)", "员工二维码 ‹审核、财务或客服›"),
        todo.enrolment,
        Right.OWNER,
    ),
    Route(Word("员工", "店员", "移除店员", "转让店主"), staff.everybody, Right.OWNER),
    Route(Pattern(r"员工 (?P<page>\d{1,2})", "员工 ‹页›"), staff.everybody, Right.OWNER),
    Route(Pattern(rf"员工 ?(?P<who>{HANDLE})", "员工 ‹员工号›"), staff.tapped, Right.OWNER),
    Route(
        Pattern(
            rf"员工 ?(?P<who>{HANDLE}) (?P<how>加|减) ?(?P<role>审核|财务|客服)",
            "员工 ‹员工号› ‹加或减› ‹审核、财务或客服›",
        ),
        staff.change,
        Right.OWNER,
    ),
    Route(
        Pattern(rf"员工 ?(?P<who>{HANDLE}) 备注(?: (?P<words>.+))?", "员工 ‹员工号› 备注 ‹备注›"),
        staff.remark,
        Right.OWNER,
    ),
    Route(Pattern(rf"移除店员 ?(?P<who>{HANDLE})", "移除店员 ‹员工号›"), staff.remove, Right.OWNER),
    Route(Pattern(rf"转让店主 ?(?P<who>{HANDLE})", "转让店主 ‹员工号›"), staff.hand_over, Right.OWNER),
    Route(Word("邀请成员", "成员邀请"), members.which, Right.OWNER),
    Route(
        Pattern(r"邀请成员 (?P<group>\S+)(?: 门店 ?(?P<store>.+))?", "邀请成员 ‹分组› 门店 ‹名称›"),
        members.invite,
        Right.OWNER,
    ),
    Route(Pattern(rf"成员邀请 ?(?P<token>{INVITED})", "成员邀请 ‹邀请›"), members.tapped, Right.OWNER),
    Route(
        Pattern(rf"成员邀请 ?(?P<token>{INVITED}) 二维码", "成员邀请 ‹邀请› 二维码"),
        members.code,
        Right.OWNER,
    ),
    Route(
        Pattern(rf"成员邀请 ?(?P<token>{INVITED}) 海报", "成员邀请 ‹邀请› 海报"), members.poster, Right.OWNER
    ),
    Route(Pattern(rf"成员邀请 ?(?P<token>{INVITED}) 结束", "成员邀请 ‹邀请› 结束"), members.end, Right.OWNER),
    Route(Word("我的推广"), todo.my_promoting, By.STAFF),
    Route(Row(), picking.row, By.STAFF),
    # -- promoter -----------------------------------------------------------------------------------
    Route(Word("店铺海报", "海报", "我的海报"), pictures.poster, By.PROMOTER),
    Route(Word("海报 印刷", "海报印刷", "印刷海报"), links.how_to_print, By.PROMOTER),
    Route(
        Pattern(r"(?:海报 ?印刷|印刷海报) ?(?P<place>.+)", "海报 印刷 ‹地点›"), links.print_one, By.PROMOTER
    ),
    Route(Word("海报头像", "头像"), portraits.ask_portrait, By.PROMOTER),
    Route(Word("海报头像 删除", "删除头像"), portraits.skip, By.PROMOTER),
    Route(Answer(portraits.PORTRAIT, "跳过"), portraits.skip, By.PROMOTER),
    Route(Word("海报 换样式", "换样式", "海报样式"), portraits.looks, By.PROMOTER),
    Route(Pattern(r"海报样式 (?P<look>\S+)", "海报样式 ‹样式›"), portraits.look_said, By.PROMOTER),
    Route(Word("海报数据"), links.data, By.PROMOTER),
    Route(Pattern(r"海报数据 (?P<page>\d+)", "海报数据 ‹页›"), links.data, By.PROMOTER),
    Route(Word("推广链接", "我的链接", "链接"), links.shop, By.PROMOTER),
    Route(Word("邀请推广员", "邀请"), pictures.invitation, By.UPLINE),
    Route(Word("邀请链接"), links.invitation, By.UPLINE),
    Route(Word("改名"), pictures.ask_name, By.PROMOTER),
    Route(Pattern(r"改名 (?P<name>.+)", "改名 ‹名字›"), pictures.name_said, By.PROMOTER),
    Route(Word("我的收益", "收益"), earnings.mine, By.EARNER),
    Route(Word("收益图", "我的收益图"), earnings.chart, By.EARNER),
    Route(Word("推广商品"), promoted.everything, By.PROMOTER),
    Route(Pattern(r"推广商品 ?第 ?(?P<page>\d+) ?页", "推广商品 第‹页›页"), promoted.everything, By.PROMOTER),
    Route(Pattern(r"推广商品[ :：]?(?P<what>.+)", "推广商品 ‹商品›"), promoted.one, By.PROMOTER),
    Route(Word("商品海报"), promoted.everything, By.PROMOTER),
    Route(Pattern(r"商品海报[ :：]?(?P<what>.+)", "商品海报 ‹商品›"), promoted.poster, By.PROMOTER),
    Route(Word("素材文案", "素材"), passed_on.everything, By.PROMOTER),
    Route(Pattern(r"素材文案 (?P<page>\d{1,2})", "素材文案 ‹页›"), passed_on.everything, By.PROMOTER),
    Route(Pattern(rf"素材 ?(?P<code>{TAIL})", "素材 ‹素材号›"), passed_on.one, By.PROMOTER),
    Route(Pattern(rf"素材 ?(?P<code>{TAIL}) 文案", "素材 ‹素材号› 文案"), passed_on.words, By.PROMOTER),
    Route(
        Pattern(rf"素材 ?(?P<code>{TAIL}) 图 ?(?P<number>\d)", "素材 ‹素材号› 图 ‹第几张›"),
        passed_on.picture,
        By.PROMOTER,
    ),
    Route(Word("商品素材"), promoted.everything, By.PROMOTER),
    Route(
        Pattern(r"商品素材[ :：]?(?P<what>.+?)(?: 第 ?(?P<page>\d{1,2}) ?页)?", "商品素材 ‹商品›"),
        passed_on.of_product,
        By.PROMOTER,
    ),
    Route(Word("推广订单"), earnings.orders, By.EARNER),
    Route(Pattern(r"推广订单 (?P<page>\d+)", "推广订单 ‹页›"), earnings.orders, By.EARNER),
    Route(Word("为什么"), usage.of("我的为什么"), By.EARNER),
    Route(Pattern(WHY, "为什么 ‹单号›"), why, By.EARNER),
    Route(Word("排行榜", "排名"), standing.ranking, By.PROMOTER),
    Route(Pattern(r"排(?:行榜|名) ?(?P<last>上月)", "排行榜 上月"), standing.ranking, By.PROMOTER),
    Route(Word("排行图", "排行榜图"), standing.chart, By.PROMOTER),
    Route(Word("申请提现", "提现"), withdrawing.begin, By.EARNER),
    Route(
        Pattern(r"(?:申请)?提现(?= |[\d¥-]|全部) ?(?P<amount>.+)", "提现 ‹金额›"),
        withdrawing.amount_said,
        By.EARNER,
    ),
    Route(Word("提现记录"), withdrawing.history, By.EARNER),
    Route(Pattern(r"提现记录 (?P<page>\d{1,4})", "提现记录 ‹页›"), withdrawing.history, By.EARNER),
    Route(Pattern(rf"提现记录 ?(?P<code>{TAIL})", "提现记录 ‹单号›"), withdrawing.one, By.EARNER),
    Route(Word("取消提现"), withdrawing.ask_which, By.EARNER),
    Route(Pattern(r"取消提现 ?(?P<code>\S+)", "取消提现 ‹单号›"), withdrawing.cancel, By.EARNER),
    Route(Word("我的客户", "客户"), mine.everybody, By.PROMOTER),
    Route(Pattern(r"我的客户 (?P<page>\d+)", "我的客户 ‹页›"), mine.everybody, By.PROMOTER),
    Route(Pattern(rf"客户 ?(?P<who>{HANDLE})", "客户 ‹客户号›"), mine.tapped, By.PROMOTER),
    Route(Row(), mine.picked, By.PROMOTER),
    Route(Word("备注"), usage.of("我的备注"), By.PROMOTER),
    Route(
        Pattern(rf"备注 ?(?P<which>{HANDLE}|\d{{1,3}})(?: (?P<words>.+))?", "备注 ‹序号› ‹备注›"),
        mine.remark,
        By.PROMOTER,
    ),
    Route(Word("我的下级"), earnings.downlines, By.UPLINE),
    Route(Pattern(r"我的下级 (?P<page>\d+)", "我的下级 ‹页›"), earnings.downlines, By.UPLINE),
    Route(Word("团队业绩"), standing.team, By.UPLINE),
    Route(Word("我的推广"), earnings.menu, By.PROMOTER),
    # -- customer -----------------------------------------------------------------------------------
    Route(Word("我的推荐人", "推荐人"), referrals.mine),
    Route(Word("填写推荐码", "推荐码"), referrals.ask_code),
    Route(Pattern(r"(?:填写)?推荐码[ :：]?(?P<code>.+)", "推荐码 ‹推荐码›"), referrals.code_said),
    Route(Word("不是", "不是ta推荐的"), referrals.undo),
    Route(Word("商品与价格", "价格"), prices.everything),
    Route(Pattern(r"商品与价格 (?P<page>\d+)", "商品与价格 ‹页›"), prices.everything),
    Route(Pattern(r"价格[ :：]?(?P<what>.+)", "价格 ‹商品› ‹件数›"), prices.one),
    Route(Word("绑定手机号", "绑定手机"), phones.ask),
    Route(Pattern(r"绑定手机号? ?(?P<phone>[+\d][\d -]+)", "绑定手机号 ‹手机号›"), phones.said),
    Route(Word("解绑手机号", "解绑手机"), phones.unbind),
    Route(Word("隐私与注销", "隐私", "注销"), privacy.about),
    Route(Word("我的订单", "订单"), orders.mine),
    Route(Pattern(r"我的订单 (?P<page>\d+)", "我的订单 ‹页›"), orders.mine),
    Route(Pattern(rf"我的订单 ?(?P<code>{TAIL})", "我的订单 ‹单号›"), orders.one),
    Route(Word("退款售后", "退款", "售后", "申请退款"), orders.refunds),
    Route(Pattern(r"退款售后 (?P<page>\d+)", "退款售后 ‹页›"), orders.refunds),
    Route(Word("招募说明"), applying.recruit),
    Route(Word("申请推广员", "申请"), applying.apply),
    Route(Word("申请进度"), applying.progress),
    # -- anyone: scans, follows, help, cancel, continue ---------------------------------------------
    Route(Scan("p"), coming.poster),
    Route(Scan("i"), coming.invitation),
    Route(Scan("m"), coming.by_merchant),
    Route(OfKind(Kind.FOLLOW), coming.followed),
    Route(OfKind(Kind.SCAN), coming.unknown_code),
    Route(OfKind(Kind.UNFOLLOW), coming.unfollowed),
    Route(OfKind(Kind.REVOKED), privacy.revoked),
    Route(OfKind(Kind.BOUNCED), coming.bounced),
    Route(Word("帮助", "help", "?", "？"), help.helping),
    Route(Word("菜单"), help.menu),
    Route(Word("商城", "商城与客服"), help.shopping),
    Route(Word("联系客服", "客服", "人工客服", "人工"), help.service),
    Route(Word("进入商城", "商城链接"), help.shop),
    Route(Word("取消"), help.cancel),
    Route(Word("继续"), help.carry_on),
    # -- answers to open questions ------------------------------------------------------------------
    Route(State(referrals.CODE), referrals.code_answered),
    Route(State(phones.PHONE), phones.told),
    Route(State(privacy.CONFIRM), privacy.confirmed),
    Route(State(applying.AGREEMENT), applying.agreement_answered),
    Route(State(applying.NAME), applying.name_answered),
    Route(State(applying.PHONE), applying.phone_answered),
    Route(State(applying.QUESTION), applying.question_answered),
    Route(State(applying.CONFIRM), applying.confirm_answered),
    Route(State(pictures.NAME), pictures.name_answered),
    Route(State(portraits.PORTRAIT), portraits.ask_portrait, By.PROMOTER),
    Route(State(mine.REMARK), mine.remark_told),
    Route(State(withdrawing.AMOUNT), withdrawing.amount_answered),
    Route(State(withdrawing.CHANNEL), withdrawing.channel_answered),
    Route(State(withdrawing.ACCOUNT), withdrawing.account_answered),
    Route(State(withdrawing.NAME), withdrawing.name_answered),
    Route(State(withdrawing.CONFIRM), withdrawing.confirm_answered),
    # -- merchant's answers to open questions -------------------------------------------------------
    Route(State(applications.REASON), applications.reason_told, Right.REVIEW),
    Route(State(withdrawals.REASON), withdrawals.reason_told, Right.FINANCE),
    Route(State(payouts.PROOF), payouts.proof_told, Right.FINANCE),
    Route(State(people.REASON), people.reason_told, Right.REVIEW),
    Route(State(leaving.WHO), leaving.who_told, Right.OWNER),
    Route(State(leaving.SUCCESSOR), leaving.successor_told, Right.OWNER),
    Route(State(leaving.UPLINE), leaving.upline_told, Right.OWNER),
    Route(State(leaving.REASON), leaving.reason_told, Right.OWNER),
    Route(State(moving.TO), moving.to_told, Right.SERVICE),
    Route(State(moving.HOW), moving.how_told, Right.SERVICE),
    Route(State(moving.REASON), moving.reason_told, Right.SERVICE),
    Route(State(customers.REMARK), customers.remark_told, Right.SERVICE),
    Route(State(uplines.WHO), uplines.who_told, Right.OWNER),
    Route(State(uplines.REASON), uplines.reason_told, Right.OWNER),
    Route(State(uplines.INVITER), uplines.inviter_told, Right.OWNER),
    Route(State(sold.TO), sold.to_told, Right.OWNER),
    Route(State(sold.REASON), sold.reason_told, Right.OWNER),
    Route(State(rules.TEXT), rules.text_told, Right.OWNER),
    Route(State(rules.PICTURE), rules.picture_awaited, Right.OWNER),
    Route(State(rules.RISK), rules.risk_told, Right.OWNER),
    Route(State(posters.BACKDROP), posters.words_instead, Right.OWNER),
    Route(State(groups.NAME), groups.name_told, Right.OWNER),
    Route(State(materials.TEXT), materials.text_told, Right.OWNER),
    Route(State(materials.WORDS), materials.words_told, Right.OWNER),
    Route(State(materials.PICTURES), materials.pictures_told, Right.OWNER),
    *(Route(State(state), goods.told, Right.OWNER) for state in goods.STATES.values()),
    # -- what only means something when nothing is asked --------------------------------------------
    Route(Word(*ANSWERS), forgotten),
    Route(BareCode(), bare.opened, By.STAFF),
    Route(BarePhone(), customers.tapped, Right.SERVICE),
    Route(BareNumber(), sold.tapped, By.STAFF),
    Route(BareCode(), bare.said),
    Route(Sent(rules.PICTURE), rules.picture_sent, Right.OWNER),
    Route(Sent(materials.PICTURES), materials.picture_sent, Right.OWNER),
    Route(Sent(materials.TEXT), materials.text_first, Right.OWNER),
    Route(Sent(posters.BACKDROP), posters.picture_sent, Right.OWNER),
    Route(Sent(portraits.PORTRAIT), portraits.picture_sent, By.PROMOTER),
    Route(Sent(withdrawing.ACCOUNT), withdrawing.picture_sent),
    Route(OfKind(Kind.IMAGE), picture),
    Route(OfKind(Kind.UNREAD), unread),
    Route(OfKind(Kind.OTHER), silence),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The route that a message takes."""

    do: Handler
    ask: Ask
    """The message as the handler gets it, with what the route caught."""
    answers: bool
    """It answers the open question."""


_ASKED = {route.when.name: route for route in ROUTES if isinstance(route.when, State)}


def _respelled(ask: Ask) -> Ask:
    """The message as our words are written, where it is one of them but for a full stop or traditional characters."""
    line = line_of(ask)
    if line is None or ask.message.kind is not Kind.TEXT:
        return ask
    meant = respelled(line, _VOCABULARY)
    return ask if meant == line else replace(ask, message=replace(ask.message, text=meant))


def within_rights(ask: Ask) -> Ask:
    """The message without a question that is no longer his to answer: he was removed, or left, since it was asked."""
    route = _ASKED.get(open_question(ask.talk).state)
    return ask if route is None or route.is_for(ask) else replace(ask, talk=Talk())


def find(ask: Ask) -> Found | None:
    """The first route that fits the message and its sender; None for an unknown word (then `unknown` answers)."""
    ask = _respelled(said(ask))
    instead: Found | None = None
    for route, caught in _open_to(line_of(ask)):
        match = route.when.match(ask) if caught is None else caught
        if match is None:
            continue
        if isinstance(route.when, State) and instead:
            break  # a command that is not for him is no answer to the open question
        if route.is_for(ask):
            return Found(route.do, replace(ask, match=match), answers=isinstance(route.when, State))
        instead = instead or _instead(route.by, ask)
    return instead


Candidate = tuple[Route, Mapping[str, str] | None]
"""A route, and what it catches where the line alone decides that."""

_VOCABULARY = frozenset(word for route in ROUTES if isinstance(route.when, Word) for word in route.when.said)


def _open_to(line: str | None) -> Iterable[Candidate]:
    """The table without the routes that this line rules out; the table is read once for each word in it."""
    return _read_once(line) if line is None or line.casefold() in _VOCABULARY else _read(line)


def _read(line: str | None) -> Iterator[Candidate]:
    for route in ROUTES:
        if not isinstance(route.when, Line):
            yield route, None
        elif line is not None and (caught := route.when.caught(line)) is not None:
            yield route, caught


@lru_cache(maxsize=1024)
def _read_once(line: str | None) -> tuple[Candidate, ...]:
    return tuple(_read(line))


def _instead(by: By | Right, ask: Ask) -> Found | None:
    """Staff hear which right they lack, others which words are a promoter's; nobody is told more."""
    if isinstance(by, Right) and ask.who.is_staff:
        return Found(no_right, replace(ask, match={"right": by.value}), answers=False)
    return Found(promoters_only, ask, answers=False) if by in (By.PROMOTER, By.EARNER) else None
