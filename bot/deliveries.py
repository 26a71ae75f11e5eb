"""WeChat's retries: the first delivery runs, the others get the same bytes; a person's messages run one by one."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis

from bot import talks
from bot.redis import GONE, Script, Scripts
from bot.wechat.windows import Opening
from engine.cipher import Cipher, SealBrokenError
from handlers.types import Message, Talk

_log = logging.getLogger(__name__)

_CLAIM = Script("""
-- In: a stored answer, or a claim on the delivery and the person with the person's talk, or "wait".
-- Whoever runs opens the person's window (KEYS[4]) at once: a worker may look at it before the answer is out.
local seen = redis.call('GET', KEYS[1])
if seen and string.sub(seen, 1, 1) == 'A' then return {'answer', string.sub(seen, 2)} end
local claim = 'C' .. ARGV[1]
if seen and seen ~= claim then return {'wait', ''} end
local speaking = redis.call('GET', KEYS[2])
if speaking and speaking ~= ARGV[1] then return {'wait', ''} end
redis.call('SET', KEYS[1], claim, 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
if KEYS[4] then
  redis.call('HSET', KEYS[4], unpack(ARGV, 4))
  redis.call('EXPIRE', KEYS[4], ARGV[3])
end
return {'run', redis.call('GET', KEYS[3]) or ''}
""")

_STORE = Script("""
-- Out: the answer for the retries, the talk and the lock; only what another run has not taken over since.
local seen = redis.call('GET', KEYS[1])
if not seen or seen == 'C' .. ARGV[1] then
  redis.call('SET', KEYS[1], 'A' .. ARGV[2], 'PX', ARGV[3])
end
if redis.call('GET', KEYS[2]) == ARGV[1] then
  if ARGV[4] == '' then
    redis.call('DEL', KEYS[2], KEYS[3])
  else
    redis.call('SET', KEYS[3], ARGV[4], 'EX', ARGV[5])
    redis.call('DEL', KEYS[2])
  end
end
return 1
""")

_RELEASE = Script("""
-- Undone: the next delivery of the same push may run.
if redis.call('GET', KEYS[1]) == 'C' .. ARGV[1] then redis.call('DEL', KEYS[1]) end
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1
""")

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.1
_SILENCE_SECONDS = 10.0
"""An outage of Redis is told once in this time, not once per message."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to run a message: what its person's talk was, and the claim to give back."""

    talk: Talk
    degraded: bool = False
    """Redis did not answer: there is no claim, no lock and no talk."""
    claim: str = ""
    keys: tuple[str, str, str] = ("", "", "")


class Deliveries:
    """Which pushes are running, and what was answered to them."""

    def __init__(
        self,
        redis: Redis,
        *,
        prefix: str,
        opens: Callable[[Message], Opening | None] = lambda _message: None,
        cipher: Cipher | None = None,
        lease: float = 4.5,
        keep: float = 900,
        patience: float = 4.3,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._prefix = prefix
        self._opens = opens
        self._cipher = cipher
        self._lease_ms = int(lease * 1000)
        self._keep_ms = int(keep * 1000)
        self._patience = patience
        self._sleep = sleep
        self._monotonic = monotonic
        self._scripts = Scripts(redis)
        self._told_at = -_SILENCE_SECONDS

    def begin(self, message: Message) -> Turn | bytes:
        """The turn to run, or the stored answer; no bytes where another run took too long."""
        deadline = self._monotonic() + self._patience
        claim = secrets.token_hex(8)
        keys = self._keys(message)
        window = self._opens(message)
        asked = (*keys, window.key) if window else keys
        args = (claim, self._lease_ms, *((window.seconds, *window.fields) if window else ()))
        pause = _FIRST_PAUSE
        while True:
            try:
                word, value = self._scripts.run(_CLAIM, asked, args)
            except GONE as error:
                self._tell(error)
                return Turn(talk=Talk(), degraded=True)
            if word == b"run":
                return Turn(talk=talks.load(self._opened(value)), claim=claim, keys=keys)
            if word == b"answer":
                return bytes(value)
            left = deadline - self._monotonic()
            if left <= 0:
                return b""
            self._sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def finish(self, turn: Turn, answer: bytes, talk: Talk | None) -> None:
        """Keep the answer for the retries and the talk for the next message (None closes it), and unlock."""
        if turn.degraded:
            return
        args = (turn.claim, answer, self._keep_ms, self._sealed(talks.dump(talk)), talks.TALK_SECONDS)
        try:
            self._scripts.run(_STORE, turn.keys, args)
        except GONE as error:
            self._tell(error)

    def release(self, turn: Turn) -> None:
        """Forget the claim, so that WeChat's retry runs the message; the talk stays as it was."""
        if turn.degraded:
            return
        try:
            self._scripts.run(_RELEASE, turn.keys, (turn.claim,))
        except GONE as error:
            self._tell(error)

    def _keys(self, message: Message) -> tuple[str, str, str]:
        # By a digest: an openid stands in no key of Redis.
        person = hashlib.sha256(f"{message.account}:{message.openid}".encode()).hexdigest()[:32]
        prefix = self._prefix
        return f"{prefix}delivery:{message.delivery}", f"{prefix}speaking:{person}", f"{prefix}talk:{person}"

    def _sealed(self, talk: bytes) -> bytes:
        """A half-filled form holds a phone or an account: it lies sealed in Redis."""
        return self._cipher.seal(talk.decode()) if talk and self._cipher else talk

    def _opened(self, kept: bytes) -> bytes:
        if not kept or self._cipher is None:
            return kept
        try:
            return str(self._cipher.open(kept)).encode()
        except SealBrokenError:
            return b""

    def _tell(self, error: Exception) -> None:
        now = self._monotonic()
        if now - self._told_at >= _SILENCE_SECONDS:
            self._told_at = now
            _log.warning("redis=gone error=%s effect=no_retries_no_talks", type(error).__name__)
