"""A person's contact with the account: following, and the phone he binds."""

from __future__ import annotations

from engine.people import accounts
from engine.store.base import Tx
from engine.store.commands import Room, command


class Contacts(Room):
    """Coming, going, and being reachable."""

    @command
    def follow(self, tx: Tx) -> None:
        """The actor follows the account."""
        accounts.set_following(tx, tx.actor.person, True)

    @command
    def unfollow(self, tx: Tx) -> None:
        """The actor no longer follows; nothing can be pushed to him."""
        accounts.set_following(tx, tx.actor.person, False)
