"""Every setting there is (规则设置), in versions with a beginning, so that "as of" can be asked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, bindparam, func, insert, select, type_coerce

from engine import outbox
from engine.errors import Refusal
from engine.money import Money, Rate
from engine.people import confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.programme import ceilings, products, wording
from engine.programme.modes import EarnTo, LockMode, PayoutMode, PosterLook, SelfPurchase, SettleMode
from engine.programme.rates import Rates
from engine.store.base import Tx
from engine.store.columns import EPOCH
from engine.store.commands import Room, command, question
from engine.store.prepared import Prepared
from engine.store.record import encode
from engine.store.tables import settings_versions

MENU_KEYS = ("programme", "recruiting", "two_level", "acknowledged", "shop_link")
"""Settings that entries of the menu come and go with."""

PICTURE_NAME = re.compile(r"[0-9a-f]{64}\.jpg")
"""A picture is called by the digest of its bytes."""

_LINK = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?", re.ASCII
)
ACKNOWLEDGEMENT = "我已了解二级风险"
"""What the owner types before a second level is paid."""

DEFAULT_AGREEMENT = (
    "1. 免费加入，无需购买任何商品，不收取任何费用。\n"
    "2. 佣金仅按客户真实成交计算，最多两级；邀请他人本身没有奖励。\n"
    "3. 不得刷单、虚假交易，不得群发骚扰，不得夸大或承诺收益。\n"
    "4. 佣金按店铺公布的比例和时间结算；订单退款，对应佣金一并扣回。\n"
    "5. 佣金收入依法缴纳个人所得税。\n"
    "6. 我们只为审核、结算和联系你使用你的姓名、手机号和收款账号；你可以随时要求我们删除。"
)
DEFAULT_RECRUIT = (
    "喜欢我们的商品，就把它推荐给身边的朋友。朋友成交后，你按店铺公布的比例获得佣金。免费加入，无需购买。"
)


class Kind(Enum):
    """What a setting's value is."""

    SWITCH = "switch"
    CHOICE = "choice"
    RATE = "rate"
    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"
    SEVERAL = "several"
    """Any number of the choices."""
    PICTURE = "picture"
    """Sent in the chat; kept as the name of a file that a worker made of it."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One setting: its kind, range and whether a change needs a one-time code."""

    kind: Kind
    low: int = 0
    high: int = 0
    choice: type[Enum] | None = None
    optional: bool = False
    confirmed: bool = False
    """Changes of rates carry a one-time code."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one version. Amounts in Money, rates in Rate, times in whole days."""

    programme: bool = False
    recruiting: bool = True
    review: bool = True
    lock_mode: LockMode = LockMode.SINGLE_SHOT
    lock_days: int = 0
    """0 = for ever."""
    visit_window: int = 7
    """Days; 0 = only codes sent with the order."""
    level1: Rate | None = None
    level2: Rate | None = None
    two_level: bool = True
    self_purchase: SelfPurchase = SelfPurchase.NONE
    earn_shown: bool = True
    """Is the amount that a product earns (赚) shown at all?"""
    earn_to: EarnTo = EarnTo.PROMOTERS
    settle_mode: SettleMode = SettleMode.RECEIVED
    settle_days: int = 7
    payout_mode: PayoutMode = PayoutMode.ONLINE
    withdraw_min: Money = Money(100)
    withdraw_max: Money = Money(200_000)
    daily_limit: Money = Money(0)
    """Paid out per Beijing day; 0 = no limit."""
    shop_name: str = "我的小店"
    recruit_title: str = ""
    """Of the recruit page; empty = made of the shop's name."""
    recruit_text: str = DEFAULT_RECRUIT
    recruit_picture: str = ""
    agreement: str = DEFAULT_AGREEMENT
    questions: str = ""
    """The merchant's own questions to applicants, one a line; empty = none."""
    poster_title: str = ""
    """Empty = the shop's name."""
    poster_text: str = "用心做好每一件商品"
    poster_template: PosterLook = PosterLook.PLAIN
    product_template: PosterLook = PosterLook.WARM
    invitation_template: PosterLook = PosterLook.JADE
    poster_looks: tuple[PosterLook, ...] = ()
    """Looks that a promoter may choose for all his posters; none = they look as the merchant has them."""
    product_text: str = ""
    """Below the price on a product's poster."""
    poster_background: str = ""
    product_background: str = ""
    invitation_background: str = ""
    share_title: str = ""
    """Of the card that a shop link is passed on as; empty = made of the shop's name."""
    share_text: str = ""
    """Empty = the poster's text."""
    share_picture: str = ""
    to_staff: bool = False
    """What a customer says and nobody understands goes to a person (人工客服)."""
    service_text: str = ""
    """When and how to reach a person (客服时间); empty = nothing is said of it."""
    welcome_text: str = ""
    """To a new follower, below the shop's name."""
    shop_link: str = ""
    """Where 进入商城 leads; empty = there is no such entry."""
    acknowledged: bool = False
    """The owner has typed ACKNOWLEDGEMENT."""
    version: int = 0

    @property
    def pays_level2(self) -> bool:
        """Two-level counts as off until its risk is acknowledged."""
        return self.two_level and self.acknowledged

    @property
    def offline(self) -> bool:
        """The merchant settles outside and only books it (线下结算)."""
        return self.payout_mode is PayoutMode.OFFLINE


