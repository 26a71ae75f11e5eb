"""What the schemas of the shop's doors have in common: fields, and the words for what is wrong with them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from engine.clock import whole_ms
from engine.errors import Refusal
from engine.orders import events as heard
from engine.orders.intake import MOST_FEN, MOST_LINES
from engine.programme.recruiting import clean_phone

T = TypeVar("T")

MOST_PROBLEMS = 50
"""What is told of one document at most; a field's name is cut at LONGEST_NAME characters."""
LONGEST_NAME = 120

# Read by pydantic (Rust), by jsonschema (Python) and by the shop's own validator (ECMA 262): only what all know.
_CONTROL = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069"
TEXT = f"^[^{_CONTROL}]*$"
NAME = rf"^[^\s{_CONTROL}]([^{_CONTROL}]*[^\s{_CONTROL}])?$"
SOURCE = r"^[a-z0-9][a-z0-9_.-]{0,31}$"
IDENTITY = r"^[A-Za-z0-9_-]{0,64}$"
PHONE = r"^[0-9+*() .-]{0,32}$"
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$"

_SHAPES = {
    TEXT: "holds a control character or a line break",
    NAME: "is empty, begins or ends with a space, or holds a control character",
    SOURCE: "takes 1 to 32 of a-z 0-9 _ . - and begins with a letter or digit",
    IDENTITY: "takes at most 64 of A-Z a-z 0-9 _ -",
    PHONE: "takes digits, + * ( ) . - and spaces, at most 32",
}

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document, named by its field."""

    field: str
    problem: str


@dataclass(eq=False)
class Invalid(Exception):
    """The document is not of the published schema."""

    problems: tuple[Problem, ...]


def _instant(given: object) -> datetime:
    if not isinstance(given, str) or not re.fullmatch(INSTANT, given):
        raise PydanticCustomError("instant", "must be RFC 3339 with an offset: 2026-11-21T12:00:00+08:00")
    try:
        read = datetime.fromisoformat(given)
    except ValueError:
        raise PydanticCustomError("instant", "is no moment of the calendar") from None
    if not _EARLIEST <= read <= _LATEST:
        raise PydanticCustomError("instant", "must lie between the years 2000 and 2100")
    return whole_ms(read)


def each_once(numbers: list[int]) -> list[int]:
    if len(set(numbers)) != len(numbers):
        raise PydanticCustomError("twice", "names a line twice")
    return numbers


Fen = Annotated[int, Field(ge=0, le=MOST_FEN, description="Whole fen (分): 1990 is ¥19.90.")]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema(
        {
            "type": "string", "format": "date-time", "pattern": INSTANT,
            "description": "RFC 3339 with an offset, for example 2026-11-21T12:00:00.000+08:00.",
        }
    ),
]  # fmt: skip
LineNumber = Annotated[int, Field(ge=1, le=MOST_LINES)]
Key = Annotated[str, StringConstraints(pattern=NAME, max_length=64)]
Title = Annotated[str, StringConstraints(pattern=TEXT, min_length=1, max_length=200)]
Identity = Annotated[str, StringConstraints(pattern=IDENTITY)]
Code = Annotated[str, StringConstraints(pattern=TEXT, max_length=64)]
SomeLines = Annotated[
    list[LineNumber],
    Field(min_length=1, max_length=MOST_LINES, json_schema_extra={"uniqueItems": True}),
    AfterValidator(each_once),
]


class Part(BaseModel):
    """No coercion, nothing extra, and no input in error texts: it may be somebody's phone."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Buyer(Part):
    """Who bought, as far as the shop knows; empty when it does not."""

    openid: Identity | None = Field(None, description="Of this Official Account, not of a mini program.")
    unionid: Identity | None = None
    phone: Annotated[str, StringConstraints(pattern=PHONE)] | None = None

    def known(self) -> heard.Buyer:
        """For the engine; what is null or empty was not given."""
        return heard.Buyer(self.openid or "", self.unionid or "", _phone(self.phone or ""))


