"""What must not lie open in the database: sealed values, digests of identities, the book's key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import EngineError

_NONCE = 12


class SealBrokenError(EngineError):
    """A sealed value cannot be opened with any key of DATA_KEY."""


class Cipher:
    """AES-GCM seals and HMAC digests from `DATA_KEY`, a list of base64 keys of 32 bytes.

    The first key makes the digests and the book key for ever; the last one seals; every one opens.
    """

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        if not keys or any(len(key) != 32 for key in keys):
            raise ValueError("DATA_KEY needs one or more keys of 32 bytes")
        self._digest_key = self._derive(keys[0], b"identity")
        self.book_key = self._derive(keys[0], b"book")
        self.book_key_id = hashlib.sha256(self.book_key).hexdigest()[:16]
        self._boxes = {self._key_id(key): AESGCM(self._derive(key, b"seal")) for key in keys}
        self._sealing = self._key_id(keys[-1])

    @classmethod
    def read(cls, text: str) -> Cipher:
        """From the setting: keys in base64, parted by commas. Raises ValueError with the reason."""
        try:
            keys = tuple(
                base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip()
            )
        except binascii.Error as error:
            raise ValueError("DATA_KEY is not base64") from error
        return cls(keys)

    def digest(self, kind: str, value: str) -> str:
        """The pseudonym of an identity: the same for the same value, meaningless without the key."""
        return hmac.new(self._digest_key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()

    def seal(self, value: Any) -> bytes:
        """Encrypt a JSON value."""
        nonce = secrets.token_bytes(_NONCE)
        text = json.dumps(value, ensure_ascii=False).encode()
        return self._sealing + nonce + self._boxes[self._sealing].encrypt(nonce, text, None)

    def open(self, sealed: bytes) -> Any:
        """The JSON value that was sealed. Raises SealBrokenError."""
        box = self._boxes.get(sealed[:4])
        if box is None:
            raise SealBrokenError("sealed with a key that DATA_KEY no longer lists")
        try:
            return json.loads(box.decrypt(sealed[4 : 4 + _NONCE], sealed[4 + _NONCE :], None))
        except (InvalidTag, ValueError) as error:  # the latter where not even a nonce is left
            raise SealBrokenError("a sealed value was changed") from error

    @staticmethod
    def _derive(key: bytes, purpose: bytes) -> bytes:
        return hmac.new(key, purpose, hashlib.sha256).digest()

    @staticmethod
    def _key_id(key: bytes) -> bytes:
        return hashlib.sha256(b"id" + key).digest()[:4]
