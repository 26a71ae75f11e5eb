"""Scenes (场景值) and the QR codes that WeChat made for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.base import Tx
from engine.store.commands import Room, question
from engine.store.tables import qr_codes

MOST_PERMANENT = 100_000
"""Permanent codes that an account can ever have; none can be given back."""
LONGEST_LIFE = timedelta(days=30)
"""Of a temporary code."""
RENEWED_BEFORE = timedelta(days=5)
"""A temporary code is made anew so long before its end: a picture of it may be three days old when it is sent."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A parametric QR code; `expires_at` is None for a permanent one."""

    scene: str
    ticket: str
    url: str
    expires_at: datetime | None


class Codes(Room):
    """The QR codes that were made so far."""

    @question
    def find(self, tx: Tx, scene: str, left: timedelta = timedelta(0)) -> QrCode | None:
        """The code of this scene while it is valid, and will be for so long."""
        row = tx.run(
            select(qr_codes).where(qr_codes.c.shop_id == tx.shop, qr_codes.c.scene == scene)
        ).one_or_none()
        if row is None or (row.expires_at is not None and row.expires_at <= tx.now + left):
            return None
        return QrCode(row.scene, row.ticket, row.url, row.expires_at)

    @question
    def permanent(self, tx: Tx) -> int:
        """How many permanent codes were made."""
        return permanent(tx)


def permanent(tx: Tx) -> int:
    """How many permanent codes were made."""
    found: int = tx.run(
        select(func.count()).where(qr_codes.c.shop_id == tx.shop, qr_codes.c.expires_at.is_(None))
    ).scalar_one()
    return found


def remember(tx: Tx, made: QrCode) -> None:
    """Keep a code that WeChat made; a newer one of the same scene takes its place."""
    maker = sqlite.insert(qr_codes) if tx.on_sqlite else postgresql.insert(qr_codes)
    values = {"ticket": made.ticket, "url": made.url, "expires_at": made.expires_at, "made_at": tx.now}
    tx.run(
        maker.values(shop_id=tx.shop, scene=made.scene, **values).on_conflict_do_update(
            index_elements=["shop_id", "scene"], set_=values
        )
    )


def promoter_scene(code: str, point: str = "") -> str:
    """What a promoter's poster carries, and one that he had printed for a place."""
    return f"p:{code}:{point}" if point else f"p:{code}"


def invitation_scene(code: str) -> str:
    """What a promoter's invitation carries."""
    return f"i:{code}"