_TEXT = Kind.TEXT
SPECS: dict[str, Spec] = {
    "programme": Spec(Kind.SWITCH),
    "recruiting": Spec(Kind.SWITCH),
    "review": Spec(Kind.SWITCH),
    "lock_mode": Spec(Kind.CHOICE, choice=LockMode),
    "lock_days": Spec(Kind.NUMBER, 0, 3650),
    "visit_window": Spec(Kind.NUMBER, 0, 90),
    "level1": Spec(Kind.RATE, 0, 10_000, optional=True, confirmed=True),
    "level2": Spec(Kind.RATE, 0, 10_000, optional=True, confirmed=True),
    "two_level": Spec(Kind.SWITCH),
    "self_purchase": Spec(Kind.CHOICE, choice=SelfPurchase),
    "earn_shown": Spec(Kind.SWITCH),
    "earn_to": Spec(Kind.CHOICE, choice=EarnTo),
    "settle_mode": Spec(Kind.CHOICE, choice=SettleMode),
    "settle_days": Spec(Kind.NUMBER, 0, 90),
    "payout_mode": Spec(Kind.CHOICE, choice=PayoutMode),
    "withdraw_min": Spec(Kind.MONEY, 10, 5_000_000),
    "withdraw_max": Spec(Kind.MONEY, 10, 5_000_000),
    "daily_limit": Spec(Kind.MONEY, 0, 1_000_000_000),
    "shop_name": Spec(_TEXT, 1, 20),
    "recruit_title": Spec(_TEXT, 0, 24),
    "recruit_text": Spec(_TEXT, 1, 500),
    "recruit_picture": Spec(Kind.PICTURE),
    "agreement": Spec(_TEXT, 1, 1500),
    "questions": Spec(_TEXT, 0, wording.MOST_QUESTIONS * (wording.LONGEST_QUESTION + 1) - 1),
    "poster_title": Spec(_TEXT, 0, 24),
    "poster_text": Spec(_TEXT, 0, 120),
    "poster_template": Spec(Kind.CHOICE, choice=PosterLook),
    "product_template": Spec(Kind.CHOICE, choice=PosterLook),
    "invitation_template": Spec(Kind.CHOICE, choice=PosterLook),
    "poster_looks": Spec(Kind.SEVERAL, choice=PosterLook),
    "product_text": Spec(_TEXT, 0, 60),
    "poster_background": Spec(Kind.PICTURE),
    "product_background": Spec(Kind.PICTURE),
    "invitation_background": Spec(Kind.PICTURE),
    "share_title": Spec(_TEXT, 0, 24),
    "share_text": Spec(_TEXT, 0, 60),
    "share_picture": Spec(Kind.PICTURE),
    "to_staff": Spec(Kind.SWITCH),
    "service_text": Spec(_TEXT, 0, 120),
    "welcome_text": Spec(_TEXT, 0, 60),
    "shop_link": Spec(_TEXT, 0, 200),
}
"""In the order in which they are shown. Lengths are counted in characters."""
DEFAULTS = Settings()
"""What rules until something is set."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did."""

    key: str
    before: str
    after: str
    version: int


@dataclass(eq=False)
class NoSuchSetting(Refusal):
    """There is no setting of this name."""

    key: str


@dataclass(eq=False)
class OutOfRange(Refusal):
    """The value is not one the setting takes."""

    key: str
    typed: str


@dataclass(eq=False)
class NothingChanged(Refusal):
    """The setting has this value already."""

    key: str


@dataclass(eq=False)
class ProgrammeNotReady(Refusal):
    """The programme cannot be switched on without a rate and one promoted product (先设比例和推广产品)."""

    rate_missing: bool
    product_missing: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands of the two things without which the programme cannot be switched on."""

    has_rate: bool
    has_product: bool


@dataclass(eq=False)
class NotAcknowledged(Refusal):
    """Two-level needs the owner's typed acknowledgement first."""


@dataclass(eq=False)
class MinimumAboveMaximum(Refusal):
    """The smallest withdrawal would be larger than the largest."""

    minimum: Money
    maximum: Money


