"""Prepared statements: said to the driver itself, and answered and refused as SQLAlchemy would."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound

from engine import SYSTEM
from engine.store.base import Tx
from engine.store.prepared import Prepared, insert_or, unless_there
from engine.store.tables import leases
from tests.engine.world import World

_ALL = Prepared(select(leases).order_by(leases.c.name))
_ONE = Prepared(
    select(leases.c.holder, leases.c.until.label("end")).where(leases.c.name == bindparam("name"))
)
_PUT, _PUT_ONCE = Prepared(insert(leases)), insert_or(unless_there, leases)
_CHANGE = Prepared(update(leases).where(leases.c.name == bindparam("of")))


def test_values_come_back_as_they_were_given(own: World) -> None:
    def act(tx: Tx) -> list[object]:
        tx.tell(_PUT, {"name": "tick", "holder": "one", "until": tx.now})
        row = tx.ask(_ONE, name="tick").one()
        return [row.holder, row.end, row == ("one", own.now), tx.ask(_ONE, name="tick").scalar_one()]

    assert own.engine.store.write(own.shop, SYSTEM, act) == ["one", own.now, True, "one"]


def test_many_rows_are_told_at_once(own: World) -> None:
    def act(tx: Tx) -> list[str]:
        tx.tell(_PUT, *({"name": name, "holder": "one", "until": tx.now} for name in "abc"))
        assert tx.tell(_CHANGE, {"of": "b", "holder": "two"}).rowcount == 1
        assert tx.tell(_CHANGE, {"of": "d", "until": tx.now + timedelta(1)}).rowcount == 0
        return [row.holder for row in tx.ask(_ALL)]

    assert own.engine.store.write(own.shop, SYSTEM, act) == ["one", "two", "one"]


def test_an_answer_says_when_there_are_too_few_or_too_many_rows(own: World) -> None:
    def act(tx: Tx) -> None:
        nobody = tx.ask(_ALL)
        assert (nobody.all(), nobody.first(), nobody.one_or_none(), nobody.scalar_one_or_none()) == (
            [], None, None, None,
        )  # fmt: skip
        with pytest.raises(NoResultFound):
            nobody.one()
        tx.tell(_PUT, *({"name": name, "holder": "one", "until": tx.now} for name in "ab"))
        assert tx.ask(_ALL).first().name == "a"
        assert tx.ask(_ONE, name="b").scalar_one_or_none() == "one"
        with pytest.raises(MultipleResultsFound):
            tx.ask(_ALL).one()

    own.engine.store.write(own.shop, SYSTEM, act)


def test_a_row_that_is_there_already_stays_as_it_is(own: World) -> None:
    def act(tx: Tx) -> str:
        for holder in ("one", "two"):
            tx.tell(_PUT_ONCE, {"name": "tick", "holder": holder, "until": tx.now})
        return str(tx.ask(_ONE, name="tick").scalar_one())

    assert own.engine.store.write(own.shop, SYSTEM, act) == "one"


def test_a_row_that_the_tables_forbid_is_told_without_its_values(own: World) -> None:
    def act(tx: Tx) -> None:
        for _ in range(2):
            tx.tell(_PUT, {"name": "tick", "holder": "secret", "until": tx.now})

    with pytest.raises(IntegrityError) as told:
        own.engine.store.write(own.shop, SYSTEM, act)
    assert "INSERT INTO leases" in str(told.value)
    assert "secret" not in str(told.value)


def test_a_connection_that_is_lost_on_the_way_is_given_up_and_the_work_done_on_another(own: World) -> None:
    runs: list[int] = []

    def act(tx: Tx) -> int:
        runs.append(len(runs))
        tx.tell(_PUT, {"name": "tick", "holder": "one", "until": tx.now})
        if runs == [0]:
            driver = tx.connection.connection.driver_connection
            assert driver is not None
            driver.close()
        return len(tx.ask(_ALL).all())

    assert own.engine.store.write(own.shop, SYSTEM, act) == 1
    assert runs == [0, 1]


def test_whoever_listens_to_statements_hears_these_too(own: World) -> None:
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement.split(maxsplit=1)[0])

    event.listen(own.engine.store.readers, "before_cursor_execute", hear)
    with own.reading() as tx:
        tx.ask(_ALL)
    assert heard[-1] == "SELECT"
