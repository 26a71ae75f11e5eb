"""The Official Account and its shops; people and the identities they are known by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.errors import EngineError
from engine.ids import AccountId, PersonId, ShopId
from engine.store.base import Tx
from engine.store.prepared import Prepared, insert_or, unless_there
from engine.store.tables import accounts, identities, people, shops

IdentityKind = Literal["openid", "unionid", "phone"]

_ACCOUNT_OF = select(shops.c.account_id).where(shops.c.id == bindparam("shop"))
_ACCOUNT = Prepared(_ACCOUNT_OF)
OF_THE_SHOP = _ACCOUNT_OF.scalar_subquery()
"""The account that the shop belongs to, inside a statement."""
_PERSON = Prepared(
    select(people.c.profile, people.c.created_at, people.c.following).where(
        people.c.account_id == OF_THE_SHOP, people.c.id == bindparam("person")
    )
)
_NEW_PERSON, _NEW_IDENTITY = Prepared(insert(people)), insert_or(unless_there, identities)
_HOLDING = (
    select(identities.c.person_id)
    .where(
        identities.c.account_id == OF_THE_SHOP,
        identities.c.kind == bindparam("kind"),
        identities.c.digest == bindparam("digest"),
    )
    .order_by(identities.c.since, identities.c.person_id)
)
_HOLDERS, _PRESENT_HOLDERS = Prepared(_HOLDING), Prepared(_HOLDING.where(identities.c.sealed.is_not(None)))


def open_account(tx: Tx, app_id: str, shop_name: str) -> ShopId:
    """The account's first shop, made on the first call; the same one ever after."""
    found = only_shop(tx, app_id)
    if found:
        return found
    account, shop = tx.ids.new("ac"), tx.ids.new("sh")
    tx.run(
        _insert(tx, accounts).values(id=account, app_id=app_id, created_at=tx.now).on_conflict_do_nothing()
    )
    account = tx.run(select(accounts.c.id).where(accounts.c.app_id == app_id)).scalar_one()
    tx.run(shops.insert().values(id=shop, account_id=account, name=shop_name, created_at=tx.now))
    return ShopId(shop)


def every_shop(tx: Tx) -> tuple[ShopId, ...]:
    """Every shop that the database holds, the oldest first."""
    rows = tx.run(select(shops.c.id).order_by(shops.c.created_at, shops.c.id))
    return tuple(ShopId(shop) for (shop,) in rows)


def only_shop(tx: Tx, app_id: str) -> ShopId | None:
    """The account's oldest shop."""
    statement = (
        select(shops.c.id)
        .join(accounts, accounts.c.id == shops.c.account_id)
        .where(accounts.c.app_id == app_id)
        .order_by(shops.c.created_at, shops.c.id)
        .limit(1)
    )
    found = tx.run(statement).scalar_one_or_none()
    return ShopId(found) if found else None


def account_of(tx: Tx) -> AccountId:
    """The account that the shop belongs to, for ever."""
    if account_of not in tx.memo:
        tx.memo[account_of] = AccountId(tx.ask(_ACCOUNT).scalar_one())
    found: AccountId = tx.memo[account_of]
    return found


def find(tx: Tx, kind: IdentityKind, value: str, *, present: bool = False) -> tuple[PersonId, ...]:
    """Everybody known by this identity: at most one by openid or unionid, perhaps several by phone.

    `present` leaves out who is forgotten and not back yet.
    """
    return holders(tx, kind, tx.cipher.digest(kind, value), present=present)


def holders(tx: Tx, kind: IdentityKind, digest: str, *, present: bool = False) -> tuple[PersonId, ...]:
    """Everybody known by the identity of this digest, which is all that is kept of some."""
    asked = _PRESENT_HOLDERS if present else _HOLDERS
    rows = tx.ask(asked, kind=kind, digest=digest)
    return tuple(PersonId(person) for (person,) in rows)


def with_id(tx: Tx, beginning: str) -> tuple[PersonId, ...]:
    """Those whose id begins so, two of them at most; found in the primary key, however many people there are."""
    rest = tx.ids.LENGTH + len("pe_") - len(beginning)
    rows = tx.run(
        select(people.c.id)
        .where(
            people.c.account_id == account_of(tx),
            people.c.id.between(beginning + "0" * rest, beginning + "z" * rest),
        )
        .limit(2)
    )
    return tuple(PersonId(person) for (person,) in rows)


def know(tx: Tx, kind: IdentityKind, value: str) -> PersonId:
    """The person with this openid or unionid, made if nobody has it yet."""
    found = find(tx, kind, value)
    if found:
        return found[0]
    person = PersonId(tx.ids.new("pe"))
    tx.tell(
        _NEW_PERSON, {"account_id": account_of(tx), "id": person, "following": False, "created_at": tx.now}
    )
    add_identity(tx, person, kind, value)
    return person