@dataclass(eq=False)
class DailyLimitBelowMinimum(Refusal):
    """With so low a daily limit not even the smallest withdrawal could ever be paid."""

    limit: Money
    minimum: Money


class SettingsRoom(Room):
    """Reading and changing the rules."""

    @question
    def now(self, tx: Tx) -> Settings:
        """The settings in force."""
        return current(tx)

    @question
    def readiness(self, tx: Tx) -> Readiness:
        """What the programme needs before it can be switched on."""
        return _readiness(tx, current(tx))

    @command
    def change(self, tx: Tx, key: str, typed: str) -> Change:
        """Change a setting that needs no one-time code. Raises a Refusal that says why not."""
        spec = _spec(key)
        if spec.confirmed:
            raise NoSuchSetting(key)
        return put(tx, key, parse(key, typed))

    @command
    def propose(self, tx: Tx, key: str, typed: str) -> Confirmation:
        """Ask for a change of a rate: gives the one-time code that makes it."""
        before = current(tx)
        value = parse(key, typed)
        _check(tx, before, key, value)
        args = {"key": key, "typed": typed, "before": said(getattr(before, key)), "after": said(value)}
        return confirmations.issue(tx, "settings.confirm", args)

    @command
    def confirm(self, tx: Tx, code: str) -> Change:
        """Make the change that the code stands for."""
        bound = confirmations.take(tx, code, "settings.confirm")
        key = bound["key"]
        if said(getattr(current(tx), key)) != bound["before"]:
            raise CodeOutdated()
        return put(tx, key, parse(key, bound["typed"]))

    @command
    def set_up(self, tx: Tx, key: str, typed: str) -> Change:
        """The operator's change at the server's command line, which takes no one-time code."""
        if key == "acknowledged":
            return put(tx, key, typed == ACKNOWLEDGEMENT)
        return put(tx, key, parse(key, typed))

    @command
    def acknowledge(self, tx: Tx, typed: str) -> Change:
        """The owner has read what a second level risks and typed so."""
        if typed.strip().rstrip("。.!！") != ACKNOWLEDGEMENT:
            raise NotAcknowledged()
        return put(tx, "acknowledged", value=True)


_MINE = select(
    settings_versions.c.version, type_coerce(settings_versions.c.values_, Text).label("written")
).where(settings_versions.c.shop_id == bindparam("shop"))
_AS_OF = Prepared(
    _MINE.where(settings_versions.c.since <= bindparam("at"))
    .order_by(settings_versions.c.version.desc())
    .limit(1)
)
_FIRST = Prepared(_MINE.order_by(settings_versions.c.version).limit(1))
_LATER = Prepared(_MINE.where(settings_versions.c.since > bindparam("instant")))
_VERSION = Prepared(_MINE.where(settings_versions.c.version == bindparam("version")))


def current(tx: Tx) -> Settings:
    """The settings in force."""
    return as_of(tx, tx.now)


def as_of(tx: Tx, instant: datetime) -> Settings:
    """The settings in force at an instant; the first ones for any time before them."""
    row = tx.ask(_AS_OF, at=instant).one_or_none() or tx.ask(_FIRST).one_or_none()
    return _read(row.written, row.version) if row else DEFAULTS


def version(tx: Tx, number: int) -> Settings:
    """The settings of one version; 0 is what ruled before anything was set."""
    row = tx.ask(_VERSION, version=number).one_or_none()
    return _read(row.written, row.version) if row else DEFAULTS


def pictures_since(tx: Tx, instant: datetime) -> set[str]:
    """The files of all pictures that were in force at any time from that instant on."""
    later = tx.ask(_LATER, instant=instant)
    rulings = (as_of(tx, instant), *(_read(row.written, row.version) for row in later))
    keys = [key for key, spec in SPECS.items() if spec.kind is Kind.PICTURE]
    return {name for rules in rulings for key in keys if (name := str(getattr(rules, key)))}


def put(tx: Tx, key: str, value: Any) -> Change:
    """Make a change of a value that was parsed already. Raises a Refusal that says why not."""
    before = current(tx)
    _check(tx, before, key, value)
    values = {name: getattr(before, name) for name in Settings.__dataclass_fields__ if name != "version"}
    values[key] = value
    version = _newest(tx) + 1
    tx.run(
        insert(settings_versions).values(
            {
                "shop_id": tx.shop,
                "version": version,
                # the first version also rules whatever was sold before it
                "since": tx.now if version > 1 else EPOCH,
                "values_": encode(values),
                "actor": str(tx.actor),
            }
        )
    )
    if key in MENU_KEYS:
        outbox.put(tx, f"menu:{version}", "menu", {})
    change = Change(key, said(getattr(before, key)), said(value), version)
    tx.note |= {"key": key, "before": change.before[:60], "after": change.after[:60], "version": version}
    return change


