"""How things stood when an order was paid: gathered once, for `attribution.decide`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from engine.ids import PersonId, PromoterId
from engine.orders import attribution
from engine.orders.attribution import Basis, Candidate, Circumstances, Decision, Standing
from engine.orders.commission import LineTerms
from engine.orders.events import Buyer, PlacedBy, Sold
from engine.orders.evidence import Evidence, Held, Seen
from engine.orders.facts import Goods, Line, kind_of
from engine.people import accounts
from engine.programme import products, promoters, settings
from engine.programme.promoters import Status
from engine.programme.rates import Rates, rate_for
from engine.programme.settings import Settings
from engine.referrals import binding, locks
from engine.referrals.locks import Lock
from engine.referrals.visits import LastVisit, last_visit
from engine.store.base import Tx

_STANDINGS = {
    Status.ACTIVE: Standing.ACTIVE,
    Status.FROZEN: Standing.FROZEN,
    Status.TERMINATED: Standing.TERMINATED,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """The buyer, if anybody knows him, what the decision may depend on, and who had to do with the order."""

    buyer: PersonId | None
    rules: Settings
    circumstances: Circumstances
    evidence: Evidence


def buyer_of(tx: Tx, buyer: Buyer) -> PersonId | None:
    """Who bought; an openid by which nobody is found is a new person's."""
    person = _known_buyer(tx, buyer)
    if not buyer.openid:
        return person
    if person is None:
        person = accounts.know(tx, "openid", buyer.openid)
    if buyer.unionid and accounts.find(tx, "openid", buyer.openid) == (person,):
        # Told together once, they are the same person ever after.
        _link(tx, person, buyer.unionid)
    return person


def look(tx: Tx, sold: Sold) -> Scene:
    """Everything as of `paid_at`. A phone alone makes nobody the buyer where he himself would earn by it."""
    scene = look_at(tx, sold, buyer_of(tx, sold.buyer))
    if _may_be_the_buyer(tx, sold.buyer, scene):
        return scene
    openid = sold.buyer.openid
    return look_at(tx, sold, accounts.know(tx, "openid", openid) if openid else None)


def look_only(tx: Tx, sold: Sold) -> Scene:
    """The same for an order that is only asked about: nobody becomes known by it."""
    scene = look_at(tx, sold, _known_buyer(tx, sold.buyer))
    # Whom an openid or unionid named would be proved: he who is not is known by his phone alone.
    return scene if _may_be_the_buyer(tx, sold.buyer, scene) else look_at(tx, sold, None)


def earns_himself(scene: Scene) -> bool:
    """Would the buyer earn by his own purchase (自购)? Then a phone, which anybody may bind, proves too little."""
    return attribution.decide(scene.circumstances).basis is Basis.SELF_PURCHASE


def look_again(tx: Tx, kept: Sold, buyer: PersonId) -> Scene:
    """The same for an order that waited until somebody knew the buyer; of its identities digests are kept."""
    found = accounts.holders(tx, "openid", kept.placed_by.openid)
    placed = promoters.of_person(tx, found[0]) if found else None
    by = PlacedBy(code=placed.code) if placed else PlacedBy(code=kept.placed_by.code)
    return look_at(tx, replace(kept, placed_by=by), buyer)


def look_at(tx: Tx, sold: Sold, buyer: PersonId | None) -> Scene:
    """Everything as of `paid_at`, for a buyer who was looked up already."""
    at = sold.paid.at
    rules = settings.as_of(tx, at)
    own = _promoter_of(tx, buyer)
    sent, unknown = _sent(tx, sold.code)
    visited = _visited(tx, buyer, at, rules)
    held = locks.held_at(tx, buyer, at) if buyer else None
    placed = _placed_by(tx, sold.placed_by)
    return Scene(
        buyer,
        rules,
        Circumstances(
            mode=rules.lock_mode,
            two_level=rules.pays_level2,
            self_purchase=rules.self_purchase,
            programme_on=rules.programme,
            payment=sold.paid.payment,
            buyer_known=buyer is not None,
            buyer_as_promoter=_candidate(tx, own, at),
            placed_by=_candidate(tx, placed, at),
            placed_by_is_buyer=placed is not None and placed == own,
            live_lock=_candidate(tx, held.row.promoter if held else None, at),
            sent_code=_candidate(tx, sent, at),
            sent_code_unknown=unknown,
            sent_code_is_buyers_own=sent is not None and sent == own,
            last_visit=_candidate(tx, visited.promoter if visited else None, at),
            last_visit_is_buyers_own=visited is not None and visited.promoter == own,
        ),
        Evidence(lock=_held(held), visit=_seen(visited), code=sent, placed_by=placed, buyer=own),
    )


