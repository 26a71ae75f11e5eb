"""Verbs: a command is one transaction, heard once by its reference; a question is one snapshot."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, get_type_hints

from sqlalchemy import bindparam, insert, select, tuple_, update

from engine.cipher import Cipher
from engine.errors import EngineError
from engine.ids import ShopId
from engine.store.actors import Actor
from engine.store.base import Store, Tx
from engine.store.columns import canonical
from engine.store.prepared import Prepared
from engine.store.record import decode, encode
from engine.store.tables import commands

P = ParamSpec("P")
T = TypeVar("T")

RESULTS_KEPT = timedelta(days=1)
"""How long what was answered to a person is kept: WeChat's retries of one message end within seconds."""
RESULT_GONE = b""

VERBS: set[str] = set()
"""Every command there is, as `room.verb`; the authority table must know each."""


class ReferenceUsedError(EngineError):
    """One reference, two different inputs or actors: the caller mixed up two deliveries."""


class ResultGoneError(EngineError):
    """A command of long ago, or of somebody who is forgotten, was heard again: what it answered is not kept."""


class Context(Protocol):
    """Where, who, which delivery, and the one place that knows the rights."""

    @property
    def store(self) -> Store: ...

    @property
    def shop(self) -> ShopId: ...

    @property
    def actor(self) -> Actor: ...

    @property
    def reference(self) -> str: ...

    def authorise(self, tx: Tx, verb: str) -> None:
        """Raise a Refusal when the actor may not do this."""
        ...


@dataclass(frozen=True, slots=True)
class Room:
    """A room of the engine, seen from one desk."""

    at: Context


R = TypeVar("R", bound=Room)


_HEARD = Prepared(
    select(commands.c.input_hash, commands.c.actor, commands.c.result).where(
        commands.c.shop_id == bindparam("shop"),
        commands.c.reference == bindparam("reference"),
        commands.c.verb == bindparam("verb"),
    )
)
_LOG = Prepared(insert(commands))


def command(
    act: Callable[Concatenate[R, Tx, P], T],
) -> Callable[Concatenate[R, P], T]:
    """A public verb that changes something: authorised, done once per reference, logged, one transaction."""
    verb = _verb(act)
    VERBS.add(verb)

    @functools.wraps(act)
    def run(room: R, /, *args: P.args, **kwargs: P.kwargs) -> T:
        at = room.at
        digest = _digest(at.store.cipher, act, args, kwargs)

        def inside(tx: Tx) -> T:
            at.authorise(tx, verb)
            done, result = _heard_before(tx, at.reference, verb, digest)
            if done:
                return decode(get_type_hints(act)["return"], result)  # type: ignore[no-any-return]
            answer = act(room, tx, *args, **kwargs)
            _log(tx, at.reference, verb, digest, answer)
            return answer

        return at.store.write(at.shop, at.actor, inside)

    return run


def question(
    ask: Callable[Concatenate[R, Tx, P], T],
) -> Callable[Concatenate[R, P], T]:
    """A public verb that only looks."""

    @functools.wraps(ask)
    def run(room: R, /, *args: P.args, **kwargs: P.kwargs) -> T:
        at = room.at
        with at.store.read(at.shop, at.actor) as tx:
            return ask(room, tx, *args, **kwargs)

    return run


def _verb(act: Callable[..., Any]) -> str:
    room, _, name = act.__qualname__.partition(".")
    return f"{room.lower().removesuffix('room')}.{name}"


def _digest(cipher: Cipher, act: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    names = list(inspect.signature(act).parameters)[2:]
    given = dict(zip(names, args, strict=False)) | kwargs
    # Keyed: an input may hold a phone, which a plain hash would give away to anybody who guesses.
    return cipher.digest("input", canonical(encode(given)))


def _heard_before(tx: Tx, reference: str, verb: str, digest: str) -> tuple[bool, Any]:
    row = tx.ask(_HEARD, reference=reference, verb=verb).one_or_none()
    if row is None:
        return False, None
    if (row.input_hash, row.actor) != (digest, str(tx.actor)):
        raise ReferenceUsedError(f"{verb} was called twice with reference {reference} and different input")
    if row.result == RESULT_GONE:
        raise ResultGoneError(f"{verb} with reference {reference} was done; its result is gone")
    return True, json.loads(tx.cipher.open(row.result))


def drop_results(tx: Tx, most: int = 500) -> int:
    """Empty the oldest results of people's commands that are older than RESULTS_KEPT: they may hold names and phones.

    Those of the feed, the operator and the outbox stay, because they may be asked for again after any time.
    """
    old = (
        select(commands.c.reference, commands.c.verb)
        .where(
            commands.c.shop_id == tx.shop,
            commands.c.at.between(tx.now - 3 * RESULTS_KEPT, tx.now - RESULTS_KEPT),
            commands.c.actor.like("pe\\_%", escape="\\"),
            commands.c.reference.not_like("outbox:%"),
            commands.c.result != RESULT_GONE,
        )
        .limit(most)
    )
    done = tx.run(
        update(commands)
        .where(commands.c.shop_id == tx.shop, tuple_(commands.c.reference, commands.c.verb).in_(old))
        .values(result=RESULT_GONE)
    )
    return int(done.rowcount)


def _log(tx: Tx, reference: str, verb: str, digest: str, answer: Any) -> None:
    tx.tell(
        _LOG,
        {
            "shop_id": tx.shop, "reference": reference, "verb": verb, "input_hash": digest,
            "actor": str(tx.actor), "at": tx.now, "note": tx.note,
            "result": tx.cipher.seal(canonical(encode(answer))),
        },
    )  # fmt: skip
