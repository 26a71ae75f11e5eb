"""What cannot be answered: an unknown word, a promoter's word, a right that is missing, a picture."""

from __future__ import annotations

import re

from engine.money import half_width
from engine.people.authority import LacksRight, Right
from handlers.anyone.near import near
from handlers.lists import LIST, beside, open_question
from handlers.texts import anyone as texts
from handlers.texts import talking
from handlers.texts.refusals import sorry
from handlers.types import Ask, Hint, Kind, Reply, Silence, Text, ToStaff


def unknown(ask: Ask) -> Reply:
    """No route fits: to a customer whom no question waits for, that may be a person's to answer."""
    if ask.talk.state == LIST and ask.message.kind is Kind.TEXT and _is_number(ask.text):
        return beside(ask, texts.NO_SUCH_ROW)
    unfinished, meant = left_open(ask), near(ask)
    said = texts.unknown(unfinished, meant)
    return Text(said) if unfinished else _not_understood(ask, said)


def unread(ask: Ask) -> Reply:
    """A voice message, a video, a place: what a person sends and we cannot read."""
    return _not_understood(ask, texts.TYPED_ONLY)


def promoters_only(ask: Ask) -> Reply:
    """The word is a promoter's, and he is none."""
    return Text(texts.promoters_only(ask.who.recruiting))


def no_right(ask: Ask) -> Reply:
    """A member of staff asked for what another role does."""
    return Text(sorry(LacksRight(Right(ask.got("right")))))


def picture(ask: Ask) -> Reply:
    """Nobody was asked for a picture; who may send one is told where it is asked for."""
    return _not_understood(
        ask, texts.words_only(owner=ask.who.may(Right.OWNER), promoter=bool(ask.who.promoter))
    )


def silence(_ask: Ask) -> Reply:
    """Pushes that are nothing to answer."""
    return Silence()


def forgotten(ask: Ask) -> Reply:
    """An answer to a question that is no longer open: the conversation was lost, left or parked."""
    return Text(left_open(ask) or texts.FORGOTTEN)


def _is_number(typed: str) -> bool:
    return re.fullmatch(r"\d{1,3}", half_width(typed), re.ASCII) is not None


def _not_understood(ask: Ask, said: str) -> Reply:
    if ask.who.is_staff or ask.who.promoter:
        return Text(said)
    return ToStaff() if ask.desk.settings.now().to_staff else Hint(said)


def left_open(ask: Ask) -> str:
    """The sentence about a parked question, or the empty string."""
    question = open_question(ask.talk)
    return talking.parked(question.state) if question.parked else ""
