"""The book: every move of the table with figures by hand, and what it refuses without writing a thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine import SYSTEM, Engine
from engine.errors import BookError
from engine.ids import PromoterId
from engine.ledger import book
from engine.ledger.book import Posting
from engine.ledger.chart import LEGAL, SHOP, Account, Move
from engine.money import LARGEST, Money
from engine.store.base import Tx
from engine.store.tables import balances, entries, postings
from tests.engine.world import World

BOB, DAVE = PromoterId("pm_bob"), PromoterId("pm_dave")
A = Account
SENT = ((BOB, A.WITHDRAWING, -3_000), (BOB, A.CLEARING, 2_400), (BOB, A.TAX, 600))
FAILED = ((BOB, A.CLEARING, -2_400), (BOB, A.TAX, -600), (BOB, A.AVAILABLE, 3_000))


class Ledger:
    """A book, posted to directly: below the verbs, as they do it."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.book_only = True

    def post(self, reference: str, move: Move, *lines: tuple[str, Account, int], **note: str) -> int | None:
        made = [Posting(owner, account, Money(fen)) for owner, account, fen in lines]
        return self._write(lambda tx: book.post(tx, reference, move, made, note))

    def accrue(self, reference: str, fen: int, who: PromoterId = BOB) -> None:
        self._write(lambda tx: book.post(tx, reference, Move.ACCRUE, book.accrued(who, Money(fen))))

    def mature(self, reference: str, fen: int, who: PromoterId = BOB) -> None:
        self._write(lambda tx: book.post(tx, reference, Move.MATURE, book.matured(tx, who, Money(fen))))

    def claw_back(self, reference: str, fen: int, who: PromoterId = BOB) -> None:
        self._write(lambda tx: book.post(tx, reference, Move.ACCRUE, book.clawed_back(tx, who, Money(fen))))

    def request(self, reference: str, fen: int, who: PromoterId = BOB) -> None:
        self.post(reference, Move.REQUEST, (who, A.AVAILABLE, -fen), (who, A.WITHDRAWING, fen))

    def give_back(self, reference: str, fen: int, move: Move = Move.RETURN, who: PromoterId = BOB) -> None:
        source = A.WITHDRAWING if move is Move.RETURN else A.CLEARING

        def act(tx: Tx) -> int | None:
            lines = (Posting(who, source, Money(-fen)), *book.debt_first(tx, who, Money(fen)))
            return book.post(tx, reference, move, lines)

        self._write(act)

    def held(self, who: str = BOB) -> dict[str, int]:
        rows = self.world.rows(
            select(balances.c.account, balances.c.amount).where(
                balances.c.shop_id == self.world.shop, balances.c.owner == who
            )
        )
        return {row.account: row.amount.fen for row in rows if row.amount}

    def size(self) -> tuple[int, int, int]:
        """Entries, postings and balances written so far."""
        return tuple(  # type: ignore[return-value]
            self.world.rows(select(func.count()).where(table.c.shop_id == self.world.shop))[0][0]
            for table in (entries, postings, balances)
        )

    def _write(self, act: Callable[[Tx], int | None]) -> int | None:
        return self.world.engine.store.write(self.world.shop, SYSTEM, act)


@pytest.fixture
def ledger(world: World) -> Iterator[Ledger]:
    return Ledger(world)


def test_an_order_paid(ledger: Ledger) -> None:
    ledger.accrue("order:1", 3_000)
    assert (ledger.held(), ledger.held(SHOP)) == ({"pending": 3_000}, {"expense": -3_000})


def test_a_refund_before_maturity(ledger: Ledger) -> None:
    ledger.accrue("order:1", 3_000)
    ledger.accrue("refund:1", -1_200)
    assert (ledger.held(), ledger.held(SHOP)) == ({"pending": 1_800}, {"expense": -1_800})


def test_maturity_without_a_debt(ledger: Ledger) -> None:
    ledger.accrue("order:1", 3_000)
    ledger.mature("mature:1", 2_000)
    assert ledger.held() == {"pending": 1_000, "available": 2_000}


