"""Who acts: a person in the chat, the shop's order feed, the tick, or the operator at the command line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from engine.errors import EngineError
from engine.ids import PersonId


class ActorKind(Enum):
    """On whose behalf a command runs."""

    PERSON = "person"
    FEED = "feed"
    SYSTEM = "system"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it."""

    kind: ActorKind
    id: PersonId | None = None

    @property
    def person(self) -> PersonId:
        """The acting person. Raises EngineError for a verb that only a person can call."""
        if self.id is None:
            raise EngineError(f"{self.kind.value} is no person")
        return self.id

    def __str__(self) -> str:
        return self.id or self.kind.value


FEED = Actor(ActorKind.FEED)
SYSTEM = Actor(ActorKind.SYSTEM)
OPERATOR = Actor(ActorKind.OPERATOR)


def someone(person: PersonId) -> Actor:
    """A person in the chat."""
    return Actor(ActorKind.PERSON, person)
