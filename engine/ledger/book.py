"""The double-entry book (账本): entries that sum to zero, chained by hash, with kept balances."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine.errors import BookError
from engine.ids import PromoterId
from engine.ledger.chart import LEGAL, OF_SHOP, SHOP, Account, Move
from engine.money import ZERO, Money
from engine.store.base import Tx
from engine.store.columns import canonical, to_ms
from engine.store.prepared import Prepared, insert_or, unless_there
from engine.store.tables import balances, books, entries, postings

FIRST_HEAD = "0" * 64


_BEFORE = Prepared(
    select(entries.c.seq, entries.c.input_hash).where(
        entries.c.shop_id == bindparam("shop"), entries.c.reference == bindparam("reference")
    )
)
_HELD = Prepared(
    select(balances.c.account, balances.c.amount).where(
        balances.c.shop_id == bindparam("shop"), balances.c.owner == bindparam("owner")
    )
)
_HEAD = Prepared(select(books.c.seq, books.c.head).where(books.c.shop_id == bindparam("shop")))
_MOVE_HEAD = Prepared(
    update(books).where(books.c.shop_id == bindparam("of_shop"), books.c.seq == bindparam("last"))
)
_ENTRY, _POSTING = Prepared(insert(entries)), Prepared(insert(postings))
_OPEN = insert_or(unless_there, balances)
_ADD = (
    update(balances)
    .where(
        balances.c.shop_id == bindparam("of_shop"),
        balances.c.owner == bindparam("of_owner"),
        balances.c.account == bindparam("of_account"),
    )
    .values(amount=balances.c.amount + bindparam("change", type_=balances.c.amount.type))
)
_ADD_AS_CREDIT = Prepared(_ADD.where(balances.c.amount >= bindparam("back")))
"""For accounts that may not fall below zero."""
_ADD_AS_DEBIT = Prepared(_ADD.where(balances.c.amount <= bindparam("back")))
"""For accounts that may not rise above it."""
_ADD_FREELY = Prepared(_ADD)


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount to one account of one owner (a promoter's id, or `shop`)."""

    owner: str
    account: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class Balances:
    """A promoter's accounts."""

    pending: Money = ZERO
    available: Money = ZERO
    withdrawing: Money = ZERO
    clearing: Money = ZERO
    paid_out: Money = ZERO
    tax: Money = ZERO
    debt: Money = ZERO

    @property
    def owed(self) -> Money:
        """The debt as a positive amount."""
        return -self.debt


def post(
    tx: Tx, reference: str, move: Move, lines: Iterable[Posting], note: Mapping[str, Any] | None = None
) -> int | None:
    """Post one entry; gives its number, or None when every line is zero.

    The same reference with the same lines is the first entry again. Raises BookError for a reference
    with other lines, a sum other than zero, an illegal move, two promoters in a move of one, a balance that
    would break its sign, or money that would be available beside a debt.
    """
    wanted = _merge(lines)
    if not wanted:
        return None
    digest = input_hash(move.value, _plain(wanted))
    before = tx.ask(_BEFORE, reference=reference).one_or_none()
    if before is not None:
        if before.input_hash != digest:
            raise BookError(f"reference {reference} was used for something else")
        return int(before.seq)
    _check(move, wanted)
    seq = _append(tx, reference, move, wanted, digest, dict(note or {}))
    for line in wanted:
        _add(tx, line)
    for owner in sorted({line.owner for line in wanted if _may_stand_beside_a_debt(line)}):
        _check_debt(tx, PromoterId(owner))
    return seq


def balance(tx: Tx, promoter: PromoterId) -> Balances:
    """All accounts of one promoter."""
    rows = tx.ask(_HELD, owner=promoter)
    return Balances(**{row.account: row.amount for row in rows})


def debts(tx: Tx, promoter: PromoterId) -> Iterator[tuple[Mapping[str, Any], Money]]:
    """What made a debt, newest first: the entry's note, and how much it added to what is owed."""
    rows = tx.run(
        select(entries.c.note, postings.c.amount)
        .join(entries, (entries.c.shop_id == postings.c.shop_id) & (entries.c.seq == postings.c.seq))
        .where(
            postings.c.shop_id == tx.shop,
            postings.c.owner == promoter,
            postings.c.account == Account.DEBT.value,
            postings.c.amount < ZERO,
        )
        .order_by(postings.c.seq.desc())
    )
    for row in rows:
        yield row.note, -row.amount


def accrued(promoter: PromoterId, amount: Money) -> tuple[Posting, ...]:
    """A commission booked: the shop's expense, his pending."""
    return Posting(SHOP, Account.EXPENSE, -amount), Posting(promoter, Account.PENDING, amount)


def matured(tx: Tx, promoter: PromoterId, amount: Money) -> tuple[Posting, ...]:
    """Pending money falls due: it repays a debt first."""
    return Posting(promoter, Account.PENDING, -amount), *debt_first(tx, promoter, amount)


def unmatured(tx: Tx, promoter: PromoterId, amount: Money) -> tuple[Posting, ...]:
    """What had matured is pending again: out of what is available, the rest becomes a debt until it matures."""
    return *_taken(tx, promoter, amount), Posting(promoter, Account.PENDING, amount)


