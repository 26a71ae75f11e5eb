"""The only two translations: pushed bytes → Message (or rejected), reply → bytes."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import os
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import assert_never
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from handlers.types import Kind, Message

TEXT_LIMIT = 2048
"""Bytes of UTF-8 in one text, passive or not; over it people read 该公众号暂时无法提供服务 (measured, undocumented)."""

FRESH_SECONDS = 300
"""How far a push's timestamp may be from real time; the stored answers live longer than twice that."""


class Rejected(Exception):
    """Bytes that did not come from our WeChat account."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


class Unreadable(Exception):
    """Bytes that WeChat did sign, and that we cannot read or must not act upon."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TextOut:
    """Words, as they shall stand in the chat."""

    content: str


@dataclass(frozen=True, slots=True)
class ImageOut:
    """A picture that WeChat already holds."""

    media_id: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty answer."""


@dataclass(frozen=True, slots=True)
class ToStaffOut:
    """The person's message goes on to 人工客服."""


Outgoing = TextOut | ImageOut | ToStaffOut | Nothing


@dataclass(frozen=True, slots=True)
class Pushed(Message):
    """A Message as the codec makes it, with what only the bot's side needs to know."""

    sort: str = field(default="", compare=False)
    """WeChat's own name of this kind of push, for the log: `text`, `event.location`."""
    tapped: bool = field(default=False, compare=False)
    """A TEXT that came from a tapped line: to WeChat that is a menu click (3 in a minute, not 5 in 48 h)."""
    box: Box | None = field(default=None, repr=False, compare=False)
    """The key that opened the push; the reply must use the same one."""


class Codec:
    """WeChat's safe mode: signature, AES and XML, for one account."""

    def __init__(self, *, token: str, aes_key: str, app_id: str, previous_aes_key: str = "") -> None:
        if not token or not app_id:
            raise ValueError("without a token or an AppID anybody's signature would do")
        self._token = token.encode()
        self._boxes = tuple(Box(key, app_id) for key in (aes_key, previous_aes_key) if key)
        if not aes_key:
            raise ValueError("safe mode needs an EncodingAESKey")

    def decode(self, body: bytes, query: Mapping[str, str], now: datetime) -> Pushed:
        """What was pushed; raises Rejected or Unreadable and nothing else. `now` is real time, never the demo clock."""
        sealed = _sealed_part(body)
        timestamp = query.get("timestamp", "")
        nonce = query.get("nonce", "")
        # msg_signature covers the ciphertext; `signature` covers the URL only and would let a body be forged.
        self._demand(query.get("msg_signature", ""), timestamp.encode(errors="replace"), _raw(nonce), sealed)
        if not _fresh(timestamp, now):
            raise Unreadable("stale")
        box, xml = self._open(sealed)
        return _message(flat(xml), box, now)

    def encode(self, reply: Outgoing, message: Message, now: datetime, nonce: str) -> bytes:
        """The encrypted passive reply; no reply is no bytes (empty or `success` needs no encryption)."""
        inner = _inner(reply)
        if not inner:
            return b""
        timestamp = str(int(now.timestamp()))
        xml = (
            f"<xml><ToUserName><![CDATA[{_cdata(message.openid)}]]></ToUserName>"
            f"<FromUserName><![CDATA[{_cdata(message.account)}]]></FromUserName>"
            f"<CreateTime>{timestamp}</CreateTime>{inner}</xml>"
        )
        box = message.box if isinstance(message, Pushed) and message.box else self._boxes[0]
        sealed = box.seal(xml.encode(), os.urandom(16))
        signature = self._sign(timestamp.encode(), nonce.encode(), sealed)
        return (
            f"<xml><Encrypt><![CDATA[{sealed.decode('ascii')}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{_cdata(nonce)}]]></Nonce></xml>"
        ).encode()

    def echo(self, query: Mapping[str, str]) -> str:
        """What to answer when WeChat verifies the address: its echostr, in the clear in every mode."""
        self._demand(
            query.get("signature", ""), _raw(query.get("timestamp", "")), _raw(query.get("nonce", ""))
        )
        return query.get("echostr", "")

    def _sign(self, *parts: bytes) -> str:
        joined = b"".join(sorted((self._token, *parts)))
        # WeChat's scheme is SHA-1; the token inside makes it a keyed hash.
        return hashlib.sha1(joined, usedforsecurity=False).hexdigest()

    def _demand(self, signature: str, *parts: bytes) -> None:
        if not signature:
            raise Rejected(403, "unsigned")
        if not hmac.compare_digest(self._sign(*parts).encode(), _raw(signature)):
            raise Rejected(403, "forged")

    def _open(self, sealed: bytes) -> tuple[Box, bytes]:
        try:
            ciphertext = binascii.a2b_base64(sealed)
        except binascii.Error:
            raise Unreadable("base64") from None
        reason = ""
        for box in self._boxes:
            try:
                return box, box.open(ciphertext)
            except Unreadable as unreadable:
                reason = reason or unreadable.reason
        raise Unreadable(reason)


