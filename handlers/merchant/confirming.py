"""确认 ‹确认码›: does what the one-time code was made for; an expired one brings a fresh prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.errors import Refusal
from engine.money import Rate
from engine.people.confirmations import CodeExpired, CodeOutdated, CodeUnknown, CodeUsed, Confirmation
from engine.programme.promoters import WrongStatus
from handlers.lists import beside
from handlers.merchant import groups, leaving, moving, offline, orders, payouts, staff, uplines
from handlers.merchant.withdrawals import explained
from handlers.texts import settings
from handlers.texts.merchant import confirming as texts
from handlers.texts.merchant import customers, goods, promoters, withdrawals
from handlers.texts.merchant.leaving import terminated
from handlers.texts.merchant.offline import booked
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply

Bound = Mapping[str, str]


def confirm(ask: Ask) -> Reply:
    """Look the code up and do what it stands for."""
    typed = code(ask.got("code"))
    try:
        return _do(ask, ask.desk.confirmations.look(typed))
    except CodeExpired as old:
        return _fresh(ask, old)
    except CodeUsed:
        return _heard_before(ask, typed)
    except CodeUnknown:
        return beside(ask, texts.UNKNOWN)
    except CodeOutdated:
        return beside(ask, texts.OUTDATED)
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def _do(ask: Ask, found: Confirmation) -> Reply:
    if found.verb == "withdrawals.mark_paid":
        return beside(ask, withdrawals.paid_code(found.code))
    return beside(ask, _VERBS[found.verb](ask, found.code))


def _heard_before(ask: Ask, typed: str) -> Reply:
    """The same delivery may come twice: then the code is used up, and the engine still knows what it answered."""
    for act in _VERBS.values():
        try:
            return beside(ask, act(ask, typed))
        except Refusal:
            continue
    return beside(ask, texts.USED)


def _fresh(ask: Ask, old: CodeExpired) -> Reply:
    """The same question again, with a code that works."""
    if old.verb == "withdrawals.mark_paid":
        return beside(ask, payouts.prompt_again(ask, old.bound["withdrawal"], texts.EXPIRED))
    try:
        return beside(ask, f"{texts.EXPIRED}\n\n{_PROMPTS[old.verb](ask, old.bound)}")
    except Refusal as refusal:
        if old.verb == "withdrawals.reject":
            return beside(ask, explained(ask, old.bound["withdrawal"], refusal))
        if isinstance(refusal, WrongStatus):
            return beside(ask, promoters.wrong_status(ask.desk.promoters.by_code(old.bound["code"])))
        return beside(ask, sorry_staff(refusal))


def _set(ask: Ask, typed: str) -> str:
    return settings.changed(ask.desk.settings.confirm(typed))


def _set_rates(ask: Ask, typed: str) -> str:
    changed = ask.desk.products.confirm_rates(typed)
    return goods.rates_changed(changed, ask.desk.settings.now())


def _freeze(ask: Ask, typed: str) -> str:
    return promoters.frozen(ask.desk.promoters.freeze(typed))


def _terminate(ask: Ask, typed: str) -> str:
    return terminated(ask.desk.handover.terminate(typed))


def _move(ask: Ask, typed: str) -> str:
    return customers.moved(ask.desk.moving.move(typed))


def _reject(ask: Ask, typed: str) -> str:
    return withdrawals.rejected(ask.desk.withdrawals.reject(typed))


def _book(ask: Ask, typed: str) -> str:
    return booked(ask.desk.bookings.book(typed))


def _set_again(ask: Ask, bound: Bound) -> str:
    return settings.prompt(ask.desk.settings.propose(bound["key"], bound["typed"]))


def _set_rates_again(ask: Ask, bound: Bound) -> str:
    first, second = (Rate(int(bound[name])) if bound[name] else None for name in ("level1", "level2"))
    made = ask.desk.products.propose_rates(bound["sku"], first, second)
    return goods.prompt(made, ask.desk.products.get(bound["sku"]), ask.desk.settings.now())


def _freeze_again(ask: Ask, bound: Bound) -> str:
    made = ask.desk.promoters.propose_freeze(bound["code"], bound["reason"])
    return promoters.freeze_prompt(made, ask.desk.promoters.by_code(bound["code"]))


def _reject_again(ask: Ask, bound: Bound) -> str:
    made = ask.desk.withdrawals.propose_reject(bound["withdrawal"], bound["reason"])
    row = ask.desk.withdrawals.get(bound["withdrawal"])
    return withdrawals.reject_prompt(made, row, offline=ask.who.offline)


_VERBS: Mapping[str, Callable[[Ask, str], str]] = {
    "settings.confirm": _set,
    "products.confirm_rates": _set_rates,
    "specialrates.confirm": groups.set_special,
    "groups.confirm_rates": groups.set_rates,
    "groups.confirm_team": groups.set_team,
    "groups.confirm_members": groups.set_members,
    "groups.confirm_delete": groups.deleted,
    "promoters.freeze": _freeze,
    "handover.terminate": _terminate,
    "moving.move": _move,
    "uplines.change": uplines.changed,
    "staffing.change": staff.changed,
    "staffing.hand_over": staff.handed_over,
    "claims.claim": orders.claim_done,
    "assigning.assign": orders.assign_done,
    "withdrawals.reject": _reject,
    "bookings.book": _book,
}
_PROMPTS: Mapping[str, Callable[[Ask, Bound], str]] = {
    "settings.confirm": _set_again,
    "products.confirm_rates": _set_rates_again,
    "specialrates.confirm": groups.special_again,
    "groups.confirm_rates": groups.rates_again,
    "groups.confirm_team": groups.team_again,
    "groups.confirm_members": groups.members_again,
    "groups.confirm_delete": groups.delete_again,
    "promoters.freeze": _freeze_again,
    "handover.terminate": leaving.prompt_again,
    "moving.move": moving.prompt_again,
    "uplines.change": uplines.prompt_again,
    "staffing.change": staff.prompt_again,
    "staffing.hand_over": staff.hand_over_again,
    "claims.claim": orders.claim_again,
    "assigning.assign": orders.assign_prompt_again,
    "withdrawals.reject": _reject_again,
    "bookings.book": offline.prompt_again,
}
