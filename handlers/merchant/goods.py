"""商品佣金: the products, one product, adding one, promoting it, its rates."""

from __future__ import annotations

from engine.errors import Refusal
from engine.money import Money, Rate
from engine.people.authority import Right
from engine.programme.modes import Goods
from engine.programme.products import NoSuchProduct, Product
from handlers.lists import Of, beside, listed
from handlers.matching import said
from handlers.paging import page_of, turn
from handlers.texts.merchant import goods as texts
from handlers.texts.refusals import sorry_staff
from handlers.types import Ask, Reply, Text

STEPS = ("sku", "title", "price", "kind")
STATES = {step: f"product.{step}" for step in STEPS}
"""The open questions while a product is added step by step."""

_SHOPS = frozenset({"默认", "按店铺", "按店铺比例"})


def products(ask: Ask) -> Reply:
    """商品佣金"""
    page = turn(page_of(ask), lambda most: ask.desk.products.all("", most))
    shown = texts.products(page, two_level=ask.who.two_level, may_change=ask.who.may(Right.OWNER))
    return listed(shown, Of.PRODUCTS, [row.sku for row in page.rows])


def tapped(ask: Ask) -> Reply:
    """商品 ‹编号›"""
    return item(ask, ask.got("sku"))


def item(ask: Ask, sku: str) -> Reply:
    """One product."""
    try:
        row = find(ask, sku)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    rules, special = ask.desk.settings.now(), ask.desk.special_rates.of(row.sku)
    return beside(ask, texts.product(row, rules, special, may_change=ask.who.may(Right.OWNER)))


def find(ask: Ask, sku: str) -> Product:
    """As it was typed, or else in capitals. Raises NoSuchProduct."""
    try:
        return ask.desk.products.get(sku)
    except NoSuchProduct:
        return ask.desk.products.get(sku.upper())


def promote(ask: Ask) -> Reply:
    """商品 ‹编号› 推广 开|关"""
    promoted = ask.got("switch") == "开"
    try:
        row = find(ask, ask.got("sku"))
        if row.promoted is promoted:
            return beside(ask, texts.as_before(row))
        return beside(ask, texts.promoted(ask.desk.products.promote(row.sku, promoted)))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def rates(ask: Ask) -> Reply:
    """商品 ‹编号› 一级 12% 二级 3%: what is not said stays."""
    try:
        row = find(ask, ask.got("sku"))
        return _propose(ask, row, _rate(ask.got("first"), row.level1), _rate(ask.got("second"), row.level2))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def shops_rates(ask: Ask) -> Reply:
    """商品 ‹编号› 比例 默认"""
    try:
        return _propose(ask, find(ask, ask.got("sku")), None, None)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def not_understood(ask: Ask) -> Reply:
    """商品 ‹编号› and something else."""
    return Text(texts.how_to_change(ask.got("sku"), two_level=ask.who.two_level))


# -- adding ----------------------------------------------------------------------------------------


def add(ask: Ask) -> Reply:
    """商品 加 SKU1 护手霜 100 实物, all at once."""
    told = {step: ask.got(step) for step in STEPS}
    told["kind"] = told["kind"] or texts.KINDS[Goods.GOODS]
    for step in STEPS:
        wrong = _wrong(step, told[step])
        if wrong:
            return Text(f"{wrong}\n{texts.how_to_add()}")
    return _put(ask, told)


def add_by_steps(_ask: Ask) -> Reply:
    """商品 加: the first question."""
    return _ask_for("sku", {})


def add_badly(_ask: Ask) -> Reply:
    """商品 加 and something that is no product."""
    return Text(texts.how_to_add())


def told(ask: Ask) -> Reply:
    """The answer to one of the questions, then the next one."""
    step = ask.talk.state.partition(".")[2]
    answer = " ".join(ask.text.split())
    wrong = _wrong(step, answer)
    if wrong:
        return Text(wrong, state=STATES[step], memory=ask.talk.memory)
    known = {**ask.talk.memory, step: answer}
    missing = [name for name in STEPS if name not in known]
    return _ask_for(missing[0], known) if missing else _put(ask, known)


def ask_again(ask: Ask) -> Reply:
    """The question that was open."""
    return _ask_for(ask.talk.state.partition(".")[2], dict(ask.talk.memory))


def _ask_for(step: str, known: dict[str, str]) -> Reply:
    return Text(texts.ASK[step], state=STATES[step], memory=known)


def _wrong(step: str, answer: str) -> str:
    """What is wrong with an answer, or the empty string."""
    if step == "sku":
        # 商品 加 … adds one: of a product with that number nothing could be changed.
        return "" if texts.is_tappable(answer) and answer != "加" else texts.bad_sku()
    if step == "title":
        return "" if 0 < len(answer) <= 60 else texts.bad_title()
    if step == "kind":
        return "" if said(answer) in texts.BY_WORD else texts.bad_kind()
    try:
        Money.parse(answer)
    except Refusal as refusal:
        return sorry_staff(refusal)
    return ""


def _put(ask: Ask, told: dict[str, str]) -> Reply:
    try:
        known = _exists(ask, told["sku"])
        row = ask.desk.products.put(
            told["sku"], told["title"], texts.BY_WORD[said(told["kind"])], Money.parse(told["price"])
        )
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return Text(texts.put(row, known=known, rules=ask.desk.settings.now()))


def _propose(ask: Ask, row: Product, first: Rate | None, second: Rate | None) -> Reply:
    if (first, second) == (row.level1, row.level2):
        return beside(ask, texts.same_rates(row))
    made = ask.desk.products.propose_rates(row.sku, first, second)
    return beside(ask, texts.prompt(made, row, ask.desk.settings.now()))


def _rate(typed: str, now: Rate | None) -> Rate | None:
    if not typed:
        return now
    return None if said(typed) in _SHOPS else Rate.parse(typed)


def _exists(ask: Ask, sku: str) -> bool:
    try:
        ask.desk.products.get(sku)
    except NoSuchProduct:
        return False
    return True
