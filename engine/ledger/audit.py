"""The book against itself (查账): every entry, every balance, the whole chain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from engine.ledger.book import FIRST_HEAD, entry_hash, input_hash
from engine.ledger.chart import LEGAL, OF_SHOP, SHOP, Account, Move
from engine.store.base import Tx
from engine.store.tables import balances, books, entries, postings

CHUNK = 5_000
_MOVES = {move.value for move in Move}
_ACCOUNTS = {account.value for account in Account}


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit found; no findings means that the book is well."""

    findings: tuple[str, ...]
    entries: int
    head: str
    key_id: str


def audit(tx: Tx) -> Audit:
    """Recount everything from the entries."""
    findings: list[str] = []
    recounted, count, head = _walk(tx, findings)
    book = tx.run(select(books).where(books.c.shop_id == tx.shop)).one_or_none()
    if (book.seq if book else 0) != count:
        findings.append(f"the book says {book.seq if book else 0} entries, there are {count}")
    if (book.head if book else FIRST_HEAD) != head:
        findings.append("the book's head is not the last entry's hash")
    if book and book.key_id != tx.cipher.book_key_id:
        findings.append("the book was written with another DATA_KEY")
    findings += _compare_balances(tx, recounted)
    return Audit(tuple(findings), count, head, tx.cipher.book_key_id)


def _walk(tx: Tx, findings: list[str]) -> tuple[dict[tuple[str, str], int], int, str]:
    recounted: dict[tuple[str, str], int] = defaultdict(int)
    head, seq = FIRST_HEAD, 0
    while chunk := tx.run(
        select(entries)
        .where(entries.c.shop_id == tx.shop, entries.c.seq > seq)
        .order_by(entries.c.seq)
        .limit(CHUNK)
    ).all():
        lines = _lines(tx, chunk[0].seq, chunk[-1].seq)
        for entry in chunk:
            if entry.seq != seq + 1:
                findings.append(f"entries {seq + 1} to {entry.seq - 1} are missing")
            of_entry = lines.get(entry.seq, [])
            _check_entry(entry.seq, entry.move, of_entry, findings)
            due = entry_hash(
                tx.cipher.book_key,
                head,
                entry.seq,
                entry.reference,
                entry.move,
                entry.at,
                of_entry,
                entry.note,
            )
            if due != entry.hash or entry.input_hash != input_hash(entry.move, of_entry):
                findings.append(f"entry {entry.seq} ({entry.reference}) was changed")
            for owner, account, amount in of_entry:
                recounted[str(owner), str(account)] += int(str(amount))
            head, seq = entry.hash, entry.seq
    return recounted, seq, head


def _lines(tx: Tx, first: int, last: int) -> dict[int, list[list[object]]]:
    found: dict[int, list[list[object]]] = defaultdict(list)
    rows = tx.run(
        select(postings.c.seq, postings.c.owner, postings.c.account, postings.c.amount)
        .where(postings.c.shop_id == tx.shop, postings.c.seq.between(first, last))
        .order_by(postings.c.seq, postings.c.n)
    )
    for seq, owner, account, amount in rows:
        found[seq].append([owner, account, amount.fen])
    return found


def _check_entry(seq: int, move: str, lines: list[list[object]], findings: list[str]) -> None:
    if sum(int(str(amount)) for _, _, amount in lines) != 0:
        findings.append(f"entry {seq} does not sum to zero")
    if move not in _MOVES:
        findings.append(f"entry {seq}: there is no move {move}")
        return
    rule = LEGAL[Move(move)]
    for owner, name, amount in lines:
        if name not in _ACCOUNTS:
            findings.append(f"entry {seq}: there is no account {name}")
            continue
        account = Account(name)
        if account not in (rule.lowers if int(str(amount)) < 0 else rule.raises):
            findings.append(f"entry {seq}: {move} moved {account.value}")
        if (account in OF_SHOP) != (owner == SHOP):
            findings.append(f"entry {seq}: {account.value} belongs to {owner}")


def _compare_balances(tx: Tx, recounted: dict[tuple[str, str], int]) -> list[str]:
    rows = tx.run(
        select(balances.c.owner, balances.c.account, balances.c.amount).where(balances.c.shop_id == tx.shop)
    )
    kept = {(owner, account): amount.fen for owner, account, amount in rows}
    found = [
        f"{account} of {owner}: kept {kept.get((owner, account), 0)}, entries say {recounted.get((owner, account), 0)}"
        for owner, account in sorted(kept.keys() | recounted.keys())
        if kept.get((owner, account), 0) != recounted.get((owner, account), 0)
    ]
    owners = {owner for owner, _ in kept}
    found += [
        f"{owner} has money available and a debt"
        for owner in sorted(owners)
        if kept.get((owner, "available"), 0) > 0 and kept.get((owner, "debt"), 0) < 0
    ]
    return found
