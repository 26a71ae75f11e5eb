"""What somebody may have meant whose words nobody understands: offered as lines to tap, and never done unasked."""

from __future__ import annotations

import re

from handlers import menus
from handlers.spelling import simplified
from handlers.types import Ask, Kind

_MOST = 3
_LONGEST = 60
"""Characters: who writes more tells a story, and asks for nothing that a line could answer."""

_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"1\d{10}", ("客户列表", "绑定手机号")),
    (r"(?=.*\d)[0-9a-z][0-9a-z_-]{5,31}", ("订单退款", "推广订单", "我的订单")),
    (r".*(?:提.?现|体现|提线|提款|取钱|取现|提钱|到账|打钱|转账)", ("提现审核", "申请提现", "提现记录")),
    (r".*(?:打款|付款给|转给他)", ("待打款",)),
    (r".*(?:比例|设置|规则|改成|结算|几天)", ("规则设置",)),
    (r".*(?:钱|余额|收入|收益|赚|佣金|工资)", ("我的收益", "推广商品", "商品佣金", "今日概览")),
    (r".*(?:海报|二维码|底图)", ("海报招募", "店铺海报")),
    (r".*链接", ("推广链接",)),
    (r".*(?:文案|朋友圈|素材|转发)", ("素材文案", "海报招募")),
    (r".*(?:退|换货|售后)", ("订单退款", "退款售后")),
    (r".*(?:订单|单号|发货|物流|快递|买了|到哪)", ("订单退款", "推广订单", "我的订单")),
    (r".*(?:推荐码|邀请码)", ("填写推荐码",)),
    (r".*推荐人", ("我的推荐人",)),
    (r".*手机", ("绑定手机号",)),
    (r".*(?:申请|审核)", ("推广员审核", "申请推广员", "申请进度")),
    (r".*(?:推广员|加入|兼职|代理|分销|合作)", ("推广员列表", "申请推广员", "招募说明")),
    (r".*(?:怎么推|推广)", ("店铺海报", "推广商品", "推广链接")),
    (r".*(?:商品|价|多少|怎么买|想买|下单|产品)", ("商品佣金", "推广商品", "商品与价格", "进入商城")),
    (r".*(?:今天|昨天|今日|生意|卖|业绩|数据|统计)", ("今日概览", "推广员业绩", "我的收益")),
    (r".*(?:员工|店员|权限|财务)", ("员工",)),
    (r".*(?:下级|团队|邀请|拉人)", ("我的下级", "邀请推广员")),
    (r".*(?:客户|顾客|粉丝)", ("客户列表", "我的客户")),
    (r".*(?:排名|排行|第几)", ("排行榜",)),
    (r".*(?:名字|改名|昵称)", ("改名",)),
    (r".*(?:隐私|删除|个人信息)", ("隐私与注销",)),
    (r".*(?:客服|人工|投诉|电话|在吗|有人|你好|您好)", ("联系客服",)),
    (r".*(?:商城|网店|店里|地址)", ("进入商城", "联系客服")),
)
"""By what stands in the words: what it is mostly about, for the staff first, then for promoters and customers."""
_MEANT = tuple((re.compile(sign, re.ASCII | re.IGNORECASE), words) for sign, words in _SIGNS)


def near(ask: Ask) -> tuple[str, ...]:
    """Words of his own menus that are about what he wrote, the likeliest first; none if there is no sign of any."""
    typed = simplified("".join(ask.text.split()))
    if ask.message.kind is not Kind.TEXT or len(typed) > _LONGEST:
        return ()
    his = menus.offered(ask.who)
    found = dict.fromkeys(
        word for sign, words in _MEANT if sign.match(typed) for word in words if word in his
    )
    return tuple(found)[:_MOST]
