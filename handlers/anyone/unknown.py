"""What cannot be answered: an unknown word, a promoter's word, a right that is missing, a picture."""

from __future__ import annotations

from engine.people.authority import LacksRight, Right
from handlers.lists import open_question
from handlers.texts import anyone as texts
from handlers.texts import talking
from handlers.texts.refusals import sorry
from handlers.types import Ask, Hint, Reply, Silence, Text, ToStaff


def unknown(ask: Ask) -> Reply:
    """No route fits: to a customer whom no question waits for, that may be a person's to answer."""
    unfinished = left_open(ask)
    return Text(texts.unknown(unfinished)) if unfinished else _not_understood(ask, texts.UNKNOWN)


def promoters_only(ask: Ask) -> Reply:
    """The word is a promoter's, and he is none."""
    return Text(texts.promoters_only(ask.who.recruiting))


def no_right(ask: Ask) -> Reply:
    """A member of staff asked for what another role does."""
    return Text(sorry(LacksRight(Right(ask.got("right")))))


def picture(ask: Ask) -> Reply:
    """Nobody was asked for a picture."""
    return _not_understood(ask, texts.WORDS_ONLY)


def silence(_ask: Ask) -> Reply:
    """Pushes that are nothing to answer."""
    return Silence()


def forgotten(ask: Ask) -> Reply:
    """An answer to a question that is no longer open: the conversation was lost, left or parked."""
    return Text(left_open(ask) or texts.FORGOTTEN)


def _not_understood(ask: Ask, said: str) -> Reply:
    if ask.who.is_staff or ask.who.promoter:
        return Text(said)
    return ToStaff() if ask.desk.settings.now().to_staff else Hint(said)


def left_open(ask: Ask) -> str:
    """The sentence about a parked question, or the empty string."""
    question = open_question(ask.talk)
    return talking.parked(question.state) if question.parked else ""
