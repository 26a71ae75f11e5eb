"""Words about the conversation itself: a question left open, what came while somebody was away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.texts.marks import tap

STATE_NAMES: Mapping[str, str] = {
    # customer and promoter
    "apply": "推广员申请",
    "code": "推荐码",
    "rename": "改名",
    "portrait": "海报头像",
    "withdraw": "提现",
    "nickname": "备注",
    "phone": "绑定手机号",
    "privacy": "注销",
    # merchant
    "reject": "驳回理由",
    "payout": "打款登记",
    "freeze": "冻结原因",
    "terminate": "解约",
    "move": "分配客户",
    "remark": "客户备注",
    "upline": "改上级",
    "inviter": "改邀请人",
    "assign": "归属",
    "settings": "规则设置",
    "backdrop": "海报底图",
    "product": "加商品",
    "group": "加分组",
    "material": "素材",
}
"""What is being filled, by the part of the state's name before the dot."""

_UNKEPT = "系统正忙，现在记不住上一句话。请过几分钟再来；能一句话说完的（例如 提现 100）现在就可以。"


def name_of(state: str) -> str:
    """What the question of this state fills; empty for a state that asks nothing."""
    return STATE_NAMES.get(state.partition(".")[0], "")


def parked(state: str) -> str:
    """A question was left open; empty if the state asks nothing."""
    name = name_of(state)
    return f"刚才的{name}还没填完，回复 {tap('继续', '继续')} 接着填。" if name else ""


def dropped(state: str) -> str:
    """A question was given up for another one; empty if it asked nothing."""
    name = name_of(state)
    return f"刚才的{name}没填完，没有提交；要办请重新开始。" if name else ""


def unkept(state: str) -> str:
    """A question is asked and nothing can be remembered just now; empty if the state asks nothing."""
    return _UNKEPT if name_of(state) else ""


def missed(notices: Sequence[str]) -> str:
    """What could not be pushed, shown at the next contact."""
    return "\n".join(("你不在的时候：", *notices))