def clawed_back(tx: Tx, promoter: PromoterId, amount: Money) -> tuple[Posting, ...]:
    """A refund after maturity: from what is available, the rest becomes a debt."""
    return Posting(SHOP, Account.EXPENSE, amount), *_taken(tx, promoter, amount)


def debt_first(tx: Tx, promoter: PromoterId, amount: Money) -> tuple[Posting, ...]:
    """Money that comes back to a promoter: what he owes is repaid before anything is available."""
    repaid = min(amount, balance(tx, promoter).owed)
    return Posting(promoter, Account.DEBT, repaid), Posting(promoter, Account.AVAILABLE, amount - repaid)


def _taken(tx: Tx, promoter: PromoterId, amount: Money) -> tuple[Posting, ...]:
    taken = min(amount, balance(tx, promoter).available)
    return Posting(promoter, Account.AVAILABLE, -taken), Posting(promoter, Account.DEBT, taken - amount)


def _merge(lines: Iterable[Posting]) -> tuple[Posting, ...]:
    sums: dict[tuple[str, str], Money] = {}
    for line in lines:
        key = (line.owner, line.account.value)
        sums[key] = sums.get(key, ZERO) + line.amount
    return tuple(
        Posting(owner, Account(account), amount)
        for (owner, account), amount in sorted(sums.items())
        if amount
    )


def _check(move: Move, lines: tuple[Posting, ...]) -> None:
    if sum(line.amount.fen for line in lines) != 0:
        raise BookError(f"a {move.value} entry that does not sum to zero")
    rule = LEGAL[move]
    for line in lines:
        allowed = rule.lowers if line.amount < ZERO else rule.raises
        if line.account not in allowed:
            raise BookError(f"{move.value} may not move {line.account.value} that way")
        if (line.account in OF_SHOP) != (line.owner == SHOP):
            raise BookError(f"{line.account.value} is no account of {line.owner}")
    if not rule.many and len({line.owner for line in lines} - {SHOP}) > 1:
        raise BookError(f"{move.value} moves one promoter's money only")


def _may_stand_beside_a_debt(line: Posting) -> bool:
    return (line.account is Account.AVAILABLE and line.amount > ZERO) or (
        line.account is Account.DEBT and line.amount < ZERO
    )


def _check_debt(tx: Tx, promoter: PromoterId) -> None:
    held = balance(tx, promoter)
    if held.available and held.debt:
        raise BookError(f"{promoter} would have money available beside a debt")


def input_hash(move: str, lines: list[list[object]]) -> str:
    """What a reference stands for: by this the same entry is known again."""
    return hashlib.sha256(canonical([move, lines]).encode()).hexdigest()


def _plain(lines: Iterable[Posting]) -> list[list[object]]:
    return [[line.owner, line.account.value, line.amount.fen] for line in lines]


def entry_hash(
    key: bytes,
    before: str,
    seq: int,
    reference: str,
    move: str,
    at: datetime,
    lines: list[list[object]],
    note: Mapping[str, Any],
) -> str:
    """HMAC over the previous hash and everything the entry says."""
    said = canonical([before, seq, reference, move, to_ms(at), lines, dict(note)])
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def _append(
    tx: Tx, reference: str, move: Move, lines: tuple[Posting, ...], digest: str, note: dict[str, Any]
) -> int:
    book = tx.ask(_HEAD).one_or_none()
    before, seq = (book.head, book.seq + 1) if book else (FIRST_HEAD, 1)
    head = entry_hash(tx.cipher.book_key, before, seq, reference, move.value, tx.now, _plain(lines), note)
    tx.tell(
        _ENTRY,
        {
            "shop_id": tx.shop, "seq": seq, "reference": reference, "move": move.value, "at": tx.now,
            "input_hash": digest, "note": note, "hash": head,
        },
    )  # fmt: skip
    tx.tell(
        _POSTING,
        *(
            {"shop_id": tx.shop, "seq": seq, "n": n, "owner": line.owner, "account": line.account.value,
             "amount": line.amount}
            for n, line in enumerate(lines)
        ),
    )  # fmt: skip
    _move_head(tx, seq, head, first=book is None)
    return int(seq)


def _move_head(tx: Tx, seq: int, head: str, *, first: bool) -> None:
    if first:
        tx.run(insert(books).values(shop_id=tx.shop, seq=seq, head=head, key_id=tx.cipher.book_key_id))
        return
    moved = tx.tell(_MOVE_HEAD, {"of_shop": tx.shop, "last": seq - 1, "seq": seq, "head": head})
    if moved.rowcount != 1:
        raise BookError("the book moved under the writer")


def _add(tx: Tx, line: Posting) -> None:
    # The row is made first, so that the CHECK on the balance judges the sum and not the single posting.
    mine = {"shop_id": tx.shop, "owner": line.owner, "account": line.account.value}
    tx.tell(_OPEN, {**mine, "amount": ZERO})
    change = _ADD_AS_CREDIT
    if line.account in (Account.DEBT, Account.EXPENSE):
        change = _ADD_AS_DEBIT
    elif line.account is Account.ADJUSTMENT:
        change = _ADD_FREELY
    given = {"of_shop": tx.shop, "of_owner": line.owner, "of_account": line.account.value}
    if tx.tell(change, {**given, "change": line.amount, "back": -line.amount}).rowcount != 1:
        raise BookError(f"{line.account.value} of {line.owner} would break its sign")
