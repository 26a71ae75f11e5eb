"""The book against itself (查账): every entry, every balance, the whole chain.

Rows are read raw, as text and numbers: whatever somebody wrote into the database must come out as a
finding and not as an error, and a million entries must not take minutes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring  # JSON's text without escapes, in C
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Text, select, type_coerce

from engine.ledger.book import FIRST_HEAD
from engine.ledger.chart import LEGAL, OF_SHOP, SHOP, Account, Move
from engine.store.base import Tx
from engine.store.tables import balances, books, entries, postings

CHUNK = 5_000
_ALLOWED = {
    (move.value, account.value, lowers)
    for move, rule in LEGAL.items()
    for lowers, accounts in ((True, rule.lowers), (False, rule.raises))
    for account in accounts
}
_OF_SHOP = {account.value for account in OF_SHOP}
_NEVER_BELOW = {account.value for account in Account} - _OF_SHOP - {Account.DEBT.value}
_NEVER_ABOVE = {Account.DEBT.value, Account.EXPENSE.value}

Posted = tuple[str, str, int]
"""One posting: owner, account, fen."""


class Entry(NamedTuple):
    """One entry as the audit comes past it; the note is the JSON that was hashed."""

    seq: int
    reference: str
    move: str
    at: int
    note: str
    lines: list[Posted]


Watch = Mapping[Move, Callable[[Entry], None]]
"""Whoever wants to see the entries of a move while the book is walked."""

Progress = Callable[[int], None]
"""Told how many more are done."""


def quietly(_more: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit found; no findings means that the book is well."""

    findings: tuple[str, ...]
    entries: int
    head: str
    key_id: str


def audit(tx: Tx, watch: Watch | None = None, progress: Progress = quietly) -> Audit:
    """Recount everything from the entries."""
    walk = _Walk(tx, {move.value: see for move, see in (watch or {}).items()})
    walk.through(progress)
    findings = walk.findings
    book = tx.run(select(books).where(books.c.shop_id == tx.shop)).one_or_none()
    if (book.seq if book else 0) != walk.seq:
        findings.append(f"the book says {book.seq if book else 0} entries, there are {walk.seq}")
    if (book.head if book else FIRST_HEAD) != walk.head:
        findings.append("the book's head is not the last entry's hash")
    if book and book.key_id != tx.cipher.book_key_id:
        findings.append("the book was written with another DATA_KEY")
    findings += _compare_balances(tx, walk.sums)
    return Audit(tuple(findings), walk.seq, walk.head, tx.cipher.book_key_id)


def head_of(tx: Tx) -> tuple[str, int]:
    """The head as the book says it, and after how many entries."""
    book = tx.run(select(books.c.head, books.c.seq).where(books.c.shop_id == tx.shop)).one_or_none()
    return (book.head, book.seq) if book else (FIRST_HEAD, 0)


def is_of_our_key(tx: Tx) -> bool:
    """Is this shop's book, if it has begun, written with the DATA_KEY that is ours?"""
    key_id = tx.run(select(books.c.key_id).where(books.c.shop_id == tx.shop)).scalar_one_or_none()
    return key_id in (None, tx.cipher.book_key_id)


def holds(tx: Tx, head: str, seq: int) -> bool:
    """Was this the head of this shop's book after so many entries? (One that was kept outside.)"""
    if not seq:
        return head == FIRST_HEAD
    mine = (entries.c.shop_id == tx.shop) & (entries.c.seq == seq)
    return tx.run(select(entries.c.hash).where(mine)).scalar_one_or_none() == head