class Box:
    """AES-256-CBC as WeChat uses it: 16 random bytes, length, XML, AppID, padded to 32."""

    __slots__ = ("_app_id", "_cipher")

    def __init__(self, aes_key: str, app_id: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9+/]{43}", aes_key):
            raise ValueError("an EncodingAESKey has 43 letters and digits")
        key = binascii.a2b_base64(aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._app_id = app_id.encode()

    def open(self, ciphertext: bytes) -> bytes:
        """The XML inside; Unreadable where the key does not fit, Rejected where it was meant for another account."""
        if len(ciphertext) < 32 or len(ciphertext) % 16:
            raise Unreadable("length")
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(ciphertext) + decryptor.finalize()
        padding = plain[-1]
        if not 1 <= padding <= 32 or not plain.endswith(plain[-1:] * padding):
            raise Unreadable("padding")
        (length,) = struct.unpack_from(">I", plain, 16)
        end = 20 + length
        tail = plain[end:-padding]
        if end + len(tail) + padding != len(plain):
            raise Unreadable("padding")
        if not hmac.compare_digest(tail, self._app_id):
            raise Rejected(403, "appid")
        return plain[20:end]

    def seal(self, xml: bytes, salt: bytes) -> bytes:
        """The base64 of the encrypted XML; `salt` is 16 random bytes."""
        plain = salt + struct.pack(">I", len(xml)) + xml + self._app_id
        padding = 32 - len(plain) % 32
        encryptor = self._cipher.encryptor()
        ciphertext = encryptor.update(plain + bytes((padding,)) * padding) + encryptor.finalize()
        return binascii.b2a_base64(ciphertext, newline=False)


def flat(xml: bytes) -> dict[str, str]:
    """The fields right below `<xml>`; deeper elements only leave their presence. A DTD is refused."""
    fields: dict[str, str] = {}
    pieces: list[str] = []
    depth = 0

    def started(name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth == 2:
            pieces.clear()
        elif depth == 1 and name != "xml":
            raise Unreadable("root")

    def said(text: str) -> None:
        if depth == 2:
            pieces.append(text)

    def ended(name: str) -> None:
        nonlocal depth
        if depth == 2:
            # Where a field stands twice the first one counts.
            fields.setdefault(name, "".join(pieces).strip())
        depth -= 1

    # The encoding is fixed: a declared one could make Python look up a codec.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(xml, True)  # noqa: FBT003  expat's own: nothing follows
    except expat.ExpatError:
        raise Unreadable("xml") from None
    return fields


def fit(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text without what XML forbids, cut with … at a line's end and never inside a link, to `limit` bytes."""
    text = _FORBIDDEN.sub("", text.replace("\r\n", "\n"))
    whole = text.encode()
    if len(whole) <= limit:
        return text
    head = whole[: limit - len("\n…".encode())].decode(errors="ignore")
    head = _outside_link(head)
    line_end = head.rfind("\n")
    if line_end > len(head) // 2:
        head = _outside_link(head[:line_end])
    return head.rstrip() + "\n…"


_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What an XML 1.0 document may not hold, lone surrogates included."""

_HALF_TAG = re.compile(r"<[A-Za-z/][^<>]*\Z")

_IDENTITY = (
    "ToUserName",
    "FromUserName",
    "CreateTime",
    "MsgType",
    "MsgId",
    "MsgID",
    "Event",
    "EventKey",
    "Ticket",
)
"""What makes a push itself: MsgId alone, and FromUserName + CreateTime alone, both have collided in the field."""

_MESSAGES = {
    "text": Kind.TEXT,
    "image": Kind.IMAGE,
    **dict.fromkeys(("voice", "video", "shortvideo", "location", "link"), Kind.UNREAD),
}
_EVENTS = {
    "subscribe": Kind.FOLLOW,
    "unsubscribe": Kind.UNFOLLOW,
    "scan": Kind.SCAN,
    "click": Kind.CLICK,
    # user_info_modified is left to the log: nothing is kept that WeChat's profile of a person says
    "user_authorization_revoke": Kind.REVOKED,
    "user_authorization_cancellation": Kind.REVOKED,
    "templatesendjobfinish": Kind.BOUNCED,
}


def _message(fields: Mapping[str, str], box: Box, now: datetime) -> Pushed:
    get = fields.get
    message_type = get("MsgType", "").lower()
    # WeChat spells event names in mixed case, and not always in the same one.
    event = get("Event", "").lower() if message_type == "event" else ""
    kinds, name = (_EVENTS, event) if message_type == "event" else (_MESSAGES, message_type)
    openid = get("FromUserName", "")
    kind = kinds.get(name, Kind.OTHER) if openid and "Encrypt" not in fields else Kind.OTHER
    key = get("EventKey", "")
    text = key if kind is Kind.CLICK else get("Content", "") if kind is Kind.TEXT else ""
    if kind is Kind.REVOKED:
        # FromUserName is the platform. Both spellings of the field have been seen.
        openid = get("OpenID") or get("openid") or ""
        kind = kind if openid else Kind.OTHER
        text = _revoked(event, get("RevokeInfo", ""))
    if kind is Kind.BOUNCED:
        text = _bounced(get("MsgID", ""), get("Status", ""))
        kind = kind if text else Kind.OTHER
    return Pushed(
        kind=kind,
        openid=openid,
        account=get("ToUserName", ""),
        sent_at=_instant(get("CreateTime", "")) or now,
        # what the platform pushes comes from one FromUserName, whomever it is about
        delivery=_digest((*(get(name, "") for name in _IDENTITY), openid)),
        text=text,
        scene=_scene(kind, key),
        picture=get("MediaId", "") if kind is Kind.IMAGE else "",
        sort=f"{message_type}.{event}" if event else message_type,
        tapped=bool(get("bizmsgmenuid")),
        box=box,
    )


def _scene(kind: Kind, key: str) -> str:
    """The scene of the code that was scanned."""
    if kind is Kind.FOLLOW:
        # Cut once: the scene itself may begin so. `last_trade_no_…` is a follow after a payment, no scene.
        return key.removeprefix("qrscene_") if key.startswith("qrscene_") else ""
    return key if kind is Kind.SCAN else ""


def _revoked(event: str, info: str) -> str:
    """The numbers of what a person took back, or `cancellation` for everything."""
    return "cancellation" if event.endswith("cancellation") else ",".join(re.findall(r"\d{1,9}", info)[:50])


def _bounced(number: str, status: str) -> str:
    """`200163836 user block` for `failed:user block`; empty for one that arrived."""
    failed, _, why = status.partition(":")
    known = re.fullmatch(r"[0-9]{1,20}", number) and failed.strip().lower() == "failed"
    return f"{number} {' '.join(why.split())[:60] or 'no reason'}" if known else ""


def _sealed_part(body: bytes) -> bytes:
    """What stands in `<Encrypt>`, found without parsing: nothing here is to be trusted yet.

    The last one, because in compatible mode the clear fields, with what a person typed, stand before it.
    """
    end = body.rfind(b"</Encrypt>")
    start = body.rfind(b"<Encrypt>", 0, max(end, 0))
    if start < 0:
        raise Rejected(403, "unencrypted")
    sealed = body[start + len(b"<Encrypt>") : end].strip()
    if sealed.startswith(b"<![CDATA[") and sealed.endswith(b"]]>"):
        sealed = sealed[len(b"<![CDATA[") : -len(b"]]>")].strip()
    if not sealed:
        raise Rejected(403, "unencrypted")
    return sealed


def _fresh(timestamp: str, now: datetime) -> bool:
    pushed = _instant(timestamp)
    return pushed is not None and abs((now - pushed).total_seconds()) <= FRESH_SECONDS


def _instant(seconds: str) -> datetime | None:
    """A Unix time of WeChat's, if it is one (eleven digits end in the year 5138)."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _digest(parts: Iterable[str]) -> str:
    """NUL parts what it joins, because no XML can hold one."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _inner(reply: Outgoing) -> str:
    match reply:
        case TextOut(content):
            text = fit(content)
            # An empty Content is an error to WeChat, and people would read it.
            return _element("text", f"<Content><![CDATA[{_cdata(text)}]]></Content>") if text.strip() else ""
        case ImageOut(media_id):
            return _element("image", f"<Image><MediaId><![CDATA[{_cdata(media_id)}]]></MediaId></Image>")
        case ToStaffOut():
            return _element("transfer_customer_service", "")
        case Nothing():
            return ""
        case _:
            assert_never(reply)


def _element(message_type: str, inside: str) -> str:
    return f"<MsgType><![CDATA[{message_type}]]></MsgType>{inside}"


def _cdata(text: str) -> str:
    """Text that cannot end the CDATA section it stands in."""
    return _FORBIDDEN.sub("", text).replace("]]>", "]]]]><![CDATA[>")


def _outside_link(head: str) -> str:
    """The head without a tag or a link that its cut left open."""
    half = _HALF_TAG.search(head)
    if half:
        head = head[: half.start()]
    lower = head.lower()
    opened = max(lower.rfind("<a "), lower.rfind("<a\n"))
    return head[:opened] if opened > lower.rfind("</a>") else head


def _no_doctype(*_declaration: object) -> None:
    raise Unreadable("doctype")


def _raw(text: str) -> bytes:
    return text.encode(errors="replace")
