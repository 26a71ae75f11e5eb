"""Everything that one running sandbox holds, and the few moves that all its rooms share."""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox import windows
from bot.sandbox.browser import Browser, Fetch
from bot.sandbox.chats import shown
from bot.sandbox.clock import Clock
from bot.sandbox.config import Config
from bot.sandbox.crypto import Cipher, Seal
from bot.sandbox.events import Hub
from bot.sandbox.faults import Faults
from bot.sandbox.journal import Journal
from bot.sandbox.oauth import OAuth
from bot.sandbox.saving import Saver, load, to_json
from bot.sandbox.shelves import MediaShelf
from bot.sandbox.state import ChatLine, Message, Person, World
from bot.sandbox.tokens import Tokens
from bot.sandbox.xmls import Value

# (path with query, body, headers) → (status, body); raises OSError when nobody answers.
Transport = Callable[[str, bytes, Mapping[str, str]], tuple[int, bytes]]


class Stage:
    """The world, its clock, its lock, and who is told when it changes."""

    def __init__(
        self, config: Config, clock: Clock, transport: Transport, fetch: Fetch | None = None
    ) -> None:
        self.config = config
        self.clock = clock
        self.transport = transport
        self.lock = threading.RLock()
        self.arrived = threading.Condition(self.lock)
        self.world: World = load(config.data_dir)
        self.hub = Hub()
        self.journal = Journal(clock.now, lambda row: self.hub.tell("log", row=row))
        self.faults = Faults()
        self.tokens = Tokens(clock.now)
        self.oauth = OAuth(config, clock.now)
        self.browser = Browser(config, self.oauth, fetch)
        self.shelf = MediaShelf(config.data_dir)
        self.saver = Saver(config.data_dir, self._snapshot)
        self.original_id = "gh_" + hashlib.sha256(config.app_id.encode()).hexdigest()[:12]
        self.report: Callable[[Person, str, Mapping[str, Value]], None] = lambda *_: None
        """Pushes an event in a person's name, in its turn, without waiting; the phones know how."""
        self.rest: Callable[[float], bool] = lambda seconds: True
        """Waits until no push is on its way."""
        self.seal = Seal(config.token, Cipher(config.aes_key, config.app_id), self.original_id)

    def now(self) -> float:
        """Virtual epoch seconds."""
        return self.clock.now()

    def changed(self, kind: str, **data: Any) -> None:
        """Tell the pages and save soon."""
        self.hub.tell(kind, **data)
        self.saver.soon()

    def say(self, line: ChatLine) -> Message:
        """Put a line into a chat; whoever waits for it is woken."""
        with self.lock:
            message = Message(id=self.world.next(), at=self.now(), **line.fields())
            self.world.messages.setdefault(line.openid, []).append(message)
            self.arrived.notify_all()
            self.changed("message", openid=line.openid, message=shown(message, self.config.api_base))
        return message

    def chat(self, openid: str, after: int, wait: float = 0) -> list[Message]:
        """Lines with a number above `after`; waits for the first one if asked."""
        deadline = time.monotonic() + wait
        with self.lock:
            while True:
                lines = [m for m in self.world.messages.get(openid, []) if m.id > after]
                rest = deadline - time.monotonic()
                if lines or rest <= 0:
                    return lines
                self.arrived.wait(rest)

    def person_json(self, person: Person) -> dict[str, Any]:
        """A person as the control API shows them."""
        tags = {tag.id: tag.name for tag in self.world.tags.values()}
        return {
            "openid": person.openid,
            "name": person.name,
            "unionid": person.unionid,
            "following": person.following,
            "remark": person.remark,
            "tags": [tags[tag] for tag in person.tags if tag in tags],
            "quota": windows.left(person, self.now()),
            "refuses": person.refuses,
            "staff": person.staff,
        }

    def person_changed(self, person: Person) -> None:
        """Tell the pages about a person's new state; in one go, lest an older state be told after it."""
        with self.lock:
            self.changed("person", person=self.person_json(person))

    def reset(self) -> None:
        """A new world: nobody, nothing sent, good weather, tokens void."""
        with self.lock:
            self.world = World()
            self.faults.clear()
            self.journal.clear()
            self.tokens.clear()
            self.oauth.clear()
            self.browser.clear()
            self.shelf.clear()
        self.changed("reset")

    def _snapshot(self) -> str:
        with self.lock:
            return to_json(self.world)