class PlacedBy(Part):
    """Which promoter placed the order for the buyer (代下单): by his code or by his openid."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["code"], "properties": {"code": {"type": "string"}, "openid": {"type": "null"}}},
                {"required": ["openid"], "properties": {"openid": {"type": "string"}, "code": {"type": "null"}}},
            ]
        }
    )  # fmt: skip

    code: Annotated[str, StringConstraints(pattern=NAME, max_length=64)] | None = None
    openid: Annotated[str, StringConstraints(pattern=IDENTITY, min_length=1)] | None = None

    def known(self) -> heard.PlacedBy:
        """For the engine."""
        return heard.PlacedBy(code_of(self.code or ""), self.openid or "")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.code is None) == (self.openid is None):
            raise PydanticCustomError("placed_by", "needs either code or openid, not both")
        return self


def read(adapter: TypeAdapter[T], document: object, *, tagged: bool, whole: str) -> T:
    """The document as its model. Raises Invalid, which names every field that is wrong.

    `tagged` where a field chooses the model: the place of a mistake then begins with that choice.
    """
    try:
        return adapter.validate_python(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise Invalid(tuple(_problems(found[:MOST_PROBLEMS], tagged, whole))) from None


def schema_of(adapter: TypeAdapter[Any], title: str, description: str) -> str:
    """The text of a published schema."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        **adapter.json_schema(schema_generator=_Plain),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


class _Plain(GenerateJsonSchema):
    """No titles that only say the field's name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never."""
        return False


def _problems(found: Iterable[ErrorDetails], tagged: bool, whole: str) -> Iterable[Problem]:
    for one in found:
        # The first step of a place inside a union is its tag: the type, which the shop knows.
        place = one["loc"][1:] if tagged else one["loc"]
        yield Problem(_field(place) or _of_whole(one["type"], whole), _words(one))


def _field(place: tuple[int | str, ...]) -> str:
    """`data.lines[0].paid`."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return steps.removeprefix(".")[:LONGEST_NAME]


def _of_whole(kind: str, whole: str) -> str:
    return "type" if kind.startswith("union_tag") else whole


def _words(one: ErrorDetails) -> str:
    context: Mapping[str, Any] = one.get("ctx", {})
    say = _SAY.get(one["type"])
    return say(context) if say else one["msg"][:200]


_SAY: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is unknown here",
    "int_type": lambda _: "must be a whole number: no text, no fraction, no true or false",
    "int_from_float": lambda _: "must be a whole number: no text, no fraction, no true or false",
    "bool_type": lambda _: "must be true or false",
    "string_type": lambda _: "must be text",
    "string_unicode": lambda _: "is no valid Unicode",
    "list_type": lambda _: "must be a list",
    "model_type": lambda _: "must be an object",
    "model_attributes_type": lambda _: "must be an object",
    "union_tag_not_found": lambda _: "is missing",
    "union_tag_invalid": lambda context: f"must be one of {context['expected_tags']}",
    "literal_error": lambda context: f"must be {context['expected']}",
    "greater_than": lambda context: f"must be more than {context['gt']}",
    "greater_than_equal": lambda context: f"must be at least {context['ge']}",
    "less_than_equal": lambda context: f"must be at most {context['le']}",
    "too_short": lambda context: f"needs at least {context['min_length']} entry",
    "too_long": lambda context: f"takes at most {context['max_length']} entries",
    "string_too_short": lambda _: "is empty",
    "string_too_long": lambda context: f"takes at most {context['max_length']} characters",
    "string_pattern_mismatch": lambda context: _SHAPES[context["pattern"]],
}


def code_of(given: str) -> str:
    """A promoter's code as we keep codes: it may come in small letters, full width or with spaces."""
    return "".join(unicodedata.normalize("NFKC", given).split()).upper()


def _phone(given: str) -> str:
    """The eleven digits by which people bind a phone. Any other number is nobody's, and no reason to refuse."""
    try:
        return clean_phone(given)
    except Refusal:
        return given.strip()
