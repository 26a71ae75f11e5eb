"""What the sandbox remembers: people, chats, codes, media, menus, tags, orders."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Grant:
    """The right to send a person a few customer-service messages until a moment."""

    until: float
    limit: int
    used: int = 0


@dataclass
class Person:
    """Somebody with a phone; the name is known to the sandbox only."""

    openid: str
    name: str
    unionid: str = ""
    following: bool = False
    followed_at: int = 0
    subscribe_scene: str = ""
    qr_scene: int = 0
    qr_scene_str: str = ""
    remark: str = ""
    tags: list[int] = field(default_factory=list)
    after_message: Grant | None = None
    after_tap: Grant | None = None
    refuses: bool = False
    """接收消息 is switched off."""
    staff: str = ""
    """人工客服: empty, `waiting` once the account handed over, `talking` while one is taken care of."""
    staff_until: float = 0
    menu: list[dict[str, Any]] = field(default_factory=list)
    menu_at: float = 0
    """What the phone pulled last, and when."""

    def with_staff(self, now: float) -> bool:
        """While a session runs, WeChat hands messages to 人工客服 and not to the bot; for half an hour at most."""
        return self.staff == "talking" and now < self.staff_until


@dataclass
class ChatLine:
    """Who says what to whom; `detail` is for the sandbox's user only, WeChat would not show it."""

    openid: str
    sender: str
    type: str
    text: str = ""
    via: str = ""
    media: str = ""
    detail: str = ""
    parts: list[dict[str, Any]] = field(default_factory=list)
    articles: list[dict[str, str]] = field(default_factory=list)
    card: dict[str, Any] | None = None

    def fields(self) -> dict[str, Any]:
        """The fields of the Message that this becomes."""
        return asdict(self)


@dataclass(kw_only=True)
class Message(ChatLine):
    """One line of a chat, as the person sees it."""

    id: int
    at: float


@dataclass
class Medium:
    """A temporary file: a bot's upload or a person's picture."""

    id: str
    kind: str
    mime: str
    name: str
    size: int
    at: float
    owner: str = ""


@dataclass
class QrCode:
    """A parametric QR code; `until` is 0 for a permanent one."""

    ticket: str
    url: str
    action: str
    scene: str
    at: float
    until: float
    numeric: bool = False


@dataclass
class Tag:
    """A label that the account gives to followers."""

    id: int
    name: str


@dataclass
class Template:
    """A template of the account; `content` holds lines such as 申请人：{{thing1.DATA}}."""

    id: str
    title: str = ""
    content: str = ""


@dataclass
class ConditionalMenu:
    """A menu shown to the followers who carry a tag."""

    menuid: int
    tag_id: int
    button: list[dict[str, Any]]


@dataclass
class Order:
    """An order of the small shop and every event that was sent about it."""

    number: str
    openid: str
    at: str
    lines: list[dict[str, Any]]
    payment: str
    status: str = "已付款"
    events: list[dict[str, Any]] = field(default_factory=list)
    refunded: int = 0
    shipments: int = 0
    refunds: int = 0
    open_after_sale: str = ""
    after_sales: int = 0


@dataclass
class World:
    """All of it."""

    people: dict[str, Person] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    media: dict[str, Medium] = field(default_factory=dict)
    codes: dict[str, QrCode] = field(default_factory=dict)
    tags: dict[int, Tag] = field(default_factory=dict)
    menu: list[dict[str, Any]] | None = None
    menuid: int = 0
    conditional: list[ConditionalMenu] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    sent_templates: dict[str, float] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    day: str = ""
    used: dict[str, int] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    late_menus: bool = False
    serial: int = 0

    def next(self) -> int:
        """A number never given before in this world."""
        self.serial += 1
        return self.serial
