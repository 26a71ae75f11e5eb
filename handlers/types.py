"""What handlers take and give: Message (what came), Ask (来信: who said it, to which desk), Reply (回复)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine import Desk
    from engine.programme.pictures import What
    from engine.programme.who import Who


class Kind(Enum):
    """What a push is to us. Everything that we do not use is OTHER."""

    TEXT = "text"
    CLICK = "click"
    SCAN = "scan"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    REVOKED = "revoked"
    """The platform tells that a person took back a permission, or closed his WeChat account."""
    BOUNCED = "bounced"
    """WeChat tells that a template message to a person did not arrive."""
    IMAGE = "image"
    UNREAD = "unread"
    """A voice message, a video, a place, a link: a person sends it, and we cannot read it."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Message:
    """One push from WeChat, decrypted, checked and flat."""

    kind: Kind
    openid: str
    """FromUserName: who sent it. REVOKED, which the platform sends: OpenID, whom it is about."""
    account: str
    """ToUserName: our own account's original id (gh_…)."""
    sent_at: datetime
    """CreateTime, UTC."""
    delivery: str
    """Digest of what makes this push itself; the same for WeChat's retries."""
    text: str = ""
    """TEXT: what was typed or tapped. CLICK: the menu key.

    REVOKED: the numbers of what was taken back, parted by commas, or `cancellation`.
    BOUNCED: the number of the template message and why, `200163836 user block`.
    """
    scene: str = ""
    """SCAN and FOLLOW: the QR code's scene without `qrscene_`."""
    picture: str = ""
    """IMAGE: the media id."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A person's conversation state (会话): the open question, and what was said so far."""

    state: str = ""
    memory: Mapping[str, str] = field(default_factory=dict)
    parked: bool = False
    """A command came in between; the question waits for 继续."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A message at a desk: the one argument of every handler."""

    message: Message
    desk: Desk
    who: Who
    talk: Talk = field(default_factory=Talk)
    match: Mapping[str, str] = field(default_factory=dict)
    """Named parts that the route's pattern caught."""
    home: str = ""
    """Where the pages are: the beginning of every link."""

    @property
    def text(self) -> str:
        return self.message.text

    def got(self, name: str) -> str:
        """A named part of the pattern, or the empty string."""
        return self.match.get(name) or ""

    def remembered(self, name: str) -> str:
        """What the open question has gathered under this name, or the empty string."""
        return self.talk.memory.get(name, "")


@dataclass(frozen=True, slots=True)
class Text:
    """Words. `state` opens (or keeps open) a question; without one, an answered question is closed."""

    content: str
    state: str = ""
    memory: Mapping[str, str] = field(default_factory=dict)
    ends: bool = False
    """Close an open question although something else was said (取消, or a question answered by a command)."""
    alone: bool = False
    """He copies the whole message: neither a notice nor a hint stands in it."""
    leaves: bool = False
    """He was forgotten by his own wish: nothing of him stays in Redis either."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a worker draws: sent at once when its media id is known, else announced by `meanwhile`."""

    what: What
    subject: str
    """Whose picture: a promoter's id (with the printed poster's point), or the token; empty: the shop's."""
    meanwhile: str


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer: an empty 200."""


@dataclass(frozen=True, slots=True)
class ToStaff:
    """The message goes to a person (人工客服, transfer_customer_service)."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Words that one person is told at most once a day; otherwise nothing is answered."""

    content: str


Reply = Text | Picture | Silence | ToStaff | Hint
