"""Pictures that a worker draws and sends: what stands on them, and who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import select

from engine import outbox
from engine.ids import PromoterId
from engine.programme import promoters, settings
from engine.programme.codes import invitation_scene, promoter_scene
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import outbox as rows

What = Literal["poster", "invitation", "enrolment", "earnings_chart", "ranking_chart", "shop_chart"]
"""店铺海报, 邀请二维码, the owner's or staff's one-time QR, and the charts of 我的收益, 排行榜 and 今日概览."""

USEFUL = timedelta(seconds=55)
"""A tap, scan or follow opens WeChat's window for a minute; a picture that misses it waits to be fetched."""


@dataclass(frozen=True, slots=True)
class PosterFacts:
    """Everything that a promoter's shop poster (店铺海报) is drawn from, but for the QR code's url."""

    title: str
    text: str
    name: str
    code: str
    scene: str
    template: str


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """What stands on an invitation QR (邀请二维码)."""

    shop: str
    name: str
    code: str
    scene: str


class Pictures(Room):
    """Asking for pictures."""

    @question
    def poster(self, tx: Tx, promoter: PromoterId) -> PosterFacts:
        """The facts of a promoter's shop poster."""
        found, rules = promoters.one(tx, promoter), settings.current(tx)
        return PosterFacts(
            rules.poster_title or rules.shop_name, rules.poster_text, found.name.given, found.code,
            promoter_scene(found.code), rules.poster_template,
        )  # fmt: skip

    @question
    def invitation(self, tx: Tx, promoter: PromoterId) -> InvitationFacts:
        """The facts of a promoter's invitation."""
        found = promoters.one(tx, promoter)
        return InvitationFacts(
            settings.current(tx).shop_name, found.name.given, found.code, invitation_scene(found.code)
        )

    @command
    def want(self, tx: Tx, what: What, subject: str) -> bool:
        """Have a picture drawn and sent to the actor; false when one is on its way already."""
        under_way = tx.run(
            select(rows.c.payload).where(
                rows.c.shop_id == tx.shop,
                rows.c.person_id == tx.actor.person,
                rows.c.kind == "picture",
                rows.c.state.in_(["ready", "sending"]),
            )
        ).all()
        if any((row.payload["what"], row.payload["subject"]) == (what, subject) for row in under_way):
            return False
        outbox.put(
            tx, f"picture:{tx.ids.new('pc')}", "picture", {"what": what, "subject": subject},
            to=tx.actor.person, useful_until=tx.now + USEFUL,
        )  # fmt: skip
        return True
