"""Words for every Refusal: why not, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import errors
from engine.orders import assigning, checking, claims, intake, phones, quoting, views
from engine.payouts import (
    adjusting,
    asking,
    bookings,
    payee_pictures,
    payees,
    paying,
    reconciling,
    records,
    states,
    stops,
)
from engine.payouts.payees import Channel
from engine.payouts.states import State
from engine.people import authority, confirmations, enrolling, names, staffing
from engine.people.authority import Right
from engine.programme import (
    backdrops,
    ceilings,
    groups,
    materials,
    members,
    points,
    products,
    promoters,
    recruiting,
    settings,
    uplines,
    wishes,
    wording,
)
from engine.programme.promoters import Status
from engine.referrals import customers, handover, moving, visits
from handlers.texts.anyone import UNKNOWN
from handlers.texts.marks import plain, tap
from handlers.texts.money import STATES
from handlers.texts.people import called
from handlers.texts.times import last_day, moment
from handlers.texts.why import because

Words = Callable[[Any], str]

RIGHTS = {Right.REVIEW: "审核", Right.FINANCE: "财务", Right.SERVICE: "客服"}
STANDINGS = {Status.ACTIVE: "正常", Status.FROZEN: "已冻结", Status.TERMINATED: "已解约"}
_RULES = {
    "follow_reward": "不得用奖励诱导关注",
    "share_reward": "不得用奖励诱导转发、分享",
    "recruit_reward": "不得按拉人数量给奖励",
    "entry_fee": "加入推广不得收费",
    "exaggeration": "不得夸大或承诺收益",
    "levels": "推广最多两级",
    "cash_back": "不得宣传返现、返利",
}


def sorry(refusal: errors.Refusal) -> str:
    """Why not, and what to do, to the person himself."""
    return _WORDS[type(refusal)](refusal)


def sorry_staff(refusal: errors.Refusal) -> str:
    """The same to the merchant's staff, where the refusal is about somebody else."""
    return (_TO_STAFF.get(type(refusal)) or _WORDS[type(refusal)])(refusal)


def _lacks(refusal: authority.LacksRight) -> str:
    right = RIGHTS.get(refusal.needed)
    return f"你没有{right}权限，请找店主。" if right else "这一步只有店主能做，请找店主。"


def _daily_limit(refusal: paying.DailyLimit) -> str:
    if refusal.asked > refusal.limit:
        over = f"这一笔 {refusal.asked} 超过了每日打款上限 {refusal.limit}，哪天都打不了。"
        return f"{over}请店主调高上限，或驳回这一笔。"
    return f"今天的打款限额是 {refusal.limit}，还剩 {refusal.left}，这一笔请明天再打。"


def _not_ready(refusal: settings.ProgrammeNotReady) -> str:
    missing = (["佣金比例"] if refusal.rate_missing else []) + (
        ["推广产品"] if refusal.product_missing else []
    )
    steps = ([tap("规则设置", "去设佣金比例")] if refusal.rate_missing else []) + (
        [tap("商品佣金", "去添加推广产品")] if refusal.product_missing else []
    )
    return "\n".join([f"推广还不能开启，还差：{'、'.join(missing)}。", *steps])


def _rates_too_high(refusal: ceilings.RatesTooHigh) -> str:
    if refusal.product:
        what = f"「{plain(refusal.product)}」的"
    else:
        what = "没单独设比例的商品：" if refusal.groups else "店铺比例的"
    groups = f"（分组：{'、'.join(plain(group) for group in refusal.groups)}）" if refusal.groups else ""
    return f"{what}佣金 {refusal.level1} 加邀请奖励 {refusal.level2}，超过了 100%{groups}。请调低其中一个。"


def _withdrawal_open(refusal: asking.WithdrawalOpen) -> str:
    said = f"你有一笔提现正在处理：单号 {refusal.code}，{refusal.amount}，{STATES[refusal.state]}。办完再提下一笔。"
    if refusal.state in (State.REQUESTED, State.APPROVED):
        return f"{said}\n{tap(f'取消提现 {refusal.code}', '取消这一笔')}"
    return said


def _nothing_available(refusal: asking.NothingAvailable) -> str:
    said = "现在没有可提现的钱。"
    if refusal.pending:
        said += f"待结算 {refusal.pending}，到期后就能提。"
    if refusal.owed:
        said += f"待追回 {refusal.owed}，会先从以后的收益里抵扣。"
    return said + ("" if refusal.pending or refusal.owed else "有客户成交后再来看看。")