def parse(key: str, typed: str) -> Any:
    """The value a person typed. Raises NoSuchSetting, OutOfRange, NotAnAmount, NotARate, BannedWording."""
    spec = _spec(key)
    text = typed.strip()
    if spec.kind is Kind.SWITCH:
        if text not in ("on", "off"):
            raise OutOfRange(key, typed)
        return text == "on"
    if spec.choice:
        return _chosen(key, spec, text)
    if spec.kind is Kind.RATE:
        return Rate.parse(text)
    if spec.kind is Kind.MONEY:
        return _ranged(key, spec, Money.parse(text), Money.parse(text).fen, typed)
    if spec.kind is Kind.NUMBER:
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise OutOfRange(key, typed)
        return _ranged(key, spec, int(text), int(text), typed)
    if spec.kind is Kind.PICTURE:
        if text and not PICTURE_NAME.fullmatch(text):
            raise OutOfRange(key, typed)
        return text
    _ranged(key, spec, text, len(text), typed)
    wording.check(text)
    if key == "shop_link" and text and not _LINK.fullmatch(text):
        raise OutOfRange(key, typed)
    if key == "questions":
        wording.check_questions(text)
    return text


def check_picture_key(key: str) -> None:
    """Raise NoSuchSetting unless a picture may be sent for it."""
    if _spec(key).kind is not Kind.PICTURE:
        raise NoSuchSetting(key)


def said(value: Any) -> str:
    """A value as one word, for codes and the audit log."""
    if isinstance(value, tuple):
        return ",".join(encode(value))
    return "" if value is None else str(encode(value))


def _spec(key: str) -> Spec:
    if key not in SPECS:
        raise NoSuchSetting(key)
    return SPECS[key]


def _chosen(key: str, spec: Spec, text: str) -> Enum | tuple[Enum, ...]:
    """One of the choices; where there may be several, those that stand there between commas."""
    several = spec.kind is Kind.SEVERAL
    wanted = {part for part in text.split(",") if part} if several else {text}
    options = tuple(spec.choice or ())
    if wanted - {option.value for option in options}:
        raise OutOfRange(key, text)
    found = tuple(option for option in options if option.value in wanted)
    return found if several else found[0]


def _ranged(key: str, spec: Spec, value: Any, size: int, typed: str) -> Any:
    if not spec.low <= size <= spec.high:
        raise OutOfRange(key, typed)
    return value


def _check(tx: Tx, before: Settings, key: str, value: Any) -> None:
    if getattr(before, key) == value:
        raise NothingChanged(key)
    if key == "programme" and value:
        ready = _readiness(tx, before)
        if not (ready.has_rate and ready.has_product):
            raise ProgrammeNotReady(not ready.has_rate, not ready.has_product)
    if key in ("level1", "level2"):
        shop = Rates(
            value if key == "level1" else before.level1,
            value if key == "level2" else before.level2,
        )
        ceilings.check_all(tx, replace(ceilings.general(tx), shop=shop))
    minimum = value if key == "withdraw_min" else before.withdraw_min
    maximum = value if key == "withdraw_max" else before.withdraw_max
    if minimum > maximum:
        raise MinimumAboveMaximum(minimum, maximum)
    limit = value if key == "daily_limit" else before.daily_limit
    if key in ("daily_limit", "withdraw_min") and limit and limit < minimum:
        raise DailyLimitBelowMinimum(limit, minimum)


def _readiness(tx: Tx, rules: Settings) -> Readiness:
    return Readiness(rules.level1 is not None or products.any_rate(tx), products.any_promoted(tx))


def _newest(tx: Tx) -> int:
    found: int | None = tx.run(
        select(func.max(settings_versions.c.version)).where(settings_versions.c.shop_id == tx.shop)
    ).scalar_one()
    return found or 0


@lru_cache(maxsize=64)
def _read(written: str, version: int) -> Settings:
    """Asked for in nearly every transaction and seldom changed, so each text is read once."""
    kept = {
        name: _revive(name, value)
        for name, value in json.loads(written).items()
        if name in Settings.__dataclass_fields__
    }
    return Settings(**kept, version=version)


def _revive(name: str, value: Any) -> Any:
    spec = SPECS.get(name)
    if spec is None or value is None:
        return value
    if spec.choice:
        return tuple(map(spec.choice, value)) if spec.kind is Kind.SEVERAL else spec.choice(value)
    if spec.kind is Kind.RATE:
        return Rate(value)
    return Money(value) if spec.kind is Kind.MONEY else value
