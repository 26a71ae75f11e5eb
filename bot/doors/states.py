"""The `state` that goes with a browser to WeChat and back: signed, short-lived, for one path, and used once."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from engine.cipher import Cipher

LIFE = 300
"""Seconds: WeChat's code lives as long."""
_NONCE, _UNTIL, _SEAL = 16, 8, 40
_SHAPE = re.compile(r"[0-9a-f]{64}")


class Forged(Exception):
    """A state that we did not make for this path."""


class Expired(Exception):
    """A state of ours whose time is over."""


@dataclass(frozen=True, slots=True)
class States:
    """Makes and reads them. WeChat takes letters and digits only, 128 at most."""

    cipher: Cipher

    def make(self, path: str, now: datetime) -> str:
        """A fresh one for whoever opens this path."""
        head = f"{secrets.token_hex(_NONCE // 2)}{int(now.timestamp()) + LIFE:08x}"
        return head + self._seal(path, head)

    def read(self, state: str, path: str, now: datetime) -> str:
        """What names this state and no other. Raises Forged, Expired."""
        if not _SHAPE.fullmatch(state):
            raise Forged()
        head, seal = state[: _NONCE + _UNTIL], state[_NONCE + _UNTIL :]
        if not hmac.compare_digest(seal, self._seal(path, head)):
            raise Forged()
        if int(head[_NONCE:], 16) < now.timestamp():
            raise Expired()
        return head[:_NONCE]

    def _seal(self, path: str, head: str) -> str:
        return self.cipher.digest("oauth state", f"{path} {head}")[:_SEAL]