def test_maturity_repays_a_debt_first(ledger: Ledger) -> None:
    ledger.accrue("order:1", 800)
    ledger.claw_back("refund:0", 500)
    assert (ledger.held(), ledger.held(SHOP)) == ({"pending": 800, "debt": -500}, {"expense": -300})
    ledger.mature("mature:1", 800)
    assert ledger.held() == {"available": 300}


def test_a_refund_after_maturity_takes_what_is_there_and_owes_the_rest(ledger: Ledger) -> None:
    ledger.accrue("order:1", 3_000)
    ledger.mature("mature:1", 3_000)
    ledger.request("withdrawal:1:request", 2_000)
    ledger.claw_back("refund:1", 3_000)
    assert ledger.held() == {"withdrawing": 2_000, "debt": -2_000}
    assert ledger.held(SHOP) == {}


def _open_withdrawal(ledger: Ledger, fen: int = 3_000) -> None:
    ledger.accrue("order:1", fen)
    ledger.mature("mature:1", fen)
    ledger.request("withdrawal:1:request", fen)


def test_a_withdrawal_requested_and_given_back(ledger: Ledger) -> None:
    _open_withdrawal(ledger)
    assert ledger.held() == {"withdrawing": 3_000}
    ledger.give_back("withdrawal:1:rejected", 3_000)
    assert ledger.held() == {"available": 3_000}


def test_a_withdrawal_given_back_repays_the_debt_first(ledger: Ledger) -> None:
    _open_withdrawal(ledger)
    ledger.claw_back("refund:1", 1_000)
    assert ledger.held() == {"withdrawing": 3_000, "debt": -1_000}
    ledger.give_back("withdrawal:1:rejected", 3_000)
    assert ledger.held() == {"available": 2_000}


def test_sending_with_tax_and_success(ledger: Ledger) -> None:
    _open_withdrawal(ledger)
    ledger.post(
        "withdrawal:1:send",
        Move.SEND,
        (BOB, A.WITHDRAWING, -3_000),
        (BOB, A.CLEARING, 2_400),
        (BOB, A.TAX, 600),
    )
    assert ledger.held() == {"clearing": 2_400, "tax": 600}
    ledger.post("withdrawal:1:paid", Move.PAY, (BOB, A.CLEARING, -2_400), (BOB, A.PAID_OUT, 2_400))
    assert ledger.held() == {"paid_out": 2_400, "tax": 600}


def test_sending_and_definite_failure(ledger: Ledger) -> None:
    _open_withdrawal(ledger)
    ledger.post("withdrawal:1:send", Move.SEND, (BOB, A.WITHDRAWING, -3_000), (BOB, A.CLEARING, 3_000))
    ledger.claw_back("refund:1", 400)
    ledger.give_back("withdrawal:1:failed", 3_000, Move.FAIL)
    assert ledger.held() == {"available": 2_600}


def test_failure_gives_the_tax_back_too(ledger: Ledger) -> None:
    _open_withdrawal(ledger)
    ledger.post(
        "withdrawal:1:send",
        Move.SEND,
        (BOB, A.WITHDRAWING, -3_000),
        (BOB, A.CLEARING, 2_400),
        (BOB, A.TAX, 600),
    )
    ledger.post(
        "withdrawal:1:failed",
        Move.FAIL,
        (BOB, A.CLEARING, -2_400),
        (BOB, A.TAX, -600),
        (BOB, A.AVAILABLE, 3_000),
    )
    assert ledger.held() == {"available": 3_000}


def test_marked_paid_by_hand(ledger: Ledger) -> None:
    _open_withdrawal(ledger)
    ledger.post("withdrawal:1:paid", Move.PAY_BY_HAND, (BOB, A.WITHDRAWING, -3_000), (BOB, A.PAID_OUT, 3_000))
    assert ledger.held() == {"paid_out": 3_000}