class _Walk:
    """Once along the chain."""

    def __init__(self, tx: Tx, watch: Mapping[str, Callable[[Entry], None]]) -> None:
        self._tx = tx
        self._watch = watch
        self._starts: dict[tuple[str, str], str] = {}
        self.findings: list[str] = []
        self.sums: dict[tuple[str, str], int] = defaultdict(int)
        self.head, self.seq = FIRST_HEAD, 0

    def through(self, progress: Progress) -> None:
        mine = entries.c.shop_id == self._tx.shop
        wanted = select(
            entries.c.seq, entries.c.reference, entries.c.move, type_coerce(entries.c.at, BigInteger),
            type_coerce(entries.c.note, Text), entries.c.input_hash, entries.c.hash,
        )  # fmt: skip
        while chunk := self._tx.run(
            wanted.where(mine, entries.c.seq > self.seq).order_by(entries.c.seq).limit(CHUNK)
        ).all():
            lines = self._lines(self.seq, chunk[-1].seq)
            for seq, reference, move, at, note, stands_for, hashed in chunk:
                entry = Entry(seq, reference, move, at, note, lines.pop(seq, []))
                self._step(entry, stands_for, hashed)
            self._strays(lines)
            progress(len(chunk))
        self._strays(self._lines(self.seq, None))

    def _lines(self, after: int, last: int | None) -> dict[int, list[Posted]]:
        found: dict[int, list[Posted]] = defaultdict(list)
        mine = (postings.c.shop_id == self._tx.shop) & (postings.c.seq > after)
        rows = self._tx.run(
            select(
                postings.c.seq, postings.c.owner, postings.c.account, type_coerce(postings.c.amount, BigInteger)
            )
            .where(mine if last is None else mine & (postings.c.seq <= last))
            .order_by(postings.c.seq, postings.c.n)
        )  # fmt: skip
        for seq, owner, account, amount in rows.all():
            found[seq].append((owner, account, amount))
        return found

    def _strays(self, lines: Mapping[int, Any]) -> None:
        self.findings += [f"postings of entry {seq} stand without it" for seq in lines]

    def _step(self, entry: Entry, stands_for: str, hashed: str) -> None:
        follows = entry.seq == self.seq + 1
        if not follows:
            self.findings.append(f"entries {self.seq + 1} to {entry.seq - 1} are missing")
        text = self._count(entry)
        due = hashlib.sha256(f'["{entry.move}",{text}]'.encode()).hexdigest()
        # What follows a gap cannot be held against the hash that is gone.
        if (follows and self._hash(entry, text) != hashed) or due != stands_for:
            self.findings.append(f"entry {entry.seq} ({entry.reference}) was changed")
        self.head, self.seq = hashed, entry.seq
        if entry.move in self._watch:
            self._watch[entry.move](entry)

    def _hash(self, entry: Entry, text: str) -> str:
        """`book.entry_hash`, put together from what is text already."""
        said = (
            f'["{self.head}",{entry.seq},{encode_basestring(entry.reference)},"{entry.move}",{entry.at},'
            f"{text},{entry.note}]"
        )
        return hmac.digest(self._tx.cipher.book_key, said.encode(), "sha256").hex()

    def _count(self, entry: Entry) -> str:
        """Add its postings up, each against the chart; gives them as they were hashed."""
        whole, texts, move = 0, [], entry.move
        for owner, account, amount in entry.lines:
            key = owner, account
            start = self._starts.get(key)
            if start is None:
                start = f"[{encode_basestring(owner)},{encode_basestring(account)},"
                self._starts[key] = start
            texts.append(f"{start}{amount}]")
            whole += amount
            now = self.sums[key] + amount
            self.sums[key] = now
            if (move, account, amount < 0) not in _ALLOWED or (owner == SHOP) != (account in _OF_SHOP):
                self.findings.append(f"entry {entry.seq}: {move} may not move {account} of {owner} that way")
            if _wrong_sign(account, now):
                self.findings.append(f"after entry {entry.seq} {account} of {owner} is {now}")
        if whole:
            self.findings.append(f"entry {entry.seq} does not sum to zero")
        return f"[{','.join(texts)}]"


def _wrong_sign(account: str, amount: int) -> bool:
    return account in (_NEVER_BELOW if amount < 0 else _NEVER_ABOVE if amount > 0 else ())


def _compare_balances(tx: Tx, recounted: Mapping[tuple[str, str], int]) -> list[str]:
    rows = tx.run(
        select(balances.c.owner, balances.c.account, type_coerce(balances.c.amount, BigInteger)).where(
            balances.c.shop_id == tx.shop
        )
    )
    kept = {(owner, account): amount for owner, account, amount in rows}
    found = [
        f"{account} of {owner}: kept {kept.get((owner, account), 0)}, entries say {recounted.get((owner, account), 0)}"
        for owner, account in sorted(kept.keys() | recounted.keys())
        if kept.get((owner, account), 0) != recounted.get((owner, account), 0)
    ]
    found += [
        f"{owner} has money available and a debt"
        for owner in sorted({owner for owner, _ in kept})
        if kept.get((owner, "available"), 0) > 0 and kept.get((owner, "debt"), 0) < 0
    ]
    return found
