"""Forgetting (隐私与注销): what goes when somebody leaves or asks for it, and what stays under a pseudonym.

It goes: name and phone, the form of an application, remarks about him and by him, the accounts of withdrawals
that are over and his 收款码, the picture on his posters (海报头像), what was answered to him, and the openid itself.
Of openid and unionid the digests stay, HMAC(DATA_KEY, …): by them a returning person is known again and finds
his balance and his lock. An open withdrawal keeps its account, or its copy of the 收款码, sealed, until it ends:
it could not be paid otherwise. Nothing else needs an openid while he is away, so it is not kept for that
either; notices wait until he comes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select, update

from engine import outbox
from engine.ids import PersonId
from engine.people import accounts, awaited
from engine.people.authority import Right, roles_of, staff_with
from engine.people.names import Name, name_of
from engine.store.base import Tx
from engine.store.commands import RESULT_GONE, RESULTS_KEPT, Room, command, question
from engine.store.tables import (
    applications,
    commands,
    confirmations,
    payee_pictures,
    poster_wishes,
    promoters,
    remarks,
    withdrawals,
)

OVER = ("paid", "rejected", "cancelled", "failed")
"""States in which a withdrawal needs its account no longer."""
WITHDRAWN = "申请人已离开"
"""Why an application is closed whose applicant is gone."""


class Forgetting(Room):
    """What a person can have deleted."""

    @question
    def held(self, tx: Tx) -> Name:
        """What is kept of the actor to call him by."""
        return name_of(tx, tx.actor.person)

    @command
    def forget(self, tx: Tx) -> None:
        """隐私与注销: delete what is known of the actor. The owner hears of a promoter, whom he may want to replace."""
        forget(tx, tx.actor.person)
        promoter = tx.run(select(promoters.c.id).where(*_promoter(tx, tx.actor.person))).scalar_one_or_none()
        if promoter:
            for owner in staff_with(tx, Right.OWNER):
                outbox.put(tx, f"gone:{tx.ids.new('fg')}", "gone", {"promoter": promoter}, to=owner)

    @command
    def drop_name(self, tx: Tx) -> None:
        """The actor took back what he is called by."""
        accounts.drop_name(tx, tx.actor.person)


def forget(tx: Tx, person: PersonId) -> None:
    """Delete what is known of a person; done twice it changes nothing."""
    # A phone that another has bound as well is his alone now.
    awaited.look_again(tx, "phone", *accounts.forget(tx, person))
    tx.run(
        delete(remarks).where(
            remarks.c.shop_id == tx.shop, or_(remarks.c.person_id == person, remarks.c.observer == person)
        )
    )
    _close_application(tx, person)
    _drop_accounts_and_pictures(tx, person)
    tx.run(
        delete(confirmations).where(confirmations.c.shop_id == tx.shop, confirmations.c.person_id == person)
    )
    tx.run(
        update(commands)
        .where(
            commands.c.shop_id == tx.shop,
            commands.c.at > tx.now - 2 * RESULTS_KEPT,
            commands.c.actor == person,
        )
        .values(result=RESULT_GONE)
    )


def meet_again(tx: Tx, openid: str) -> PersonId:
    """The person with this openid, made if nobody has it; who comes back can be written to again, by his menu too."""
    person = accounts.know(tx, "openid", openid)
    if accounts.seal_again(tx, person, "openid", openid) and (roles_of(tx, person) or _promotes(tx, person)):
        outbox.put(tx, f"tag:{tx.ids.new('fl')}", "tag", {"person": person}, to=person)
    return person


def _close_application(tx: Tx, person: PersonId) -> None:
    """The forms go; an application that waits is over."""
    mine = (applications.c.shop_id == tx.shop) & (applications.c.person_id == person)
    tx.run(update(applications).where(mine).values(form=None))
    tx.run(
        update(applications)
        .where(mine, applications.c.state == "pending")
        .values(state="rejected", reason=WITHDRAWN, decided_at=tx.now, decided_by=str(tx.actor))
    )


def _drop_accounts_and_pictures(tx: Tx, person: PersonId) -> None:
    """Where his money went, and what he sent to be shown. What an open withdrawal needs stays until it ends."""
    his = select(promoters.c.id).where(*_promoter(tx, person))
    tx.run(
        update(withdrawals)
        .where(
            withdrawals.c.shop_id == tx.shop,
            withdrawals.c.promoter_id.in_(his),
            withdrawals.c.state.in_(OVER),
        )
        .values(payee=None)
    )
    tx.run(
        delete(payee_pictures).where(
            payee_pictures.c.shop_id == tx.shop,
            payee_pictures.c.person_id == person,
            payee_pictures.c.withdrawal_id.is_(None),
        )
    )
    tx.run(
        update(poster_wishes)
        .where(poster_wishes.c.shop_id == tx.shop, poster_wishes.c.promoter_id.in_(his))
        .values(digest=None, sealed=None, asked=False)
    )


def _promotes(tx: Tx, person: PersonId) -> bool:
    """(The table alone is asked: the programme's room stands above this one.)"""
    return tx.run(select(promoters.c.id).where(*_promoter(tx, person))).one_or_none() is not None


def _promoter(tx: Tx, person: PersonId) -> tuple[Any, ...]:
    return (promoters.c.shop_id == tx.shop, promoters.c.person_id == person)