def test_an_offline_booking(ledger: Ledger) -> None:
    ledger.accrue("order:1", 3_000)
    ledger.mature("mature:1", 3_000)
    ledger.post("settled:1:bob", Move.SETTLE_OFFLINE, (BOB, A.AVAILABLE, -3_000), (BOB, A.PAID_OUT, 3_000))
    assert ledger.held() == {"paid_out": 3_000}


@pytest.mark.parametrize("fen", [500, -500])
def test_a_manual_adjustment_goes_either_way(ledger: Ledger, fen: int) -> None:
    ledger.accrue("order:1", 3_000)
    ledger.mature("mature:1", 3_000)
    ledger.post("adjust:1", Move.ADJUST, (SHOP, A.ADJUSTMENT, -fen), (BOB, A.AVAILABLE, fen), reason="错账")
    assert (ledger.held(), ledger.held(SHOP)["adjustment"]) == ({"available": 3_000 + fen}, -fen)


def test_what_made_a_debt_is_told_newest_first(ledger: Ledger) -> None:
    ledger.accrue("order:1", 3_000)
    ledger.claw_back("refund:1", 500)
    ledger.mature("mature:1", 200)
    ledger.post("adjust:1", Move.ADJUST, (SHOP, A.ADJUSTMENT, 70), (BOB, A.DEBT, -70), reason="赔付")
    with ledger.world.reading() as tx:
        assert [amount.fen for _, amount in book.debts(tx, BOB)] == [70, 500]


def test_two_writers_on_one_head_are_a_bug(ledger: Ledger) -> None:
    ledger.accrue("order:1", 100)
    ledger.accrue("order:2", 100)
    before = ledger.size()
    with pytest.raises(BookError, match="moved under the writer"):
        ledger.world.engine.store.write(
            ledger.world.shop, SYSTEM, lambda tx: book._move_head(tx, 2, "a head", first=False)
        )
    assert ledger.size() == before


def test_the_same_reference_with_the_same_lines_is_the_first_entry(ledger: Ledger) -> None:
    line = ((SHOP, A.EXPENSE, -100), (BOB, A.PENDING, 100))
    first = ledger.post("order:1", Move.ACCRUE, *line)
    assert ledger.post("order:1", Move.ACCRUE, *reversed(line)) == first
    assert ledger.held() == {"pending": 100}


@pytest.mark.parametrize("other", [(100, DAVE), (101, BOB)])
def test_the_same_reference_with_other_lines_is_an_error(
    ledger: Ledger, other: tuple[int, PromoterId]
) -> None:
    ledger.accrue("order:1", 100)
    before = ledger.size()
    with pytest.raises(BookError, match="was used for something else"):
        ledger.accrue("order:1", *other)
    assert ledger.size() == before


def test_nothing_is_posted_when_every_line_is_zero(ledger: Ledger) -> None:
    assert ledger.post("order:1", Move.ACCRUE, (SHOP, A.EXPENSE, 0), (BOB, A.PENDING, 0)) is None
    assert ledger.post("order:2", Move.ACCRUE, (BOB, A.PENDING, 5), (BOB, A.PENDING, -5)) is None
    assert ledger.size() == (0, 0, 0)


@pytest.mark.parametrize("fen", [1, -1])
def test_what_does_not_sum_to_zero_is_refused(ledger: Ledger, fen: int) -> None:
    with pytest.raises(BookError, match="sum to zero"):
        ledger.post("order:1", Move.ACCRUE, (SHOP, A.EXPENSE, -100), (BOB, A.PENDING, 100 + fen))
    assert ledger.size() == (0, 0, 0)


OF_HIM = [account for account in Account if account not in (A.EXPENSE, A.ADJUSTMENT)]
ILLEGAL = [
    (move, lowered, raised)
    for move in Move
    for lowered in Account
    for raised in Account
    if lowered is not raised and not (lowered in LEGAL[move].lowers and raised in LEGAL[move].raises)
]


