"""A person's contact with the account: he follows it, or no longer does."""

from __future__ import annotations

from sqlalchemy import select

from engine import outbox
from engine.ids import PersonId
from engine.people import accounts, forgetting
from engine.people.authority import roles_of
from engine.people.names import Name, name_of
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import promoters


class Contacts(Room):
    """Coming, going, and being reachable."""

    @question
    def name(self, tx: Tx, person: PersonId) -> Name:
        """How to call this person."""
        return name_of(tx, person)

    @command
    def follow(self, tx: Tx) -> None:
        """The actor follows the account; unfollowing took his tag, and with it his menu."""
        accounts.set_following(tx, tx.actor.person, following=True)
        if _carries_tag(tx):
            outbox.put(tx, f"tag:{tx.ids.new('fl')}", "tag", {"person": tx.actor.person}, to=tx.actor.person)

    @command
    def heard(self, tx: Tx) -> None:
        """The actor writes, so he follows; that he came was never told, and a worker asks WeChat how he did."""
        accounts.set_following(tx, tx.actor.person, following=True)
        outbox.put(tx, f"came:{tx.ids.new('cm')}", "came", {}, to=tx.actor.person)

    @command
    def unfollow(self, tx: Tx) -> None:
        """The actor no longer follows: nothing can be pushed to him, and what is known of him is deleted."""
        accounts.set_following(tx, tx.actor.person, following=False)
        forgetting.forget(tx, tx.actor.person)


def _carries_tag(tx: Tx) -> bool:
    """Is he staff or a promoter? (The table alone is asked: the programme's room stands above this one.)"""
    row = tx.run(
        select(promoters.c.id).where(promoters.c.shop_id == tx.shop, promoters.c.person_id == tx.actor.person)
    ).one_or_none()
    return row is not None or bool(roles_of(tx, tx.actor.person))
