"""The words of the rules that settings choose between."""

from __future__ import annotations

from enum import Enum
from typing import Literal


class LockMode(Enum):
    """What binds a customer to a promoter (锁定方式)."""

    ON_VISIT = "on_visit"
    ON_PURCHASE = "on_purchase"
    SINGLE_SHOT = "single_shot"


class SelfPurchase(Enum):
    """What a promoter's own purchase earns him (自购)."""

    NONE = "none"
    COMMISSION = "commission"
    DISCOUNT = "discount"


class EarnTo(Enum):
    """Who sees what a product earns (赚)."""

    NOBODY = "nobody"
    PROMOTERS = "promoters"
    ALL = "all"


class SettleMode(Enum):
    """When commission falls due (结算时间)."""

    PAID = "paid"
    SHIPPED = "shipped"
    RECEIVED = "received"


PosterKind = Literal["shop", "product", "invitation"]
"""店铺海报, 商品海报, 邀请海报."""


class PosterLook(Enum):
    """What a poster looks like (海报模板)."""

    PLAIN = "plain"
    WARM = "warm"
    JADE = "jade"
    NIGHT = "night"


class PayoutMode(Enum):
    """How promoters get their money (打款方式)."""

    ONLINE = "online"
    """They ask for it, and it is paid to an account of theirs."""
    OFFLINE = "offline"
    """The merchant pays outside and books periods as settled (线下结算)."""


class Goods(Enum):
    """What kind of thing is sold (实物, 服务, 虚拟)."""

    GOODS = "goods"
    SERVICE = "service"
    VIRTUAL = "virtual"