def test_a_move_that_the_chart_does_not_list_is_refused_before_anything_is_written(ledger: Ledger) -> None:
    assert len(ILLEGAL) > 500
    for move, lowered, raised in ILLEGAL:
        lines = [(SHOP if one in (A.EXPENSE, A.ADJUSTMENT) else BOB, one) for one in (lowered, raised)]
        with pytest.raises(BookError, match="may not move"):
            ledger.post("x", move, (*lines[0], -7), (*lines[1], 7))
    assert ledger.size() == (0, 0, 0)


@pytest.mark.parametrize(
    ("owner", "account"), [(BOB, A.EXPENSE), (SHOP, A.PENDING), (SHOP, A.AVAILABLE), (SHOP, A.DEBT)]
)
def test_an_account_of_somebody_elses_kind_is_refused(ledger: Ledger, owner: str, account: Account) -> None:
    other = (BOB, A.PENDING, 7) if account is not A.PENDING else (BOB, A.AVAILABLE, 7)
    with pytest.raises(BookError, match="is no account of"):
        ledger.post("x", Move.ACCRUE, (owner, account, -7), other)
    assert ledger.size() == (0, 0, 0)


TAKEN: dict[Account, tuple[Move, Account]] = {
    A.PENDING: (Move.MATURE, A.AVAILABLE),
    A.AVAILABLE: (Move.REQUEST, A.WITHDRAWING),
    A.WITHDRAWING: (Move.PAY_BY_HAND, A.PAID_OUT),
    A.CLEARING: (Move.PAY, A.PAID_OUT),
    A.TAX: (Move.FAIL, A.AVAILABLE),
}
"""What takes money out of each account; nothing takes it out of what is paid."""


@pytest.mark.parametrize("account", TAKEN)
def test_no_account_of_his_goes_below_zero(ledger: Ledger, account: Account) -> None:
    move, to = TAKEN[account]
    ledger.accrue("order:1", 10_000)
    ledger.mature("mature:1", 9_000)
    ledger.request("withdrawal:1:request", 8_000)
    ledger.post(
        "send", Move.SEND, (BOB, A.WITHDRAWING, -3_000), (BOB, A.CLEARING, 2_000), (BOB, A.TAX, 1_000)
    )
    before, held = ledger.size(), ledger.held()
    with pytest.raises(BookError, match="would break its sign"):
        ledger.post("x", move, (BOB, account, -held[account.value] - 1), (BOB, to, held[account.value] + 1))
    assert (ledger.size(), ledger.held()) == (before, held)


def test_neither_a_debt_nor_the_expense_goes_above_zero(ledger: Ledger) -> None:
    with pytest.raises(BookError, match="would break its sign"):
        ledger.post("x", Move.ADJUST, (SHOP, A.ADJUSTMENT, -1), (BOB, A.DEBT, 1))
    with pytest.raises(BookError, match="would break its sign"):
        ledger.post("y", Move.ACCRUE, (BOB, A.DEBT, -1), (SHOP, A.EXPENSE, 1))
    assert ledger.size() == (0, 0, 0)


@pytest.mark.parametrize("move", [one for one in Move if one is not Move.ACCRUE])
def test_no_move_but_a_commission_has_two_promoters_in_it(ledger: Ledger, move: Move) -> None:
    raised = next(one for one in Account if one in LEGAL[move].raises and one in OF_HIM)
    lowered = next(one for one in Account if one in LEGAL[move].lowers and one in OF_HIM)
    with pytest.raises(BookError, match="one promoter's money only"):
        ledger.post("x", move, (BOB, lowered, -7), (DAVE, raised, 7))
    assert ledger.size() == (0, 0, 0)


@pytest.mark.parametrize("fen", [500, 1_500])
def test_no_adjustment_leaves_money_available_beside_a_debt(ledger: Ledger, fen: int) -> None:
    ledger.accrue("order:1", 6_000)
    ledger.mature("mature:1", 1_000)
    before = ledger.size()
    with pytest.raises(BookError, match="available beside a debt"):
        ledger.post("adjust:1", Move.ADJUST, (SHOP, A.ADJUSTMENT, fen), (BOB, A.DEBT, -fen))
    ledger.claw_back("refund:1", 1_400)
    with pytest.raises(BookError, match="available beside a debt"):
        ledger.post("adjust:2", Move.ADJUST, (SHOP, A.ADJUSTMENT, -fen), (BOB, A.AVAILABLE, fen))
    assert ledger.held() == {"pending": 5_000, "debt": -400}
    assert ledger.size()[0] == before[0] + 1