def terms(
    tx: Tx, lines: tuple[Line, ...], decision: Decision, rules: Settings, at: datetime
) -> tuple[dict[int, LineTerms], dict[int, Goods]]:
    """The rates of both recipients and the kind of every line, as of `paid_at`."""
    group1 = group_of(tx, decision.level1.promoter, at)
    group2 = group_of(tx, decision.level2.promoter, at)
    return terms_of_groups(tx, lines, group1, group2, rules, at)


def terms_of_groups(
    tx: Tx, lines: tuple[Line, ...], group1: str | None, group2: str | None, rules: Settings, at: datetime
) -> tuple[dict[int, LineTerms], dict[int, Goods]]:
    """The same for recipients of these groups."""
    shop = Rates(rules.level1, rules.level2)
    found: dict[int, LineTerms] = {}
    kinds: dict[int, Goods] = {}
    for line in lines:
        product = products.as_of(tx, line.sku, at)
        of_product = Rates(product.level1, product.level2) if product else None
        rates = [
            rate_for(
                products.product_group_rates_as_of(tx, line.sku, group, at),
                of_product,
                products.group_rates_as_of(tx, group, at),
                shop,
            )
            for group in (group1, group2)
        ]
        promoted = product is not None and product.promoted
        found[line.number] = LineTerms(line.number, promoted, rates[0][0], rates[1][1])
        kinds[line.number] = kind_of(line, product.kind if product else None)
    return found, kinds


def group_of(tx: Tx, promoter: PromoterId | None, at: datetime) -> str | None:
    """The promoter's group as it was; None for nobody and for no group."""
    then = promoters.standing_as_of(tx, promoter, at) if promoter else None
    return then.group if then else None


def as_candidate(tx: Tx, promoter: PromoterId, at: datetime) -> Candidate:
    """A promoter as he stood at an instant; one who joined later was none."""
    then = promoters.standing_as_of(tx, promoter, at)
    if then is None:
        return Candidate(promoter, Standing.NONE)
    above = promoters.standing_as_of(tx, then.upline, at) if then.upline else None
    return Candidate(
        promoter, _STANDINGS[then.status], then.upline, _STANDINGS[above.status] if above else Standing.NONE
    )


def _known_buyer(tx: Tx, buyer: Buyer) -> PersonId | None:
    """Somebody whom we know: by openid, by unionid, else by a phone that exactly one person has bound."""
    told = (("openid", buyer.openid), ("unionid", buyer.unionid))
    found = (_only(tx, cast(accounts.IdentityKind, kind), value) for kind, value in told)
    return next((person for person in found if person), None) or _only(tx, "phone", buyer.phone)


def _may_be_the_buyer(tx: Tx, told: Buyer, scene: Scene) -> bool:
    """A phone that somebody typed is enough where he does not earn, or pay less, by having bought."""
    return not earns_himself(scene) or _is_proved(tx, told, scene.buyer)


def _only(tx: Tx, kind: accounts.IdentityKind, value: str) -> PersonId | None:
    """The one person whom this identity names."""
    found = accounts.find(tx, kind, value) if value else ()
    return found[0] if len(found) == 1 else None


def _is_proved(tx: Tx, told: Buyer, person: PersonId | None) -> bool:
    """WeChat says who it is; a phone is only what somebody typed."""
    return person in (_only(tx, "openid", told.openid), _only(tx, "unionid", told.unionid))


def _link(tx: Tx, person: PersonId, unionid: str) -> None:
    if not accounts.find(tx, "unionid", unionid):
        accounts.add_identity(tx, person, "unionid", unionid)


def _promoter_of(tx: Tx, person: PersonId | None) -> PromoterId | None:
    return promoters.id_of_person(tx, person) if person else None


def _sent(tx: Tx, code: str) -> tuple[PromoterId | None, bool]:
    if not code:
        return None, False
    found = promoters.id_with_code(tx, code)
    return found, found is None


def _visited(tx: Tx, buyer: PersonId | None, at: datetime, rules: Settings) -> LastVisit | None:
    last = last_visit(tx, buyer, at) if buyer else None
    return last if last and binding.visit_counts(last.at, at, rules.visit_window) else None


def _held(lock: Lock | None) -> Held | None:
    return Held(lock.row.promoter, lock.row.start, lock.row.until, lock.made_by, lock.cause) if lock else None


def _seen(visit: LastVisit | None) -> Seen | None:
    return Seen(visit.promoter, visit.at, visit.how.value) if visit else None


def _placed_by(tx: Tx, placed: PlacedBy) -> PromoterId | None:
    if placed.code:
        return _sent(tx, placed.code)[0]
    if placed.openid:
        found = accounts.find(tx, "openid", placed.openid)
        return _promoter_of(tx, found[0]) if found else None
    return None


def _candidate(tx: Tx, promoter: PromoterId | None, at: datetime) -> Candidate | None:
    return as_candidate(tx, promoter, at) if promoter else None
