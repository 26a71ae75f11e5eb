"""Who is paid and why. Alice invited bob; carol buys; dave promotes too, under erin; mallory cheats."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product

import pytest

from engine.ids import PromoterId
from engine.orders.attribution import (
    Basis,
    Candidate,
    Circumstances,
    Decision,
    Level,
    LockEffect,
    LockMode,
    SelfPurchase,
    Standing,
    Why,
    assign,
    decide,
    from_json,
    must_wait,
    passed_over,
    proxy_of,
    self_buyer_of,
    to_json,
)
from engine.orders.facts import Payment
from engine.programme import modes
from engine.referrals import binding

ALICE, BOB, DAVE, ERIN = (PromoterId(f"pm_{name}") for name in ("alice", "bob", "dave", "erin"))
ACTIVE, FROZEN, TERMINATED, NONE = Standing
ON_VISIT, ON_PURCHASE, SINGLE_SHOT = LockMode
PURCHASE_MODES = [ON_PURCHASE, SINGLE_SHOT]

bob = Candidate(BOB, ACTIVE, ALICE, ACTIVE)
dave = Candidate(DAVE, ACTIVE, ERIN, ACTIVE)
alice = Candidate(ALICE, ACTIVE)

NOTHING_SPECIAL = Circumstances(
    mode=SINGLE_SHOT,
    two_level=True,
    self_purchase=SelfPurchase.NONE,
    programme_on=True,
    payment=Payment.WECHAT,
    buyer_known=True,
    buyer_as_promoter=None,
    placed_by=None,
    placed_by_is_buyer=False,
    live_lock=None,
    sent_code=None,
    sent_code_unknown=False,
    sent_code_is_buyers_own=False,
    last_visit=None,
    last_visit_is_buyers_own=False,
)


def when(**changes: object) -> Circumstances:
    return replace(NOTHING_SPECIAL, **changes)


def decided(**changes: object) -> Decision:
    return decide(when(**changes))


def paid(decision: Decision) -> tuple[PromoterId | None, PromoterId | None]:
    return decision.level1.promoter, decision.level2.promoter


def reasons(decision: Decision) -> tuple[Why, Why]:
    return decision.level1.reason, decision.level2.reason


def test_the_modes_that_settings_choose_are_the_very_ones_that_decide():
    assert LockMode is modes.LockMode is binding.LockMode
    assert SelfPurchase is modes.SelfPurchase


# The table: lock A is bob's, code B is dave's.

TABLE = {
    "live lock A, code B": {
        ON_VISIT: (BOB, ALICE, LockEffect.NONE, None),
        ON_PURCHASE: (BOB, ALICE, LockEffect.NONE, None),
        SINGLE_SHOT: (DAVE, ERIN, LockEffect.NEW, DAVE),
    },
    "live lock A, code A": {
        ON_VISIT: (BOB, ALICE, LockEffect.NONE, None),
        ON_PURCHASE: (BOB, ALICE, LockEffect.RESTART, BOB),
        SINGLE_SHOT: (BOB, ALICE, LockEffect.RESTART, BOB),
    },
    "live lock A, no code": {
        ON_VISIT: (BOB, ALICE, LockEffect.NONE, None),
        ON_PURCHASE: (BOB, ALICE, LockEffect.NONE, None),
        SINGLE_SHOT: (BOB, ALICE, LockEffect.NONE, None),
    },
    "no lock, code B": {
        ON_VISIT: (DAVE, ERIN, LockEffect.NEW, DAVE),
        ON_PURCHASE: (DAVE, ERIN, LockEffect.NEW, DAVE),
        SINGLE_SHOT: (DAVE, ERIN, LockEffect.NEW, DAVE),
    },
    "neither": {
        ON_VISIT: (None, None, LockEffect.NONE, None),
        ON_PURCHASE: (None, None, LockEffect.NONE, None),
        SINGLE_SHOT: (None, None, LockEffect.NONE, None),
    },
}
COLUMNS = {
    "live lock A, code B": {"live_lock": bob, "sent_code": dave},
    "live lock A, code A": {"live_lock": bob, "sent_code": bob},
    "live lock A, no code": {"live_lock": bob},
    "no lock, code B": {"sent_code": dave},
    "neither": {},
}


@pytest.mark.parametrize("mode", LockMode)
@pytest.mark.parametrize("column", TABLE)
def test_the_table_of_locks_and_codes(column: str, mode: LockMode):
    decision = decided(mode=mode, **COLUMNS[column])
    level1, level2, lock, locks_to = TABLE[column][mode]
    assert paid(decision) == (level1, level2)
    assert (decision.lock, decision.locks_to) == (lock, locks_to)


@pytest.mark.parametrize("mode", PURCHASE_MODES)
@pytest.mark.parametrize("column", TABLE)
def test_in_the_purchase_modes_the_last_visit_stands_in_for_a_code_that_was_not_sent(column, mode):
    by_visit = {"last_visit" if key == "sent_code" else key: who for key, who in COLUMNS[column].items()}
    decision = decided(mode=mode, **by_visit)
    level1, level2, lock, locks_to = TABLE[column][mode]
    assert paid(decision) == (level1, level2)
    assert (decision.lock, decision.locks_to) == (lock, locks_to)


def test_on_visit_a_visit_stands_in_for_no_code():
    decision = decided(mode=ON_VISIT, last_visit=dave)
    assert paid(decision) == (None, None)
    assert reasons(decision) == (Why.NO_LOCK_NO_CODE, Why.NO_LOCK_NO_CODE)


def test_the_reason_says_lock_code_or_visit_and_the_basis_which_rule_spoke():
    by_lock = decided(live_lock=bob)
    by_code = decided(sent_code=bob)
    by_visit = decided(last_visit=bob)
    assert [one.level1.reason for one in (by_lock, by_code, by_visit)] == [Why.LOCK, Why.CODE, Why.VISIT]
    assert [one.level2.reason for one in (by_lock, by_code, by_visit)] == [Why.UPLINE] * 3
    assert [one.basis for one in (by_lock, by_code, by_visit)] == [Basis.LOCK, Basis.CODE, Basis.CODE]
    assert [one.code_source for one in (by_lock, by_code, by_visit)] == [None, "sent", "visit"]
    assert [one.code_used for one in (by_lock, by_code, by_visit)] == [None, BOB, BOB]


def test_a_sent_code_goes_before_the_last_visit():
    decision = decided(sent_code=dave, last_visit=bob)
    assert paid(decision) == (DAVE, ERIN)
    assert decision.code_source == "sent"


def test_a_code_that_a_lock_was_stronger_than_is_still_told():
    decision = decided(mode=ON_PURCHASE, live_lock=bob, sent_code=dave)
    assert (decision.level1.promoter, decision.code_used, decision.locks_to) == (BOB, DAVE, None)


# What is no code.

NO_CODES = {
    "own": ({"sent_code": bob, "sent_code_is_buyers_own": True}, Why.CODE_OWN),
    "own, told by the buyer's id": ({"sent_code": bob, "buyer_as_promoter": bob}, Why.CODE_OWN),
    "unknown": ({"sent_code_unknown": True}, Why.CODE_UNKNOWN),
    "of no promoter": ({"sent_code": replace(bob, standing=NONE)}, Why.CODE_UNKNOWN),
    "frozen": ({"sent_code": replace(bob, standing=FROZEN)}, Why.CODE_FROZEN),
    "terminated": ({"sent_code": replace(bob, standing=TERMINATED)}, Why.CODE_TERMINATED),
}


@pytest.mark.parametrize("mode", LockMode)
@pytest.mark.parametrize("code", NO_CODES)
def test_a_sent_code_that_is_none_counts_as_none_sent(code: str, mode: LockMode):
    sent, why = NO_CODES[code]
    decision = decided(mode=mode, **sent)
    assert paid(decision) == (None, None)
    assert decision.level1.reason is Why.NO_LOCK_NO_CODE
    assert (decision.lock, decision.code_used, decision.code_refused) == (LockEffect.NONE, None, why)


@pytest.mark.parametrize("mode", PURCHASE_MODES)
@pytest.mark.parametrize("code", NO_CODES)
def test_behind_a_sent_code_that_is_none_the_last_visit_counts(code: str, mode: LockMode):
    sent, why = NO_CODES[code]
    decision = decided(mode=mode, last_visit=dave, **sent)
    assert paid(decision) == (DAVE, ERIN)
    assert (decision.code_source, decision.code_refused) == ("visit", why)


@pytest.mark.parametrize("code", NO_CODES)
def test_behind_a_sent_code_that_is_none_a_lock_holds_and_does_not_restart(code: str):
    decision = decided(live_lock=dave, **NO_CODES[code][0])
    assert paid(decision) == (DAVE, ERIN)
    assert decision.lock is LockEffect.NONE


@pytest.mark.parametrize(
    "visit",
    [
        {"last_visit": bob, "last_visit_is_buyers_own": True},
        {"last_visit": bob, "buyer_as_promoter": bob},
        {"last_visit": replace(bob, standing=FROZEN)},
        {"last_visit": replace(bob, standing=TERMINATED)},
    ],
)
@pytest.mark.parametrize("mode", PURCHASE_MODES)
def test_a_last_visit_that_is_no_code_leaves_none(mode, visit):
    decision = decided(mode=mode, **visit)
    assert paid(decision) == (None, None)
    assert decision.code_refused is None


# Standing: the two levels apart, nothing rolls up.


@pytest.mark.parametrize("mode", LockMode)
@pytest.mark.parametrize(
    ("standing", "why"),
    [(FROZEN, Why.FROZEN), (TERMINATED, Why.TERMINATED), (NONE, Why.NO_PROMOTER)],
)
def test_a_holder_who_is_not_active_gets_nothing_and_his_upline_is_still_paid(mode, standing, why):
    decision = decided(mode=mode, live_lock=replace(bob, standing=standing))
    assert paid(decision) == (None, ALICE)
    assert reasons(decision) == (why, Why.UPLINE)
    assert decision.lock is LockEffect.NONE


@pytest.mark.parametrize(
    ("standing", "why"),
    [(FROZEN, Why.FROZEN), (TERMINATED, Why.TERMINATED), (NONE, Why.NO_PROMOTER)],
)
def test_an_upline_who_is_not_active_gets_nothing_and_level_1_is_not_touched(standing, why):
    decision = decided(live_lock=replace(bob, upline_standing=standing))
    assert paid(decision) == (BOB, None)
    assert reasons(decision) == (Why.LOCK, why)


def test_the_code_of_a_frozen_holder_does_not_restart_his_lock():
    frozen = replace(bob, standing=FROZEN)
    decision = decided(live_lock=frozen, sent_code=frozen)
    assert paid(decision) == (None, ALICE)
    assert decision.lock is LockEffect.NONE


def test_a_frozen_holder_still_keeps_others_away_on_purchase_but_not_in_single_shot():
    frozen = replace(bob, standing=FROZEN)
    assert paid(decided(mode=ON_PURCHASE, live_lock=frozen, sent_code=dave)) == (None, ALICE)
    assert paid(decided(mode=SINGLE_SHOT, live_lock=frozen, sent_code=dave)) == (DAVE, ERIN)


def test_a_promoter_without_upline_leaves_level_2_to_nobody():
    assert reasons(decided(live_lock=alice)) == (Why.LOCK, Why.NO_UPLINE)


def test_with_two_level_off_there_is_no_level_2():
    decision = decided(live_lock=bob, two_level=False)
    assert paid(decision) == (BOB, None)
    assert decision.level2.reason is Why.TWO_LEVEL_OFF


# The rules above the table.


def test_a_programme_that_is_off_pays_nobody_and_makes_no_lock():
    decision = decided(programme_on=False, sent_code=bob, placed_by=dave)
    assert decision == Decision(
        Level(None, Why.PROGRAMME_OFF),
        Level(None, Why.PROGRAMME_OFF),
        LockEffect.NONE,
        None,
        None,
        Basis.PROGRAMME_OFF,
    )


@pytest.mark.parametrize("more", [{"sent_code": bob}, {"live_lock": bob}, {"placed_by": bob}])
def test_an_own_transfer_pays_nobody_and_makes_no_lock(more):
    decision = decided(payment=Payment.OWN_TRANSFER, **more)
    assert paid(decision) == (None, None)
    assert reasons(decision) == (Why.OWN_TRANSFER, Why.OWN_TRANSFER)
    assert decision.lock is LockEffect.NONE


@pytest.mark.parametrize("payment", [one for one in Payment if one is not Payment.OWN_TRANSFER])
def test_every_other_payment_earns(payment):
    assert paid(decided(payment=payment, live_lock=bob)) == (BOB, ALICE)


def test_a_proxy_order_pays_who_placed_it_and_touches_no_lock():
    decision = decided(placed_by=bob, live_lock=dave, sent_code=dave)
    assert paid(decision) == (BOB, ALICE)
    assert reasons(decision) == (Why.PROXY, Why.UPLINE)
    assert (decision.lock, decision.code_used, decision.basis) == (LockEffect.NONE, None, Basis.PROXY)


def test_a_proxy_order_comes_before_the_buyers_self_purchase():
    decision = decided(placed_by=bob, buyer_as_promoter=dave, self_purchase=SelfPurchase.COMMISSION)
    assert paid(decision) == (BOB, ALICE)


def test_the_proxy_order_of_a_frozen_promoter_pays_only_his_upline():
    decision = decided(placed_by=replace(bob, standing=FROZEN), live_lock=dave)
    assert paid(decision) == (None, ALICE)
    assert decision.level1.reason is Why.PROXY_FROZEN


@pytest.mark.parametrize("standing", [TERMINATED, NONE])
def test_who_placed_it_but_was_no_promoter_then_is_as_not_given(standing):
    decision = decided(placed_by=replace(bob, standing=standing), live_lock=dave)
    assert paid(decision) == (DAVE, ERIN)


def test_an_order_placed_by_the_buyer_himself_is_no_proxy_order():
    assert paid(decided(placed_by=bob, placed_by_is_buyer=True, live_lock=dave)) == (DAVE, ERIN)
    assert paid(decided(placed_by=bob, buyer_as_promoter=bob, live_lock=dave)) == (DAVE, ERIN)
    assert proxy_of(when(placed_by=bob)) == bob


def test_a_buyer_gets_no_level_of_a_proxy_order_that_his_downline_placed_for_him():
    decision = decided(placed_by=bob, buyer_as_promoter=alice, self_purchase=SelfPurchase.COMMISSION)
    assert paid(decision) == (BOB, None)
    assert decision.level2.reason is Why.BUYER_HIMSELF


@pytest.mark.parametrize("self_purchase", [SelfPurchase.COMMISSION, SelfPurchase.DISCOUNT])
def test_an_active_promoter_who_buys_himself_is_level_1_and_locks_and_codes_are_ignored(self_purchase):
    decision = decided(
        self_purchase=self_purchase, buyer_as_promoter=bob, live_lock=dave, sent_code=dave, last_visit=dave
    )
    assert paid(decision) == (BOB, ALICE)
    assert reasons(decision) == (Why.SELF_PURCHASE, Why.UPLINE)
    assert (decision.lock, decision.code_used) == (LockEffect.NONE, None)


def test_without_self_purchase_a_promoter_buys_as_a_customer():
    assert paid(decided(buyer_as_promoter=bob, live_lock=dave)) == (DAVE, ERIN)
    assert paid(decided(buyer_as_promoter=bob)) == (None, None)


@pytest.mark.parametrize("standing", [FROZEN, TERMINATED, NONE])
@pytest.mark.parametrize("self_purchase", [SelfPurchase.COMMISSION, SelfPurchase.DISCOUNT])
def test_a_promoter_who_is_not_active_buys_as_a_customer(self_purchase, standing):
    buyer = replace(bob, standing=standing)
    c = when(self_purchase=self_purchase, buyer_as_promoter=buyer, live_lock=dave)
    assert self_buyer_of(c) is None
    assert paid(decide(c)) == (DAVE, ERIN)


def test_the_buyer_is_not_level_2_of_his_own_order():
    decision = decided(buyer_as_promoter=alice, live_lock=bob)
    assert paid(decision) == (BOB, None)
    assert decision.level2.reason is Why.BUYER_HIMSELF


def test_the_buyer_is_not_level_1_of_a_lock_of_his_own_and_the_other_level_is_not_touched():
    decision = decided(buyer_as_promoter=bob, live_lock=bob)
    assert paid(decision) == (None, ALICE)
    assert decision.level1.reason is Why.BUYER_HIMSELF


# A buyer nobody knows.


@pytest.mark.parametrize("mode", LockMode)
def test_for_an_unknown_buyer_a_sent_code_decides_and_makes_no_lock(mode):
    c = when(mode=mode, buyer_known=False, sent_code=bob)
    assert not must_wait(c)
    assert paid(decide(c)) == (BOB, ALICE)
    assert (decide(c).lock, decide(c).locks_to, decide(c).code_used) == (LockEffect.NONE, None, BOB)


@pytest.mark.parametrize("code", ["unknown", "frozen", "terminated"])
def test_an_order_of_an_unknown_buyer_without_a_valid_code_waits(code):
    assert must_wait(when(buyer_known=False))
    assert must_wait(when(buyer_known=False, **NO_CODES[code][0]))
    assert not must_wait(when(**NO_CODES[code][0]))
    assert decided(buyer_known=False).level1.reason is Why.UNKNOWN_BUYER


def test_an_unknown_buyer_has_neither_lock_nor_visits():
    assert must_wait(when(buyer_known=False, live_lock=bob, last_visit=bob))
    assert paid(decided(buyer_known=False, live_lock=bob, sent_code=dave, mode=ON_PURCHASE)) == (DAVE, ERIN)


def test_what_needs_no_buyer_does_not_wait_for_him():
    assert paid(decided(buyer_known=False, placed_by=bob)) == (BOB, ALICE)
    assert not must_wait(when(buyer_known=False, placed_by=bob))
    assert not must_wait(when(buyer_known=False, payment=Payment.OWN_TRANSFER))
    assert not must_wait(when(buyer_known=False, programme_on=False))


# 归属


def test_the_owner_may_name_the_promoter_of_one_order_and_no_lock_is_touched():
    decision = assign(bob, two_level=True, buyer=None)
    assert paid(decision) == (BOB, ALICE)
    assert reasons(decision) == (Why.ASSIGNED, Why.UPLINE)
    assert (decision.lock, decision.basis) == (LockEffect.NONE, Basis.ASSIGNED)


def test_who_is_named_by_the_owner_is_paid_by_his_status_then():
    assert paid(assign(replace(bob, standing=FROZEN), two_level=True, buyer=None)) == (None, ALICE)
    assert paid(assign(bob, two_level=False, buyer=None)) == (BOB, None)
    assert paid(assign(bob, two_level=True, buyer=ALICE)) == (BOB, None)


def test_an_order_may_be_given_to_nobody():
    decision = assign(None, two_level=True, buyer=None)
    assert paid(decision) == (None, None)
    assert reasons(decision) == (Why.ASSIGNED, Why.ASSIGNED)
    assert (decision.lock, decision.basis) == (LockEffect.NONE, Basis.ASSIGNED)


def test_an_own_transfer_passes_over_whom_it_would_have_paid_and_no_other_payment_does():
    own = when(live_lock=bob, payment=Payment.OWN_TRANSFER)
    assert paid(decide(own)) == (None, None)
    assert passed_over(own) == BOB
    assert passed_over(when(payment=Payment.OWN_TRANSFER)) is None
    assert passed_over(when(live_lock=bob)) is None


# All inputs.

STANDINGS = [None, *Standing]
placer = Candidate(PromoterId("pm_frank"), ACTIVE, ALICE, ACTIVE)
scanned = Candidate(PromoterId("pm_grace"), ACTIVE, ERIN, FROZEN)
SENT = [
    {},
    {"sent_code_unknown": True},
    {"sent_code": alice, "sent_code_is_buyers_own": True},
    *({"sent_code": replace(dave, standing=standing)} for standing in Standing),
]
VISITS = [
    {},
    {"last_visit": alice, "last_visit_is_buyers_own": True},
    {"last_visit": scanned},
    {"last_visit": replace(scanned, standing=FROZEN)},
]


def of(candidate: Candidate, standing: Standing | None) -> Candidate | None:
    return None if standing is None else replace(candidate, standing=standing)


def everything(mode: LockMode):
    for two_level, self_purchase, known in product((True, False), SelfPurchase, (True, False)):
        for buyer, proxy, holder in product(STANDINGS, STANDINGS, STANDINGS):
            for sent, visit in product(SENT, VISITS):
                yield when(
                    mode=mode,
                    two_level=two_level,
                    self_purchase=self_purchase,
                    buyer_known=known,
                    buyer_as_promoter=of(alice, buyer),
                    placed_by=of(placer, proxy),
                    live_lock=of(bob, holder),
                    **sent,
                    **visit,
                )


@pytest.mark.slow
@pytest.mark.parametrize("mode", LockMode)
def test_for_all_circumstances_there_is_one_decision_that_keeps_the_rules(mode: LockMode):
    seen = set()
    for c in everything(mode):
        decision = decide(c)
        seen.add(decision)
        known = (c.live_lock, c.placed_by, c.sent_code, c.last_visit, c.buyer_as_promoter)
        active = {one.promoter for one in known if one and one.standing is ACTIVE}
        first, second = paid(decision)
        assert first is None or first != second
        assert second is None or c.two_level
        assert c.buyer is None or decision.basis is Basis.SELF_PURCHASE or c.buyer not in (first, second)
        if decision.lock is not LockEffect.NONE:
            assert c.buyer_known
            assert decision.basis in (Basis.LOCK, Basis.CODE)
            assert decision.locks_to == first
        assert first is None or first in active
        assert second in (None, ALICE, ERIN)
    assert len(seen) > 30


# Stored with the order.


@pytest.mark.parametrize(
    "c",
    [
        when(live_lock=bob),
        when(sent_code=dave, live_lock=bob),
        when(last_visit=bob, sent_code_unknown=True),
        when(programme_on=False),
        when(placed_by=replace(bob, standing=FROZEN), two_level=False),
    ],
)
def test_a_decision_comes_back_from_json_as_it_was_stored(c: Circumstances):
    decision = decide(c)
    assert from_json(json.loads(json.dumps(to_json(decision)))) == decision


def test_the_stored_form_of_a_decision_is_fixed():
    assert to_json(decided(last_visit=bob, sent_code_unknown=True)) == {
        "level1": {"promoter": "pm_bob", "reason": "visit"},
        "level2": {"promoter": "pm_alice", "reason": "upline"},
        "lock": "new",
        "code_used": "pm_bob",
        "code_source": "visit",
        "basis": "code",
        "code_refused": "code_unknown",
    }


def test_what_is_no_stored_decision_is_refused():
    stored = to_json(decided(live_lock=bob))
    with pytest.raises(ValueError, match="sometimes"):
        from_json(stored | {"lock": "sometimes"})
    with pytest.raises(KeyError):
        from_json({key: value for key, value in stored.items() if key != "basis"})
