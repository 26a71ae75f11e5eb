"""WeChat's safe mode written from its published description: signatures, AES, envelopes."""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from bot.sandbox.xmls import read_flat, write

PAD_TO = 32


class CryptoError(ValueError):
    """A ciphertext, envelope or signature that WeChat would not take."""


def sign(*parts: str) -> str:
    """SHA-1 over the sorted parts, as WeChat signs everything."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


class Cipher:
    """AES-256-CBC with WeChat's frame: 16 random bytes, length, text, app id."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        self._key = base64.b64decode(aes_key + "=")
        self._app_id = app_id.encode()
        if len(self._key) != 32:
            raise CryptoError("an EncodingAESKey has 43 characters")

    def encrypt(self, plain: bytes, random16: bytes | None = None) -> str:
        """Frame, pad to 32 bytes and encrypt; random16 is given only by tests."""
        lead = random16 if random16 is not None else secrets.token_bytes(16)
        frame = lead + struct.pack(">I", len(plain)) + plain + self._app_id
        padding = PAD_TO - len(frame) % PAD_TO
        encryptor = self._aes().encryptor()
        data = encryptor.update(frame + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(data).decode()

    def decrypt(self, text: str) -> bytes:
        """The plain bytes, after padding, length and app id were checked."""
        try:
            data = base64.b64decode(text, validate=True)
            decryptor = self._aes().decryptor()
            frame = decryptor.update(data) + decryptor.finalize()
        except (binascii.Error, ValueError) as error:
            raise CryptoError("not a ciphertext") from error
        if not frame or not 1 <= frame[-1] <= PAD_TO:
            raise CryptoError("wrong padding")
        frame = frame[: -frame[-1]]
        if len(frame) < 20:
            raise CryptoError("too short")
        (length,) = struct.unpack(">I", frame[16:20])
        if frame[20 + length :] != self._app_id:
            raise CryptoError("sealed for another app id")
        return frame[20 : 20 + length]

    def _aes(self) -> BlockCipher[modes.CBC]:
        return BlockCipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


@dataclass(frozen=True)
class Seal:
    """The account's token and cipher together: makes pushes, opens replies."""

    token: str
    cipher: Cipher
    original_id: str

    def push(self, xml: str, openid: str, timestamp: int, nonce: str) -> tuple[dict[str, str], bytes]:
        """Query and body of one push in safe mode."""
        encrypted = self.cipher.encrypt(xml.encode())
        stamp = str(timestamp)
        query = {
            "signature": sign(self.token, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "openid": openid,
            "encrypt_type": "aes",
            "msg_signature": sign(self.token, stamp, nonce, encrypted),
        }
        return query, write({"ToUserName": self.original_id, "Encrypt": encrypted}).encode()

    def open(self, body: bytes) -> str:
        """The plain XML of an encrypted passive reply; raises CryptoError."""
        fields = read_flat(body)
        wanted = [fields.get(name, "") for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")]
        if not all(wanted):
            raise CryptoError("the answer is not encrypted as safe mode wants it")
        encrypted, signature, stamp, nonce = wanted
        if not hmac.compare_digest(signature, sign(self.token, stamp, nonce, encrypted)):
            raise CryptoError("the answer's signature is wrong")
        try:
            return self.cipher.decrypt(encrypted).decode()
        except UnicodeDecodeError as error:
            raise CryptoError("the answer is not UTF-8") from error
