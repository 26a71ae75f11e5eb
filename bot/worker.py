"""The rq worker of one queue: it beats often, and is known again soon after Redis was flushed."""

from __future__ import annotations

from typing import Any

from redis import Redis
from rq import SimpleWorker, worker_registration
from rq.serializers import JSONSerializer

IDLE_BEAT = 10
"""Seconds between two beats of a worker that has nothing to do."""
_MORE_THAN_A_WAIT = 15
"""rq waits for a job this much shorter than a worker's life."""


class QueueWorker(SimpleWorker):
    """Runs jobs in its own process, which saves a fork for each."""

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Tell Redis that this worker lives; who was forgotten by a flush introduces himself again."""
        if pipeline is None and not self.connection.hexists(self.key, "queues"):
            self.connection.hset(self.key, mapping=self.serialize())
            worker_registration.register(self)
        super().heartbeat(timeout, pipeline)


def worker_of(queue: str, redis: Redis) -> QueueWorker:
    """The worker, not yet working. rq's own beats are seven minutes apart: too seldom to miss one who died."""
    return QueueWorker(
        [queue], connection=redis, serializer=JSONSerializer, worker_ttl=IDLE_BEAT + _MORE_THAN_A_WAIT
    )