def _below_minimum(refusal: asking.BelowMinimum) -> str:
    said = f"单笔最少提 {refusal.minimum}，你可提现 {refusal.available}"
    return f"{said}，还差 {refusal.missing}。" if refusal.missing else f"{said}。请换个金额。"


def _bad_payee(refusal: payees.BadPayee) -> str:
    if refusal.channel is Channel.WECHAT:
        return "这不像微信号。请回复微信号（字母开头，6–20 位），或微信绑定的手机号。"
    return "这不像支付宝账号。请回复支付宝的手机号或邮箱。"


def _bad_rate(refusal: errors.NotARate) -> str:
    return f"{_quoted(refusal.typed)}不是比例。请回复 0–100，最多两位小数，例如 12.5%。"


def _assigned_already(refusal: assigning.AssignedAlready) -> str:
    order, who = f"单 {refusal.code} ", called(refusal.whom) if refusal.whom else "推广员"
    if refusal.why is None:
        return f"{order}现在就是这样归属的，没有改动。"
    what = f"归给 {who} 也一样" if refusal.whom else "现在就不给任何人计佣"
    return f"{order}{what}：{because(refusal.why, 1, who)}。没有改动。"


def _quoted(typed: str) -> str:
    shown = plain(typed)
    return f"「{shown}」" if shown else "这"


