"""Values as JSON and back: how a command's input is hashed and its result is kept."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
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
    kind = getattr(kind, "__supertype__", kind)  # NewType
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _decode_optional(kind, document)
    if origin is tuple:
        return tuple(decode(get_args(kind)[0], item) for item in document)
    if origin is frozenset:
        return frozenset(decode(get_args(kind)[0], item) for item in document)
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        inner = get_args(kind)[1]
        return {key: decode(inner, item) for key, item in document.items()}
    if kind in (None, type(None)):
        return None
    return _decode_plain(kind, document)


def _decode_optional(kind: Any, document: Any) -> Any:
    if document is None:
        return None
    (inner,) = (option for option in get_args(kind) if option is not type(None))
    return decode(inner, document)


def _decode_plain(kind: Any, document: Any) -> Any:
    if kind in (Money, Rate):
        return kind(document)
    if kind is datetime:
        return from_ms(document)
    if kind is date:
        return date.fromisoformat(document)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: decode(hints[name], item) for name, item in document.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(document)
    return document


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
