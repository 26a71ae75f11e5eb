"""One message: who speaks → the first matching route → the reply, and what the talk has become."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.codec import TEXT_LIMIT, ImageOut, Nothing, Outgoing, TextOut, ToStaffOut
from bot.doors.callback import Answered
from bot.facts import facts_of
from bot.shelf import Shelf
from bot.wechat.windows import Windows
from engine import Desk, Engine, someone
from engine.ids import OutboxId, ShopId
from engine.programme.who import Who
from handlers import notices, routes
from handlers.anyone.unknown import unknown
from handlers.lists import LIST, numbered, open_question, over
from handlers.texts import talking
from handlers.types import Ask, Hint, Kind, Message, Picture, Reply, Silence, Talk, Text, ToStaff

_HE_WRITES = (Kind.TEXT, Kind.CLICK, Kind.SCAN, Kind.IMAGE, Kind.UNREAD)
"""What only a follower sends."""
MOST_NOTICES = 5
"""Notices shown at one contact; the rest at the next."""


class Dispatch:
    """Answers messages with the handlers."""

    def __init__(self, engine: Engine, shop: ShopId, shelf: Shelf, windows: Windows, home: str) -> None:
        self._engine = engine
        self._shop = shop
        self._shelf = shelf
        self._windows = windows
        self._home = home

    def __call__(self, message: Message, talk: Talk) -> Answered:
        """The reply to one message, and the talk to keep: who speaks and what he asks is one look at the database."""
        with self._engine.looking():
            return self._answer(message, talk)

    def _answer(self, message: Message, talk: Talk) -> Answered:
        if message.kind in (Kind.UNFOLLOW, Kind.REVOKED):
            self._told_of(message)
            return Answered(Nothing(), None)  # a half-filled form goes as well
        if message.kind is Kind.BOUNCED:
            self._told_of(message)
            return Answered(Nothing(), talk)
        return self._heard(message, talk, self._engine.meet(self._shop, message.openid))

    def _told_of(self, message: Message) -> None:
        """What WeChat tells of a person: he is not met by that, and nothing is answered."""
        person = self._engine.find(self._shop, message.openid)
        if person:
            self._heard(message, Talk(), self._engine.look(self._shop, person))

    def _heard(self, message: Message, talk: Talk, who: Who) -> Answered:
        desk = self._engine.at(self._shop, someone(who.person), message.delivery)
        if not who.follows and message.kind in _HE_WRITES:
            desk.contacts.heard()
        ask = routes.within_rights(Ask(message, desk, who, talk, home=self._home))
        found = routes.find(ask)
        if found is None:
            return self._answered(ask, unknown(ask), answers=False)
        return self._answered(found.ask, found.do(found.ask), answers=found.answers)

    def _answered(self, ask: Ask, reply: Reply, *, answers: bool) -> Answered:
        talk = next_talk(ask.talk, reply, answers=answers)
        outgoing, shown = self._outgoing(ask, reply, left_open(ask.talk, talk, answers=answers))
        answered = Answered(outgoing, talk, unkept=talking.unkept(talk.state) if talk else "")
        return replace(answered, then=partial(_seen, ask.desk, shown)) if shown else answered

    def _outgoing(self, ask: Ask, reply: Reply, hint: str) -> tuple[Outgoing, tuple[OutboxId, ...]]:
        """What goes out, and the notices that it shows."""
        match reply:
            case Silence():
                return Nothing(), ()
            case ToStaff():
                return ToStaffOut(), ()
            case Hint():
                if not self._shelf.first_today(ask.who.person):
                    return Nothing(), ()
                content = reply.content
            case Picture():
                media_id = self._at_wechat(ask, reply)
                if media_id:
                    return ImageOut(media_id), self._fetched(ask, reply)
                ask.desk.pictures.want(reply.what, reply.subject)
                content = reply.meanwhile
            case Text():
                content = reply.content
                if reply.leaves:
                    self._windows.shut(ask.message.openid)
                if reply.leaves or reply.alone:
                    return TextOut(content), ()
        whole, shown = self._with_notices(ask, _joined(content, hint))
        return TextOut(whole), shown

    def _at_wechat(self, ask: Ask, picture: Picture) -> str | None:
        """The media id where WeChat has the picture already."""
        facts = facts_of(ask.desk, picture.what, picture.subject)
        return self._shelf.find(facts) if facts else None

    def _with_notices(self, ask: Ask, content: str) -> tuple[str, tuple[OutboxId, ...]]:
        """What could not be pushed stands above the answer (你不在的时候), as long as it fits."""
        if not ask.who.has_notices or ask.message.kind not in (Kind.TEXT, Kind.CLICK, Kind.SCAN):
            return content, ()
        shown: list[OutboxId] = []
        lines: list[str] = []
        whole = content
        for row in ask.desk.notices.waiting(MOST_NOTICES):
            words = notices.words(row.kind, row.payload, ask.desk)
            more = [*lines, words] if words and words not in lines else lines
            longer = _joined(talking.missed(more), content) if more else content
            if len(longer.encode()) > TEXT_LIMIT:
                continue  # a shorter one may fit; this one waits for a shorter answer
            shown, lines, whole = [*shown, row.id], more, longer
        return whole, tuple(shown)

    def _fetched(self, ask: Ask, picture: Picture) -> tuple[OutboxId, ...]:
        """Whoever has the picture need not be told that it is ready."""
        if not ask.who.has_notices:
            return ()
        told = {"what": picture.what, "subject": picture.subject}
        waiting = ask.desk.notices.waiting(MOST_NOTICES)
        return tuple(row.id for row in waiting if row.kind == "picture" and row.payload == told)


def _seen(desk: Desk, shown: tuple[OutboxId, ...]) -> None:
    # Its own reference: the same message run again finds other notices than the first time.
    desk.item(shown[0]).notices.seen(shown)


def next_talk(before: Talk, reply: Reply, *, answers: bool) -> Talk | None:
    """What the talk has become: a reply's own question, the old one parked, or nothing."""
    reply = numbered(reply) if isinstance(reply, Text) else reply
    if isinstance(reply, Text) and reply.state:
        over_question = reply.state == LIST and not answers
        return Talk(reply.state, over(before, reply.memory) if over_question else reply.memory)
    ended = answers or (isinstance(reply, Text) and reply.ends)
    if ended or not before.state:
        return None
    return Talk(before.state, before.memory, parked=True)


def left_open(before: Talk, after: Talk | None, *, answers: bool) -> str:
    """A word on the question that this very message left open, or dropped for another one; empty if it did neither."""
    asked = open_question(before).state
    if after is None or answers or not asked:
        return ""
    now = open_question(after)
    if now.state == asked:
        return talking.parked(asked) if now.parked and not open_question(before).parked else ""
    return talking.dropped(asked) if talking.name_of(now.state) != talking.name_of(asked) else ""


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
