"""The watch that holds every statement of the engine to its shop."""

from __future__ import annotations

from types import FunctionType

import pytest
from sqlalchemy import select

from engine.store.prepared import Prepared
from engine.store.tables import visits
from tests.engine.world import World
from tests.one_shop import HOUSE, AnotherShopError, reaching

_ALL = select(visits)

HELD = """
SELECT visits.id FROM visits WHERE visits.shop_id = ? AND visits.at > ?
SELECT v.id FROM visits AS v WHERE v.shop_id = %(shop)s
SELECT l.n FROM locks AS l JOIN visits AS v ON v.shop_id = l.shop_id AND v.id = l.cause WHERE l.shop_id = ?
SELECT locks.n FROM locks, visits WHERE visits.shop_id = locks.shop_id AND visits.shop_id = :shop
SELECT locks.n FROM locks WHERE locks.shop_id = ? AND EXISTS (SELECT * FROM visits WHERE visits.shop_id = locks.shop_id)
SELECT visits.id FROM visits WHERE visits.shop_id = ? UNION ALL SELECT locks.n FROM locks WHERE locks.shop_id = ?
UPDATE visits SET voided_at = ? WHERE visits.shop_id = ? AND (visits.id = ? OR visits.id = ?)
DELETE FROM visits WHERE visits.shop_id = ?
INSERT INTO visits (shop_id, id) VALUES (?, ?) ON CONFLICT (shop_id, id) DO UPDATE SET at = excluded.at
SELECT people.id FROM people WHERE people.account_id = ?
SELECT pg_advisory_xact_lock(%(key)s)
"""

REACHING = """
visits        SELECT visits.id FROM visits WHERE visits.at > ?
v             SELECT v.shop_id FROM visits AS v WHERE v.id = ?
visits        SELECT locks.n FROM locks JOIN visits ON visits.id = locks.cause WHERE locks.shop_id = ?
locks visits  SELECT locks.n FROM locks JOIN visits ON visits.shop_id = locks.shop_id
visits        SELECT visits.id FROM visits WHERE visits.id IN (SELECT visits.id FROM visits WHERE visits.shop_id = ?)
visits        SELECT visits.id FROM visits WHERE visits.shop_id = ? AND visits.id IN (SELECT visits.id FROM visits)
locks         SELECT visits.id FROM visits WHERE visits.shop_id = ? UNION SELECT locks.n FROM locks
visits        UPDATE visits SET shop_id = ? WHERE visits.id = ?
visits        DELETE FROM visits WHERE (visits.id = ? AND visits.at > ?)
visits        INSERT INTO locks (shop_id, n) SELECT visits.shop_id, visits.n FROM visits
"""


@pytest.mark.parametrize("statement", HELD.strip().splitlines())
def test_a_statement_may_see_what_its_shop_holds(statement: str) -> None:
    assert reaching(statement) == ()


@pytest.mark.parametrize("line", REACHING.strip().splitlines())
def test_a_statement_that_reaches_beyond_its_shop_is_told(line: str) -> None:
    loose, statement = line[:13].split(), line[14:]
    assert sorted(reaching(statement)) == loose


@pytest.mark.parametrize("say", [lambda tx: tx.run(_ALL), lambda tx: tx.ask(Prepared(_ALL))])
def test_the_house_may_not_say_it_and_a_test_may(world: World, say: FunctionType) -> None:
    code = say.__code__.replace(co_filename=str(HOUSE / "bot/looks.py"))
    said_by_the_house = FunctionType(code, globals())
    with world.reading() as tx:
        say(tx)
        with pytest.raises(AnotherShopError, match="visits of whatever shop: SELECT"):
            said_by_the_house(tx)
