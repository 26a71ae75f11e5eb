"""The doorbell: tells the workers at once that a row of the outbox is new. If nobody hears it, the tick does."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from rq import Queue

from bot.redis import GONE
from engine.store.base import Rung

JOB = "bot.jobs.deliver"
"""Named and not imported: no web process loads what draws pictures."""

DRAWN = frozenset({"picture", "code", "given", "payee", "material"})
"""Kinds of rows that take a worker who loads Pillow."""

JOB_SECONDS = 60
"""A job that takes longer is given up; its row is taken over."""

_log = logging.getLogger(__name__)


class RqBell:
    """Enqueues one job per row; a job carries the row's id, nothing else."""

    def __init__(self, queues: Mapping[str, Queue]) -> None:
        self._queues = queues

    def ring(self, rows: tuple[Rung, ...]) -> None:
        """Never raises: the rows are safe in the database."""
        for row, kind in rows:
            queue = self._queues["pictures" if kind in DRAWN else "messages"]
            try:
                queue.enqueue(JOB, row, result_ttl=0, failure_ttl=3600, job_timeout=JOB_SECONDS)
            except GONE as error:
                _log.warning("bell=silent error=%s effect=the_tick_rings", type(error).__name__)
                return
