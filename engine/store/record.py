"""Values as JSON and back: how a command's input is hashed and its result is kept."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.money import Money, Rate
from engine.store.columns import from_ms, to_ms


def encode(value: Any) -> Any:
    """A JSON document for a value made of dataclasses, enums, money, instants, tuples and plain words."""
    match value:
        case None | bool() | int() | str():
            return value.value if isinstance(value, Enum) else value
        case Money():
            return value.fen
        case Rate():
            return value.bp
        case Enum():
            return value.value
        case datetime():
            return to_ms(value)
        case date():
            return value.isoformat()
        case frozenset() | set():
            return sorted(encode(item) for item in value)
        case tuple() | list():
            return [encode(item) for item in value]
        case Mapping():
            return {str(encode(key)): encode(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"cannot keep a {type(value).__name__}")


def decode(kind: Any, document: Any) -> Any:
    """The value of type `kind` that `encode` made this document from."""
    return _reader(kind)(document)


Reader = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> Reader:
    """What makes a value of this type from its document: put together once for each type."""
    kind = getattr(kind, "__supertype__", kind)  # NewType
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional(kind)
    if origin in (tuple, frozenset):
        inner = _reader(get_args(kind)[0])
        return lambda document: origin(inner(item) for item in document)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = _reader(get_args(kind)[1])
        return lambda document: {key: inner(item) for key, item in document.items()}
    if kind in (None, type(None)):
        return lambda _document: None
    return _plain(kind)


def _optional(kind: Any) -> Reader:
    (inner,) = (_reader(option) for option in get_args(kind) if option is not type(None))
    return lambda document: None if document is None else inner(document)


def _plain(kind: Any) -> Reader:
    if kind is datetime:
        return from_ms
    if kind in (Money, Rate) or (isinstance(kind, type) and issubclass(kind, Enum)):
        return kind  # type: ignore[no-any-return]
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(kind)
    return _as_it_is


def _record(kind: type) -> Reader:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    return lambda document: kind(**{name: readers[name](item) for name, item in document.items()})


def _as_it_is(document: Any) -> Any:
    return document
