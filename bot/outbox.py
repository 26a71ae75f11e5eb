"""Takes rows from the outbox, sends them, records the outcome."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from bot.bugs import place
from bot.codec import TEXT_LIMIT
from bot.studio import Studio, Undrawable
from bot.wechat.client import WeChat
from bot.wechat.errors import Todo, WeChatError, WeChatRefused, WeChatUnreachable
from bot.wechat.menus import publish
from bot.wechat.roles import label
from bot.wechat.templates import Template
from bot.wechat.windows import KEPT_FOR_HIM, Windows
from engine import SYSTEM, Desk, Engine, someone
from engine.clock import Clock
from engine.errors import Refusal
from engine.ids import BookingId, GroupId, OutboxId, PersonId, PromoterId, ShopId
from engine.orders.archive import Known
from engine.outbox import Row
from engine.payouts.payees import Channel
from engine.people.authority import LacksRight, NotStaff
from engine.post import BLOCKED, Post
from engine.programme.backdrops import KIND_OF
from engine.programme.settings import NothingChanged
from engine.referrals.handover import Part
from handlers import notices
from handlers.templates import Card, Event, card_of
from handlers.texts.materials import copied
from posters.render import PictureRefused

T = TypeVar("T")

LOST = "lost"
"""Why a picture was not taken that WeChat has no more, or does not give."""

UNKEPT = "unkept"
"""Why a picture was not taken that found no room on the disk."""

_log = logging.getLogger(__name__)


class NotTakenError(Exception):
    """A picture that somebody sent cannot be used; says why in one word."""


class NobodyThereError(Exception):
    """The row is for somebody whose openid we do not have."""


class StillSendingError(Exception):
    """What the row is about has not been written down yet."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The worker: one row at a time."""

    engine: Engine
    shop: ShopId
    wechat: WeChat
    windows: Windows
    studio: Studio
    clock: Clock
    templates: Mapping[Event, Template] = field(default_factory=dict)
    home: str = ""
    """Where the pages are: the beginning of every link."""

    def deliver(self, row_id: OutboxId) -> None:
        """Claim the row, do it, say how it went. What fails for a moment is tried again later."""
        post = self._post
        row = post.claim(row_id)
        if row is None:
            return
        try:
            if row.is_notice:
                self._notice(row)
            elif self._do(row):
                post.sent(row)
            else:
                post.waits(row, "its moment has passed")
        except WeChatRefused as refused:
            self._refused(row, refused)
        except (WeChatUnreachable, StillSendingError) as for_now:
            post.failed(row, str(for_now))
        except (Undrawable, NobodyThereError) as error:
            if row.is_notice:
                post.waits(row, str(error))  # who left may come back, and is known again then
                return
            _log.error("outbox=dead row=%s kind=%s why=%s", row.id, row.kind, error)
            post.died(row, str(error))
        except Exception as bug:  # noqa: BLE001  or the row would be taken over and fail every 20 s for ever
            _log.error("outbox=bug row=%s kind=%s %s", row.id, row.kind, place(bug))
            post.failed(row, type(bug).__name__)

    def _do(self, row: Row) -> bool:
        """False: it is ready, but may not be pushed any more."""
        if row.kind == "picture":
            return self._picture(row)
        if row.person:
            self._errand(row)
        else:
            self._work(row)
        return True

    def _errand(self, row: Row) -> None:
        match row.kind:
            case "tag":
                who = self.engine.look(self.shop, PersonId(str(row.payload["person"])))
                label(self.wechat, self._openid(row), who)
            case "given" | "payee" | "portrait":
                self._sent_in(row)
            case "copy":
                self._copy(row)
            case "came":
                self._came(row)
            case "bounced":
                self._bounced(row)

    def _work(self, row: Row) -> None:
        match row.kind:
            case "menu":
                publish(self.wechat, self._desk(row).settings.now())
            case "code":
                self.studio.code_of_page(self._desk(row), str(row.payload["scene"]))
            case "material":
                self._material(row)
            case "litter":
                self.studio.drop(row.payload["names"])
            case "handover":
                self._carry_on(row)
            case "known":
                kind: Known = "unionid" if row.payload["kind"] == "unionid" else "phone"
                digest, last = str(row.payload["digest"]), str(row.payload.get("after", ""))
                self._desk(row).claims.carry_on(kind, digest, last)
            case "emptied":
                self._desk(row).groups.carry_on(GroupId(str(row.payload["group"])))
            case "booking":
                booking, after = str(row.payload["booking"]), str(row.payload["after"])
                self._desk(row).bookings.carry_on(BookingId(booking), after)
            case "move":
                told = row.payload
                self._desk(row).moving.carry_on(str(told["move"]), str(told["after"]))
            case _:
                _log.error("outbox=unknown row=%s kind=%s", row.id, row.kind)

    def _notice(self, row: Row) -> None:
        """All that fits into one message through a window; else template messages; else they wait to be seen."""
        said = self._said(row)
        if not said:
            return
        openid, now = self._openid(row), self.clock.now()
        left = self.windows.left(openid, now)
        why = "no window is open" if left == 0 else "the window's last messages are kept for what he asks for"
        kept = 0 if any(each.is_answer for each, _ in said) else KEPT_FOR_HIM
        if left is None or left > kept:
            try:
                self.wechat.send_text(openid, _together(words for _, words in said))
            except WeChatRefused as refused:
                if refused.todo is not Todo.WAIT:
                    raise
                self.windows.shut(openid)
                why = str(refused)
            else:
                self.windows.spent(openid, now)
                (first, _), *others = said
                self._post.sent(replace(first, more=tuple(each for each, _ in others)))
                return
        self._as_template(openid, [each for each, _ in said], why)

    def _said(self, row: Row) -> list[tuple[Row, str]]:
        """What this message can say, the oldest first; the moot are done with, what finds no room comes later."""
        said: list[tuple[Row, str]] = []
        for each in sorted(row.all, key=lambda one: one.created_at):
            try:
                words = notices.words(each.kind, each.payload, self._desk(each))
            except Exception as bug:
                if each.id == row.id:
                    raise
                # It fails by itself when its own turn has come, and takes no other with it.
                _log.error("outbox=bug row=%s kind=%s %s", each.id, each.kind, place(bug))
                self._post.back(each)
                continue
            if not words:
                self._post.done(each)
            elif said and len(_together((*(one for _, one in said), words)).encode()) > TEXT_LIMIT:
                self._post.back(each)
            else:
                said.append((each, words))
        return said

    def _as_template(self, openid: str, rows: Sequence[Row], why: str) -> None:
        """One of them as a template message, the next one later; who has none waits for the person's next contact."""
        used, blocked = False, self._post.blocked(self._person(rows[0]))
        for each in rows:
            card = card_of(each.kind, each.payload, self._desk(each), each.created_at)
            template = self.templates.get(card.event) if card else None
            if card is None or template is None:
                self._post.waits(each, why)
            elif blocked:
                self._post.waits(each, BLOCKED)
            elif used:
                self._post.back(each)
            else:
                self._template(openid, each, template, card)
                used = True

    def _template(self, openid: str, row: Row, template: Template, card: Card) -> None:
        post = self._post
        try:
            filled = template.filled(card.facts)
            number = self.wechat.send_template(openid, template.id, filled, client_msg_id=row.id)
        except WeChatUnreachable as unreachable:
            post.failed(row, str(unreachable))
        except WeChatRefused as refused:
            if refused.todo in (Todo.AGAIN, Todo.TOKEN):
                post.failed(row, str(refused))
                return
            if refused.todo is not Todo.WAIT:
                # The template is not as the settings say: the notice itself is good, and is seen at the next contact.
                _log.error("outbox=template event=%s row=%s why=%s", card.event.value, row.id, refused)
            post.waits(row, str(refused))
        else:
            post.sent(row, number)

    def _carry_on(self, row: Row) -> None:
        """The next of a leaver's customers or downlines."""
        told = {name: str(value) for name, value in row.payload.items()}
        self._desk(row).handover.carry_on(
            PromoterId(told["leaver"]), int(told["n"]), Part(told["part"]), told["upline"], told["after"]
        )

    def _sent_in(self, row: Row) -> None:
        """A picture that somebody sent: fetched, looked at, and kept or refused."""
        keep = {"given": self._given, "payee": self._payee, "portrait": self._portrait}[row.kind]
        keep(row)

    def _given(self, row: Row) -> None:
        """A merchant's picture for a setting; he hears what became of it."""
        key, desk = str(row.payload["key"]), self._desk(row)
        kind = KIND_OF.get(key)
        try:
            name = self._taken(row, self.studio.keep_background if kind else self.studio.keep_given)
        except NotTakenError as why_not:
            desk.pictures.judged(key, str(why_not))
            return
        # Who sent it may have been removed since, or have handed the shop over: then nothing is changed for him.
        with suppress(NotStaff, LacksRight):
            if kind:
                desk.backdrops.draft(kind, name)
                return
            with suppress(NothingChanged):
                desk.settings.change(key, name)
            desk.pictures.judged(key, "")

    def _payee(self, row: Row) -> None:
        """A promoter's 收款码; he hears what became of it."""
        channel, desk = Channel(str(row.payload["channel"])), self._desk(row)
        try:
            jpeg = self._taken(row, self.studio.payee_given)
        except NotTakenError as why_not:
            desk.withdrawals.picture_judged(channel, "", str(why_not))
            return
        desk.withdrawals.picture_judged(channel, b64encode(jpeg).decode(), "")

    def _material(self, row: Row) -> None:
        """A picture for 素材文案; who sent it hears when it cannot be used."""
        picture, desk = str(row.payload["picture"]), self._desk(row)
        try:
            name = self._taken(row, lambda media: self.studio.keep_material(picture, media))
        except NotTakenError as why_not:
            desk.materials.refuse(picture, PersonId(str(row.payload["person"])), str(why_not))
            return
        if not desk.materials.keep(picture, name):
            self.studio.drop([name])

    def _copy(self, row: Row) -> None:
        """The text that a promoter passes on, alone in its message. A tap gives it again, so it never waits."""
        openid, desk = self._openid(row), self._desk(row)
        if self.windows.left(openid, self.clock.now()) == 0:
            return
        with suppress(Refusal):  # taken off the shelf, or he is no promoter any more
            found, me = desk.materials.get_shown(str(row.payload["material"])), desk.promoters.mine()
            self.wechat.send_text(openid, copied(found, self.home, me.code))
            self.windows.spent(openid, self.clock.now())

    def _taken(self, row: Row, take: Callable[[str], T]) -> T:
        """A picture that somebody sent. Raises NotTakenError: it is none for us, or WeChat gives it in no try."""
        try:
            return take(str(row.payload["media"]))
        except PictureRefused as refused:
            raise NotTakenError(refused.reason) from refused
        except WeChatError as error:
            gone = isinstance(error, WeChatRefused) and error.permanent
            if gone or row.is_last_try(self.clock.now()):
                raise NotTakenError(LOST) from error
            raise
        except OSError as error:
            if row.is_last_try(self.clock.now()):
                raise NotTakenError(UNKEPT) from error
            raise

    def _portrait(self, row: Row) -> None:
        """A promoter's picture; he hears what became of it."""
        desk = self._desk(row)
        try:
            jpeg = self._taken(row, self.studio.portrait_given)
        except NotTakenError as why_not:
            desk.wishes.portrait_judged("", str(why_not))
            return
        desk.wishes.portrait_judged(b64encode(jpeg).decode(), "")

    def _came(self, row: Row) -> None:
        """Somebody follows and we never heard of his coming: WeChat still knows by which code he came."""
        openid = self._openid(row)
        info = self.wechat.user_info(openid)
        if not info.get("subscribe"):
            return
        by_code = info.get("subscribe_scene") == "ADD_SCENE_QR_CODE"
        self._desk(row).referrals.came(
            datetime.fromtimestamp(int(info.get("subscribe_time") or 0), UTC),
            str(info.get("qr_scene_str") or "") if by_code else "",
            str(info.get("unionid") or ""),
        )

    def _bounced(self, row: Row) -> None:
        """A template message did not arrive; the push may be faster than whoever wrote down that it was sent."""
        told = row.payload
        if not self._post.bounced(self._person(row), str(told["number"]), str(told["why"])):
            raise StillSendingError("its notice is being sent")

    def _picture(self, row: Row) -> bool:
        """Draw and upload in any case, so that asking again is an answer at once."""
        media_id = self.studio.media_id(self._desk(row), row.payload["what"], str(row.payload["subject"]))
        if row.useful_until is not None and self.clock.now() > row.useful_until:
            openid = self._openid(row)
            if self.windows.left(openid, self.clock.now()) == 0:
                return False
        self.wechat.send_image(self._openid(row), media_id)
        self.windows.spent(self._openid(row), self.clock.now())
        return True

    def _refused(self, row: Row, refused: WeChatRefused) -> None:
        post = self._post
        match refused.todo:
            case Todo.WAIT if row.person:
                self.windows.shut(self._openid(row))
                post.waits(row, str(refused))
            case Todo.UPLOAD if row.kind == "picture":
                self.studio.forget(self._desk(row), str(row.payload["what"]), str(row.payload["subject"]))
                post.failed(row, str(refused))
            case Todo.DROP:
                _log.error("outbox=dead row=%s kind=%s why=%s", row.id, row.kind, refused)
                post.died(replace(row, more=()), str(refused))
                for each in row.more:
                    post.back(each)  # it may have been the other one's fault
            case _:
                post.failed(row, str(refused))

    @property
    def _post(self) -> Post:
        return self.engine.post(self.shop)

    def _desk(self, row: Row) -> Desk:
        actor = someone(row.person) if row.person else SYSTEM
        return self.engine.at(self.shop, actor, f"outbox:{row.id}")

    def _person(self, row: Row) -> PersonId:
        if row.person is None:
            raise NobodyThereError("no person")
        return row.person

    def _openid(self, row: Row) -> str:
        openid = self.engine.openid_of(self.shop, row.person) if row.person else None
        if not openid:
            raise NobodyThereError("no openid")
        return openid


def _together(words: Iterable[str]) -> str:
    """Several notices as one message; what two of them say stands there once."""
    return "\n\n".join(dict.fromkeys(words))
