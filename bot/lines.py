"""Lines for the operator's eyes, in a log or a terminal: nothing in one moves the cursor or begins another."""

from __future__ import annotations

import logging
import unicodedata

import click

_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control characters, marks of direction, halves of characters, ends of lines."""


def dead(text: str) -> str:
    """The text on one line; what a terminal would obey is written out, as \\x1b."""
    if text.isprintable():
        return text
    return "".join(_written(one) if unicodedata.category(one) in _OBEYED else one for one in text)


def say(*lines: str, err: bool = False) -> None:
    """One line of a command's for each text."""
    for line in lines:
        click.echo(dead(line), err=err)


class OneLine(logging.Formatter):
    """An event is one line of the log, a trace included."""

    def format(self, record: logging.LogRecord) -> str:
        """As ever, with its ends of lines written out."""
        return dead(super().format(record))


def _written(one: str) -> str:
    return one.encode("unicode_escape").decode()
