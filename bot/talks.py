"""Talk (会话) ↔ small JSON: what a person's open question needs until it is answered or forgotten."""

from __future__ import annotations

import json
import logging

from handlers.types import Talk

TALK_SECONDS = 30 * 60
"""How long an open question is kept after the last word."""

TALK_LIMIT = 4096
"""Bytes of one talk; a talk that outgrows it is closed, which loses no money and no data."""

_log = logging.getLogger(__name__)


def dump(talk: Talk | None) -> bytes:
    """The talk as bytes; none at all where there is nothing to remember."""
    if talk is None or talk == Talk():
        return b""
    kept = {"state": talk.state, "memory": dict(talk.memory), "parked": talk.parked}
    raw = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    if len(raw) > TALK_LIMIT:
        _log.error("talk=too_big state=%s bytes=%d", talk.state, len(raw))
        return b""
    return raw


def load(raw: bytes | None) -> Talk:
    """The talk that these bytes tell of; whatever we did not write is an empty talk."""
    if not raw or len(raw) > TALK_LIMIT:
        return Talk()
    try:
        kept = json.loads(raw)
    except (ValueError, RecursionError):
        return Talk()
    if not isinstance(kept, dict):
        return Talk()
    state, memory, parked = kept.get("state"), kept.get("memory"), kept.get("parked")
    if not isinstance(state, str) or not isinstance(memory, dict) or not isinstance(parked, bool):
        return Talk()
    if not all(isinstance(value, str) for value in memory.values()):
        return Talk()
    return Talk(state=state, memory=memory, parked=parked)
