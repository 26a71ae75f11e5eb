"""The stories' world with its lid off: single rows of the outbox, faults of WeChat, people made quickly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from click.testing import Result
from sqlalchemy import event, select

from bot import jobs
from bot.seed import seed
from bot.wechat.client import WeChat
from bot.wiring import PREFIX
from engine import Desk, SilentBell, outbox, someone
from engine.ids import OutboxId, PersonId
from engine.people import accounts
from engine.people.authority import Role
from engine.programme.promoters import Promoter
from engine.programme.recruiting import digest_of
from engine.programme.who import Who
from engine.store.actors import SYSTEM
from engine.store.base import Tx
from engine.store.tables import outbox as rows
from tests.stories.world import Person, World, visible

Run = Callable[..., Result]
"""A command of the operator's, as `flask …` runs it."""

SEND = "/cgi-bin/message/custom/send"
UPLOAD = "/cgi-bin/media/upload"


class Bench(World):
    """A world whose client does not wait long, and whose outbox can be looked into."""

    second = timedelta(seconds=1)

    def __init__(self, database_url: str, redis_url: str, folder: Path) -> None:
        super().__init__(database_url, redis_url, folder)
        settings = self.house.settings
        if database_url.startswith("sqlite"):
            database = self.house.engine.store.engine
            database.dispose()
            event.listen(database, "connect", _hurry)
        self.house.__dict__["wechat"] = WeChat(
            app_id=settings.wechat_app_id,
            secret=settings.wechat_app_secret,
            api_base=settings.wechat_api_base,
            redis=self.house.redis,
            prefix=PREFIX,
            timeout=(5, 3),
            sleep=lambda _seconds: None,
        )
        self.sender = self._sender = jobs.build_sender(self.house)
        self._count = 0
        self._read: dict[str, int] = {}

    def open(self) -> None:
        """The shop and its owner; what that leaves in the outbox is done away with."""
        seed(self.house.operator)
        self.person("老板").follows()
        token = self.house.operator().enrolling.invite(Role.OWNER).token
        self.desk("老板").enrolling.enrol(token)
        self.drain()

    def environment(self) -> dict[str, str]:
        """The settings as another process gets them."""
        given = self.house.settings.model_dump()
        return {name.upper(): str(value) for name, value in given.items() if value}

    def who(self, name: str) -> Who:
        return self.house.engine.meet(self.house.shop, self.person(name).openid)

    def desk(self, name: str) -> Desk:
        """A desk of this person's, for one more delivery."""
        self._count += 1
        return self.house.engine.at(self.house.shop, someone(self.who(name).person), f"bench-{self._count}")

    def promoter(self, name: str, *, follows: bool = True) -> Person:
        """A promoter, the quick way; his notices are out, he has written since, and may be told of something again."""
        made = self.person(name)
        if follows:
            made.follows()
        agreement = digest_of(self.desk(name).settings.now().agreement)
        applied = self.desk(name).recruiting.apply(name, "13800138000", agreement)
        if applied.promoter is None:
            self.desk("老板").recruiting.approve(applied.application)
        self.drain()
        self.rest(made)
        return made

    def rest(self, person: Person) -> None:
        """Time passes, somebody writes: his window is wide open, and no notice was pushed lately."""
        self.clock.instant += outbox.BUNDLED
        person.says("继续")
        self.pushed(person.name)

    def calls_himself(self, name: str, given: str) -> None:
        """Keep any name, whatever the form would have said of it."""
        self._write(lambda tx: accounts.put_profile(tx, self.who(name).person, name=given))

    def promoter_of(self, name: str) -> Promoter:
        return self.desk(name).promoters.mine()

    def drain(self) -> None:
        """Do everything that is due, without rq."""
        while due := self.house.engine.post(self.house.shop).due():
            for row, _ in due:
                self.sender.deliver(row)

    def put(
        self,
        kind: str,
        payload: Mapping[str, Any] | None = None,
        *,
        to: str = "",
        person: PersonId | None = None,
        useful_for: timedelta | None = None,
    ) -> OutboxId:
        """One more row, due now; nobody is rung for."""
        self._count += 1
        reference = f"bench:{self._count}"
        addressee = self.who(to).person if to else person
        until = self.clock.now() + useful_for if useful_for else None
        store = self.house.engine.store
        bell, store.bell = store.bell, SilentBell()
        self._write(
            lambda tx: outbox.put(tx, reference, kind, payload or {}, to=addressee, useful_until=until)
        )
        store.bell = bell
        with self.house.engine.store.read(self.house.shop, SYSTEM) as tx:
            return OutboxId(tx.run(select(rows.c.id).where(rows.c.reference == reference)).scalar_one())

    def _write(self, act: Callable[[Tx], object]) -> None:
        self.house.engine.store.write(self.house.shop, SYSTEM, act)

    def row(self, row: OutboxId) -> Any:
        """How a row stands."""
        with self.house.engine.store.read(self.house.shop, SYSTEM) as tx:
            return tx.run(select(rows).where(rows.c.id == row)).one()

    def rows_of(self, kind: str, state: str = "") -> list[Any]:
        """All rows of a kind."""
        with self.house.engine.store.read(self.house.shop, SYSTEM) as tx:
            found = tx.run(select(rows).where(rows.c.kind == kind).order_by(rows.c.created_at, rows.c.id))
            return [row for row in found if not state or row.state == state]

    def deliver(self, row: OutboxId) -> Any:
        """Let the worker do this row; gives how it stands then."""
        self.sender.deliver(row)
        return self.row(row)

    def waits(self, name: str, kind: str, payload: Mapping[str, Any] | None = None) -> OutboxId:
        """A notice that could not be pushed to this person."""
        row = self.put(kind, payload, to=name)
        post = self.house.engine.post(self.house.shop)
        claimed = post.claim(row)
        assert claimed
        post.waits(claimed, "45015")
        return row

    def fault(self, path: str, **how: Any) -> None:
        """The next calls of this path go wrong."""
        answer = requests.post(self._faults, json={"path": path, **how}, timeout=20)
        assert answer.status_code == 200, answer.text

    def good_weather(self) -> None:
        """No more faults."""
        requests.delete(self._faults, timeout=20)

    @property
    def _faults(self) -> str:
        return f"{self.house.settings.wechat_api_base}/sandbox/api/faults"

    def key(self, name: str, word: str) -> str:
        """A person presses an entry of the menu bar, published or not; gives the answer's text."""
        answer = self.post(f"people/{self.person(name).openid}/click", key=word)
        assert not answer["problem"], answer
        return "\n".join(visible(one.get("text") or "") for one in answer["messages"] if one["from"] == "bot")

    def pushed(self, name: str) -> list[dict[str, Any]]:
        """What was pushed to this person unasked since this was last looked at."""
        fresh = [one for one in self.person(name).chat() if one["id"] > self._read.get(name, 0)]
        self._read[name] = max([self._read.get(name, 0), *(one["id"] for one in fresh)])
        return [one for one in fresh if one["from"] == "bot" and one["via"] == "kf"]

    def calls(self, path: str) -> list[dict[str, Any]]:
        """What the bot asked of WeChat under this path, newest first."""
        return [one for one in self.get("log?limit=500&kind=api")["log"] if one["title"] == path]

    def in_seconds(self, instant: datetime) -> float:
        """How far off an instant is."""
        return (instant - self.clock.now()).total_seconds()


def _hurry(connection: Any, _record: object) -> None:
    """Power cuts are no matter here."""
    connection.execute("PRAGMA synchronous=OFF")