_GENERAL: Mapping[type[errors.Refusal], Words] = {
    errors.NotAnAmount: lambda no: f"{_quoted(no.typed)}不是金额。请回复数字，最多两位小数，例如 12.30。",
    errors.NotARate: _bad_rate,
    authority.NotStaff: lambda _: UNKNOWN,
    authority.LacksRight: _lacks,
    enrolling.EnrolledAlready: lambda _: "你已经有这个角色了，不用扫。二维码还没用掉，请让新店员来扫。",
    enrolling.EnrolmentOver: lambda _: "这个二维码用过了或已过期，请找店主要一个新的。",
    staffing.NoSuchMember: lambda no: (
        f"没有员工号是「{plain(no.typed, 12)}」的店员，或者已经移除了。\n{tap('员工', '看全部员工')}"
    ),
    staffing.RolesAlready: lambda _: "这位店员的权限现在就是这样，没有改动。",
    staffing.OwnerHasAll: lambda _: "店主有全部权限，不用加，也不能只去掉一种。",
    staffing.LastOwner: lambda _: (
        "这是本店唯一的店主，不能移除：那样就没有人能管店了。\n"
        f"要换人，先把店主转让给一位店员：{tap('员工', '选一位员工')}"
    ),
    staffing.OwnerAlready: lambda _: "对方已经是店主了，不用转让。",
    confirmations.CodeUnknown: lambda _: "确认码不对，没有执行。请重新操作一次，会得到自己的确认码。",
    confirmations.CodeUsed: lambda _: (
        "这个确认码用过或作废了，没有再做一次。要再办请重新操作，会得到新的确认码。"
    ),
    confirmations.CodeExpired: lambda _: "确认码过期了（5 分钟内有效）。请重新操作一次，会得到新的确认码。",
    confirmations.CodeOutdated: lambda _: "情况已经变了，这个确认码作废，什么都没有改动。请重新操作一次。",
    names.BadRemark: lambda no: f"备注最多 {no.longest} 个字，请短一点再发一次。",
    wording.BannedWording: lambda no: (
        f"「{plain(no.word)}」不能用：微信规定{_RULES.get(no.rule, '不允许这样宣传')}。请改掉再发。"
    ),
}
_RECRUITING: Mapping[type[errors.Refusal], Words] = {
    recruiting.ProgrammeOff: lambda _: "本店的推广暂时停着，恢复后再来。",
    recruiting.RecruitingClosed: lambda _: "本店现在不招推广员，开放后欢迎再来。",
    recruiting.AlreadyPromoter: lambda _: f"你已经是推广员了。\n{tap('帮助', '看看能做什么')}",
    recruiting.AlreadyApplied: lambda no: (
        f"你在 {moment(no.submitted_at)} 提交的申请还在审核，结果会在这里告诉你，不用再交一次。"
    ),
    recruiting.BadApplicantName: lambda _: "称呼要有 1–20 个字，请再发一次。",
    recruiting.BadPhone: lambda _: "这不是手机号。请回复 11 位的大陆手机号，例如 13800138000。",
    recruiting.AgreementChanged: lambda _: "协议刚刚改过，请看一遍新的。",
    recruiting.QuestionsChanged: lambda _: "商家刚刚改了要问的问题，请重新回答。",
    wording.TooManyQuestions: lambda no: f"最多问 {no.most} 个问题，每个不超过 {no.longest} 个字；一行一个。",
    recruiting.NoSuchApplication: lambda _: "没有这份申请，或者已经有人处理了。",
    recruiting.ReasonMissing: lambda _: "驳回要写理由（1–60 个字），对方会看到。例如：驳回 1 资料不全",
    promoters.NoSuchPromoter: lambda no: f"没有「{plain(no.typed, 12)}」这个推荐码，请核对一下。",
    promoters.NotAPromoter: lambda _: "这是推广员用的，你现在不是推广员。",
    promoters.WrongStatus: lambda no: f"这位推广员现在是「{STANDINGS[no.status]}」，这一步做不了。",
    promoters.FreezeReasonMissing: lambda _: "冻结要写原因（1–60 个字），只有店员看得到。",
    uplines.OneLevelOnly: lambda _: UNKNOWN,
    uplines.CannotBeUpline: lambda no: (
        f"{plain(no.code, 12)} 不能做上级：上级必须是另一位状态「{STANDINGS[Status.ACTIVE]}」的推广员。"
    ),
    uplines.MakesCircle: lambda no: f"{plain(no.code, 12)} 在他的下级里，不能反过来做他的上级。",
    uplines.UplineAlready: lambda _: "他现在的上级就是这样，没有改动。",
    uplines.UplineReasonMissing: lambda _: "改上级要写原因（1–60 个字），只有店员看得到。",
    promoters.BadStore: lambda no: f"门店名要有 1–{no.longest} 个字。",
    promoters.BadName: lambda no: f"名字要有 1–{no.longest} 个字，请再发一次。",
}
_REFERRALS: Mapping[type[errors.Refusal], Words] = {
    visits.OwnCode: lambda _: "这是你自己的推荐码，不能推荐自己。",
    visits.CodeUnavailable: lambda _: "这个推荐码暂时不可用。",
    visits.UplineIsMerchants: lambda _: "你已是推广员，上级只能由商家调整。",
    visits.NothingToUndo: lambda _: "没有可以撤销的推荐。",
    visits.TooLateToUndo: lambda _: "已经过了 10 分钟，不能自己撤销了。需要更正请联系商家。",
    customers.NoSuchCustomer: lambda no: (
        f"没有找到{_quoted(no.typed)}这位客户。请用客户号（8 位）或他绑定的手机号。"
    ),
    customers.SeveralCustomers: lambda no: (
        f"{_quoted(no.typed)}对应 {no.count} 位客户，分不清是哪一位。请换客户号（8 位）。"
    ),
    moving.CannotReceive: lambda no: (
        f"{plain(no.code, 12)} 不能接收客户：接手的必须是另一位状态「{STANDINGS[Status.ACTIVE]}」的推广员。"
    ),
    moving.HimselfRefused: lambda no: f"{called(no.name)} 就是这位推广员本人，不能做自己的客户。",
    moving.AlreadyHis: lambda no: (
        f"{called(no.name)} 现在就是这位推广员的客户，没有改动。多位一起分配时，请去掉这一位。"
    ),
    moving.NobodyToMove: lambda _: "没有要分配的客户，没有改动。",
    moving.TooManyNamed: lambda no: f"一次最多分配 {no.most} 位客户，请分几次来。",
    moving.MoveReasonMissing: lambda _: "分配客户要写原因（1–60 个字），只有店员看得到。",
    handover.CustomersLeft: lambda no: (
        f"他还有 {no.count} 位客户，要先定好移交给谁。请这样说：解约 {no.code} 移交 ‹接手人的推荐码› ‹原因›"
    ),
    handover.CannotTakeOver: lambda no: (
        f"{plain(no.code, 12)} 不能接手：接手的必须是另一位状态「{STANDINGS[Status.ACTIVE]}」的推广员。"
    ),
    handover.TerminationReasonMissing: lambda _: "解约要写原因（1–60 个字），只有店员看得到。",
}
_SETTINGS: Mapping[type[errors.Refusal], Words] = {
    products.NoSuchProduct: lambda no: (
        f"没有编号「{plain(no.sku)}」的商品。\n{tap('商品佣金', '看商品列表')}"
    ),
    products.BadProduct: lambda _: "商品编号要 1–32 个字、不带空格，名称要 1–60 个字。",
    ceilings.RatesTooHigh: _rates_too_high,
    groups.NoSuchGroup: lambda no: f"没有叫「{plain(no.name, 12)}」的分组。\n{tap('分组', '看全部分组')}",
    groups.BadGroupName: lambda no: (
        f"分组不能叫{_quoted(no.name)}：要 1–{no.longest} 个字，只用汉字、字母、数字和 - _ ，"
        "不带空格、不全是数字，也不能是「加」「默认」这样的指令。例如：分组 加 金牌"
    ),
    groups.GroupNameTaken: lambda no: (
        f"已经有分组「{plain(no.name, 12)}」了，请换个名字。\n{tap('分组', '看全部分组')}"
    ),
    groups.TooManyGroups: lambda no: (
        f"最多 {no.most} 个分组，已经满了。不用的分组可以删除，例如：分组 金牌 删除"
    ),
    groups.TooManyMembers: lambda no: f"一次最多调整 {no.most} 位推广员，请分几次。",
    groups.NobodyMoves: lambda no: (
        f"他们已经都在分组「{plain(no.name, 12)}」里，没有改动。"
        if no.joining
        else f"他们都不在分组「{plain(no.name, 12)}」里，没有改动。"
    ),
    settings.NoSuchSetting: lambda no: f"没有「{plain(no.key)}」这一项。\n{tap('规则设置', '看全部设置')}",
    settings.OutOfRange: lambda no: (
        f"「{plain(no.typed)}」不在允许的范围里。\n{tap('规则设置', '看全部设置')}"
    ),
    settings.NothingChanged: lambda _: "现在就是这个值，没有改动。",
    settings.ProgrammeNotReady: _not_ready,
    settings.NotAcknowledged: lambda _: f"开启两级前，请店主原样回复：{settings.ACKNOWLEDGEMENT}",
    settings.DailyLimitBelowMinimum: lambda no: (
        f"每日打款上限 {no.limit} 不能低于最低提现 {no.minimum}，不然哪一笔都打不了。请先改另一项。"
    ),
    settings.MinimumAboveMaximum: lambda no: (
        f"单笔最少 {no.minimum} 不能高于单笔最多 {no.maximum}。请先改另一项。"
    ),
}
_LINKS: Mapping[type[errors.Refusal], Words] = {
    members.InvitationOver: lambda _: "这个邀请已经结束，请向商家再要一次。",
    members.TooManyInvitations: lambda no: (
        f"同时最多 {no.most} 个邀请，请先结束一些。\n{tap('邀请成员', '全部邀请')}"
    ),
    materials.NoSuchMaterial: lambda _: f"没有这条素材，可能已经下架。\n{tap('素材文案', '看素材文案')}",
    materials.BadMaterial: lambda no: (
        f"素材的文字要有 1–{no.longest // 3} 个汉字（一个字母、数字算三分之一个），请改好再发一次。"
    ),
    materials.TooManyMaterials: lambda no: (
        f"素材已经有 {no.most} 条，满了。请先删掉不用的：{tap('素材管理', '素材管理')}"
    ),
    materials.TooManyPictures: lambda no: (
        f"一条素材最多 {no.most} 张图片，这张没有收。\n{tap('完成', '完成')}"
    ),
    materials.MaterialListed: lambda no: (
        f"这条素材还在架上，推广员正在用；要删请先下架。\n{tap(f'素材管理 {no.code} 下架', '下架')}"
    ),
    backdrops.NoDraft: lambda _: (
        "没有等你决定的图片：还在处理，或已经用过了。稍等几秒再说「用」，或重新发一张。"
    ),
    wishes.NoPortrait: lambda _: "他的海报上没有头像。",
    wishes.LookNotOffered: lambda _: f"这个样式现在不能选。\n{tap('海报 换样式', '看能选哪些')}",
    points.BadPlace: lambda no: f"地点要有 1–{no.longest} 个字，如：海报 印刷 东门店",
    points.PlaceTaken: lambda no: (
        f"「{plain(no.place)}」已经有印刷海报了。\n{tap('海报数据', '看印过的海报')}"
    ),
    points.TooManyPoints: lambda no: (
        f"印刷海报最多 {no.most} 个地点，已经满了；别的地方请用原来的海报。\n{tap('海报数据', '看印过的海报')}"
    ),
    points.NoSuchPlace: lambda no: (
        f"没有印过「{plain(no.place, 12)}」的海报。\n{tap('海报数据', '看印过的海报')}"
    ),
    points.MayNotPrint: lambda _: "你的推广员资格被冻结了，暂时不能印海报。请联系商家。",
    points.CodesUsedUp: lambda _: "公众号的永久二维码用完了，不能再印新的海报；印过的照常有效。请联系商家。",
}
_WITHDRAWALS: Mapping[type[errors.Refusal], Words] = {
    states.WrongState: lambda no: f"提现 {no.code} 现在是「{STATES[no.state]}」，这一步做不了。",
    asking.PromoterFrozen: lambda _: "你的推广员资格被冻结了，暂时不能提现，钱还在账上。请联系商家。",
    paying.PromoterOwes: lambda no: (
        f"这位推广员另欠 {no.owed}（退款扣回），提现 {no.code} 先不能打款。可以驳回，退回的钱先抵欠款。"
    ),
    asking.WithdrawalOpen: _withdrawal_open,
    asking.NothingAvailable: _nothing_available,
    asking.BelowMinimum: _below_minimum,
    asking.AboveMaximum: lambda no: f"单笔最多提 {no.maximum}，请分几次提。",
    asking.NotEnough: lambda no: (
        f"你可提现 {no.available}，不够 {no.asked}，还差 {no.asked - no.available}。请换个金额。"
    ),
    payees.BadPayee: _bad_payee,
    payee_pictures.NoPayeePicture: lambda _: "这张收款码已经换掉或删除了，请重新申请提现，再发一次收款码。",
    payees.BadPayeeName: lambda _: "收款人姓名要有 2–20 个字，请填账号的实名。",
    records.NoSuchWithdrawal: lambda no: f"没有单号为「{plain(no.code, 12)}」的提现，请核对一下。",
    paying.BadProof: lambda _: "流水号要 4–64 位字母或数字，请照转账单号原样发。",
    paying.RejectionReasonMissing: lambda _: "驳回要写理由（1–60 个字），对方会看到。",
    paying.DailyLimit: _daily_limit,
    asking.SettledOffline: lambda no: (
        f"本店线下结算，请与商家核对。你的待线下结算 {no.available}。\n{tap('提现记录', '提现记录')}"
    ),
    stops.PayoutsStopped: lambda no: (
        f"打款暂停中：{plain(no.reason, 60)}（{moment(no.since)} 起），请联系技术人员。"
        "已经转出去的，照常回复「已打款」登记。"
    ),
    reconciling.NotStopped: lambda _: "打款没有暂停，不用恢复。",
    reconciling.Unanswered: lambda no: f"这些提现还没说明有没有打过款：{plain(no.codes, 200)}",
    reconciling.AnsweredTwice: lambda no: f"提现 {plain(no.code, 20)} 说了两次，请只说一次。",
    reconciling.ProofUsed: lambda no: (
        f"流水号 {plain(no.proof, 64)} 已经登记过了，一笔转账只能对一笔提现，请核对。"
    ),
    reconciling.NothingPaid: lambda no: f"流水号 {plain(no.proof, 64)} 的金额要大于 0。",
    paying.NotInYourHand: lambda no: f"这一笔正由 {called(no.by)} 打款。",
}
_OFFLINE: Mapping[type[errors.Refusal], Words] = {
    bookings.PaidOnline: lambda _: (
        f"现在是线上提现，不用线下结算。要改：{tap('设置 打款方式', '设置打款方式')}（店主）\n"
        f"以前登记过的：{tap('结算记录', '结算记录')}"
    ),
    bookings.NothingToBook: lambda no: f"到 {last_day(no.until)} 为止，没有要线下结算的钱。",
    bookings.PeriodBooked: lambda no: (
        f"到 {last_day(no.until)} 为止已经登记过了（{tap(f'结算单 {no.code}', f'单号 {no.code}')}），"
        "只能登记之后的日子。"
    ),
    bookings.PeriodNotOver: lambda no: (
        f"{last_day(no.until)} 还没过完，最晚只能结算到昨天（{last_day(no.today)}）。别的年份请写全年月日。\n"
        f"{tap('线下结算', '看到昨天为止的')}"
    ),
    bookings.BookingRunning: lambda no: (
        f"上一次结算（{tap(f'结算单 {no.code}', f'单号 {no.code}')}）还在登记，一般几秒内完成，请稍后再来。"
    ),
    bookings.ListChanged: lambda no: (
        f"没有登记：你核对以后名单变了，现在是 {no.count} 人共 {no.amount}。请重新核对。\n"
        f"{tap('线下结算', '看新的名单')}"
    ),
    bookings.NoSuchBooking: lambda no: (
        f"没有单号为「{plain(no.code, 12)}」的结算。\n{tap('结算记录', '看结算记录')}"
    ),
    adjusting.NotAdjustable: lambda no: (
        f"「{plain(no.account, 20)}」不能手工调整，只能调 available（可提现）和 debt（待追回）。"
    ),
    adjusting.NothingToAdjust: lambda _: "调整金额不能是 0。",
    adjusting.MoreThanHeld: lambda no: f"只有 {no.held}，不够 {no.asked}。",
    adjusting.AdjustmentReasonMissing: lambda _: "调整要写原因（1–60 个字），推广员会看到。",
}
_FEED: Mapping[type[errors.Refusal], Words] = {
    intake.FutureFact: lambda _: "时间比现在晚了 10 分钟以上，请检查时钟。",
    quoting.BadQuantity: lambda no: f"件数要 1–{no.most}，总价太大也算不了。请改小一点。",
    claims.OrderDecided: lambda no: (
        f"单 {no.code} 已经判定过归属，不用认领。\n{tap(f'订单 {no.code}', '看这张订单')}"
    ),
    assigning.AssignedAlready: _assigned_already,
    checking.NothingToCheck: lambda no: f"单 {no.code} 没有要核对的，或者已经核对过了。",
    checking.NoSuchMessage: lambda no: (
        f"没有编号「{plain(no.typed, 12)}」的待核对消息，或者已经核对过了。\n{tap('消息冲突', '看消息冲突')}"
    ),
    assigning.AssignReasonMissing: lambda _: "归属要写原因（1–60 个字），双方推广员会看到。",
    assigning.OwnTransferOrder: lambda no: f"单 {no.code} 是商家自行转账付的，不计佣，不能改归属。",
    assigning.BuyersOwnOrder: lambda no: (
        f"单 {no.code} 是这位推广员自己买的，付款时自购不计佣，不能归给他本人。"
    ),
    phones.NoPhoneBound: lambda _: f"你还没有绑定手机号。\n{tap('绑定手机号', '绑定手机号')}",
    phones.TooManyPhones: lambda no: (
        f"{no.days} 天内最多绑定 {no.most} 个手机号，{moment(no.again)} 后可以再换。急用请联系商家。"
    ),
    intake.TooMuch: lambda no: f"一张订单或一笔退款最多 {no.most}。",
    views.NoSuchOrder: lambda no: f"没有单号为「{plain(no.typed, 32)}」的订单，请核对一下。",
    intake.BadLines: lambda no: f"订单要有 1–{no.most} 行，行号不能重复。",
}
_WORDS: Mapping[type[errors.Refusal], Words] = {
    **_GENERAL, **_RECRUITING, **_REFERRALS, **_SETTINGS, **_LINKS, **_WITHDRAWALS, **_OFFLINE, **_FEED,
}  # fmt: skip
_TO_STAFF: Mapping[type[errors.Refusal], Words] = {
    materials.NoSuchMaterial: lambda _: f"没有这条素材，可能已经删掉了。\n{tap('素材管理', '看素材管理')}",
    asking.PromoterFrozen: lambda _: "这位推广员被冻结了，提现先等着；恢复后再处理，或驳回。",
    promoters.NoSuchPromoter: lambda no: f"没有推荐码是「{plain(no.typed, 12)}」的推广员，请核对一下。",
}