def test_the_largest_amount_passes_and_one_fen_more_is_none() -> None:
    assert Money(LARGEST).fen == 10**13
    with pytest.raises(OverflowError):
        Money(LARGEST + 1)


def test_entries_are_numbered_without_gaps_also_after_an_error(ledger: Ledger) -> None:
    ledger.accrue("order:1", 100)
    with pytest.raises(BookError):
        ledger.mature("mature:1", 101)
    ledger.mature("mature:2", 100)
    rows = ledger.world.rows(select(entries.c.seq).where(entries.c.shop_id == ledger.world.shop))
    assert sorted(row.seq for row in rows) == [1, 2]


def test_two_shops_have_a_book_each(ledger: Ledger) -> None:
    other = Ledger(World("", app=f"{ledger.world.shop}_2", engine=ledger.world.engine))
    ledger.accrue("order:1", 100)
    other.accrue("order:1", 900)
    assert (ledger.held(), other.held()) == ({"pending": 100}, {"pending": 900})
    other.world.audited()


# --- conservation

_apps = count(1)
TAKEN_FROM = {
    "accrue": None, "lower": "pending", "mature": "pending", "claw_back": "expense", "request": "available",
    "give_back": "withdrawing", "pay": "withdrawing", "send": "withdrawing", "fail": "clearing",
}  # fmt: skip
"""What each step takes its money from; it passes when there is enough of it, and only then."""
_STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(TAKEN_FROM)), st.sampled_from([BOB, DAVE]), st.integers(1, 3_000)),
    max_size=20,
)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=_STEPS)
def test_whatever_happens_money_is_neither_made_nor_lost(
    shared_engine: Engine, steps: list[tuple[str, PromoterId, int]]
) -> None:
    ledger = Ledger(World("", app=f"wx_book_{next(_apps)}", engine=shared_engine))
    for n, (step, who, fen) in enumerate(steps):
        before, size = (ledger.held(BOB), ledger.held(DAVE), ledger.held(SHOP)), ledger.size()
        if _enough(ledger, step, who, fen):
            _take(ledger, step, f"{step}:{n}", who, fen)
            assert ledger.size()[0] == size[0] + 1
        else:
            with pytest.raises(BookError):
                _take(ledger, step, f"{step}:{n}", who, fen)
            assert ledger.size() == size
            assert before == (ledger.held(BOB), ledger.held(DAVE), ledger.held(SHOP))
        both = sum(ledger.held(BOB).values()) + sum(ledger.held(DAVE).values())
        assert both == -ledger.held(SHOP).get("expense", 0)
    ledger.world.audited()


def _enough(ledger: Ledger, step: str, who: PromoterId, fen: int) -> bool:
    account = TAKEN_FROM[step]
    owner = SHOP if account == "expense" else who
    return account is None or abs(ledger.held(owner).get(account, 0)) >= fen


def _take(ledger: Ledger, step: str, name: str, who: PromoterId, fen: int) -> None:
    match step:
        case "accrue":
            ledger.accrue(name, fen, who)
        case "lower":
            ledger.accrue(name, -fen, who)
        case "mature":
            ledger.mature(name, fen, who)
        case "claw_back":
            ledger.claw_back(name, fen, who)
        case "request":
            ledger.request(name, fen, who)
        case "give_back":
            ledger.give_back(name, fen, who=who)
        case "pay":
            ledger.post(name, Move.PAY_BY_HAND, (who, A.WITHDRAWING, -fen), (who, A.PAID_OUT, fen))
        case "send":
            ledger.post(name, Move.SEND, (who, A.WITHDRAWING, -fen), (who, A.CLEARING, fen))
        case "fail":
            ledger.give_back(name, fen, Move.FAIL, who)
