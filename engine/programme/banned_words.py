"""The words that WeChat punishes (违规词), as data: what to look for, which rule it breaks, what it is not.

A pattern is held against the text as `wording` has pressed it: simplified, half-width, lower case, nothing but
letters and digits left. What is no offence stands in the pattern itself (`三级` but not `三级甲等`), because each
word has neighbours of its own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Banned:
    """One offence."""

    pattern: str
    rule: str
    joins: bool = False
    """Words that offend only together (关注…领): they must stand in one clause."""


BANNED: tuple[Banned, ...] = (
    Banned(
        "关注.{0,8}?(?:领(?![导域先悟略军口队会土空养])|(?<![配派运寄直发护接断])送(?![货达餐检修审上到回别父爸妈老])"
        "|有礼|得红包|得优惠|得券|立减|返)",
        "follow_reward",
        joins=True,
    ),
    Banned(
        "关注.{0,8}?(?:领(?:取|券|红包|优惠|奖|好?礼|[0-9])|送(?:券|红包|优惠|好?礼|积分|[0-9]))",
        "follow_reward",
    ),
    Banned(
        "(?:转发|分享).{0,6}?(?:赚|(?<![率引占统])领(?![导域先悟略军口队会土空养])|(?<![心获觉值懂取记晓难舍])得(?![到来知以意体很])"
        "|获?得(?:红包|奖|优惠|券|好?礼|佣金)|有礼|送(?:券|红包|优惠|好?礼|积分))",
        "share_reward",
        joins=True,
    ),
    Banned("集赞(?![美助成同扬许赏誉歌叹])|点赞(?:领|送|有礼|抽奖)", "share_reward"),
    Banned("拉人头(?!发)|人头费|人头奖|拉新人?(?:奖|有奖|返|得|赚)|拉下线|发展下线", "recruit_reward"),
    Banned("入会费|加盟费|代理费|入门费|保证金(?![牌属色银币黄融质箔])", "entry_fee"),
    Banned(
        "躺赚|躺着?赚钱|稳赚|包赚|零投入|(?<![0-9])0投入|一夜暴富|暴富|财务自由|轻松赚钱|睡后收入"
        "|[日月]入(?![住园库场学会账驻职境院门选仓座席口冬夏伏秋春围伙手味])",
        "exaggeration",
    ),
    Banned(
        "(?<!国家)(?<!第)三级(?![别甲乙丙医能跳心公保标资教运裁文消防])|(?<![0-9])3级(?:分|代理|佣|返|奖)|多级(?!别)"
        "|无限(?:代(?![入码表替])|级(?!别))|团队计酬|裂变(?:奖励|佣金)|层层(?:返|分佣|计酬)",
        "levels",
    ),
    Banned("(?<![往重])返现(?![货场在代实任象状有今])|(?<!往)返利(?!用)|返佣|返钱", "cash_back"),
)

SIMPLIFIED = str.maketrans(
    "關註領轉發賺讚贊頭會費證穩財務級無團隊計變獎勵現錢億萬數幾過國導門減優點線險達貨餐檢審別傭層購壹貳參",
    "关注领转发赚赞赞头会费证稳财务级无团队计变奖励现钱亿万数几过国导门减优点线险达货餐检审别佣层购一二三",
)
"""Of the traditional characters those that stand in the words above, or beside them."""

FORBIDDING = r"(?:不得(?!不)|禁止|严禁|不许|不准|不允许)"
"""What stands before a word that is forbidden rather than promised (an agreement's 不得拉人头、发展下线)."""
NEARBY = 16
"""How many characters before the word, in the same clause."""
