"""A word that needs more to be said: how it is used."""

from __future__ import annotations

from handlers.anyone.unknown import unknown
from handlers.lists import beside
from handlers.matching import Handler
from handlers.texts.usage import USAGE


def of(word: str) -> Handler:
    """The handler that says how this word is used; it leaves a list that is open as it is."""
    said = USAGE[word]

    return lambda ask: beside(ask, said)


def of_two_levels(word: str) -> Handler:
    """The same for a word that nobody hears of while one level is paid."""
    how = of(word)
    return lambda ask: how(ask) if ask.who.two_level else unknown(ask)
