"""The rq jobs: a job carries an outbox id, nothing else."""

from __future__ import annotations

from functools import cache

from bot.outbox import Sender
from bot.settings import load
from bot.studio import Studio
from bot.wiring import House
from engine.ids import OutboxId


def deliver(row: str) -> None:
    """Send one row of the outbox."""
    sender().deliver(OutboxId(row))


@cache
def sender() -> Sender:
    """This worker's sender, built at its first job."""
    return build_sender(House(load()))


def build_sender(house: House) -> Sender:
    """A sender from the parts of the house."""
    studio = Studio(
        house.engine,
        house.shop,
        house.wechat,
        house.shelf,
        house.gallery,
        house.clock,
        house.settings.poster_font,
    )
    return Sender(
        house.engine,
        house.shop,
        house.wechat,
        house.windows,
        studio,
        house.clock,
        house.settings.templates,
        house.settings.public_url,
    )