def add_identity(tx: Tx, person: PersonId, kind: IdentityKind, value: str) -> None:
    """This person is also known by this; said twice it changes nothing."""
    tx.tell(
        _NEW_IDENTITY,
        {
            "account_id": account_of(tx), "kind": kind, "digest": tx.cipher.digest(kind, value),
            "person_id": person, "sealed": tx.cipher.seal(value), "since": tx.now,
        },
    )  # fmt: skip


def seal_again(tx: Tx, person: PersonId, kind: IdentityKind, value: str) -> bool:
    """Somebody who was forgotten is here again; false for everybody else."""
    done = tx.run(
        update(identities)
        .where(
            identities.c.account_id == account_of(tx),
            identities.c.kind == kind,
            identities.c.digest == tx.cipher.digest(kind, value),
            identities.c.person_id == person,
            identities.c.sealed.is_(None),
        )
        .values(sealed=tx.cipher.seal(value))
    )
    return bool(done.rowcount)


def forget(tx: Tx, person: PersonId) -> tuple[str, ...]:
    """Empty what is sealed about a person and drop his phones, whose digests it gives.

    The digests of openid and unionid stay.
    """
    _update(tx, person, profile=None)
    mine = (identities.c.account_id == account_of(tx)) & (identities.c.person_id == person)
    phones = mine & (identities.c.kind == "phone")
    dropped = tuple(tx.run(select(identities.c.digest).where(phones)).scalars())
    tx.run(delete(identities).where(phones))
    tx.run(update(identities).where(mine).values(sealed=None))
    return dropped


def is_forgotten(tx: Tx, person: PersonId) -> bool:
    """Has he been forgotten, and not come back?"""
    found = tx.run(
        select(identities.c.digest)
        .where(
            identities.c.account_id == account_of(tx),
            identities.c.person_id == person,
            identities.c.kind == "openid",
            identities.c.sealed.is_(None),
        )
        .limit(1)
    ).one_or_none()
    return found is not None


def openid_of(tx: Tx, person: PersonId) -> str | None:
    """Where to send a message to this person."""
    sealed = tx.run(
        select(identities.c.sealed)
        .where(
            identities.c.account_id == account_of(tx),
            identities.c.person_id == person,
            identities.c.kind == "openid",
            identities.c.sealed.is_not(None),
        )
        .order_by(identities.c.since.desc())
        .limit(1)
    ).scalar_one_or_none()
    return str(tx.cipher.open(sealed)) if sealed else None


def phone_of(tx: Tx, person: PersonId) -> str | None:
    """The phone that this person has bound."""
    sealed = tx.run(select(identities.c.sealed).where(*_phone_of(tx, person))).scalar_one_or_none()
    return str(tx.cipher.open(sealed)) if sealed else None


def replace_phone(tx: Tx, person: PersonId, phone: str) -> None:
    """Bind one phone to a person in place of any earlier one."""
    drop_phone(tx, person)
    add_identity(tx, person, "phone", phone)


def drop_phone(tx: Tx, person: PersonId) -> None:
    """This person is no longer known by a phone."""
    tx.run(identities.delete().where(*_phone_of(tx, person)))


def profile_of(tx: Tx, person: PersonId) -> Mapping[str, Any]:
    """What a person told about himself; empty once he is forgotten."""
    sealed = _person(tx, person).profile
    return tx.cipher.open(sealed) if sealed else {}


def put_profile(tx: Tx, person: PersonId, **told: str) -> None:
    """Keep more of what a person told."""
    profile = {**profile_of(tx, person), **told}
    _update(tx, person, profile=tx.cipher.seal(profile))


def drop_name(tx: Tx, person: PersonId) -> None:
    """He took back what he is called by."""
    kept = {name: value for name, value in profile_of(tx, person).items() if name != "name"}
    _update(tx, person, profile=tx.cipher.seal(kept))


def set_following(tx: Tx, person: PersonId, *, following: bool) -> None:
    """He follows the account, or no longer does."""
    _update(tx, person, following=following)


def follows(tx: Tx, person: PersonId) -> bool:
    """Does he follow the account, as far as we heard?"""
    return bool(_person(tx, person).following)


def introduced(tx: Tx, person: PersonId) -> tuple[Mapping[str, Any], datetime]:
    """What a person told about himself, and when he was first heard of."""
    row = _person(tx, person)
    return tx.cipher.open(row.profile) if row.profile else {}, row.created_at


def _phone_of(tx: Tx, person: PersonId) -> tuple[Any, ...]:
    return (
        identities.c.account_id == account_of(tx),
        identities.c.person_id == person,
        identities.c.kind == "phone",
    )


def _person(tx: Tx, person: PersonId) -> Any:
    row = tx.ask(_PERSON, person=person).one_or_none()
    if row is None:
        raise EngineError(f"there is no person {person}")
    return row


def _update(tx: Tx, person: PersonId, **values: Any) -> None:
    tx.run(
        update(people).where(people.c.account_id == account_of(tx), people.c.id == person).values(**values)
    )


def _insert(tx: Tx, table: Any) -> Any:
    return sqlite.insert(table) if tx.on_sqlite else postgresql.insert(table)
