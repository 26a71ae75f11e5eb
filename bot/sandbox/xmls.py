"""The small XML that WeChat speaks, written and read."""

from collections.abc import Mapping
from xml.etree import ElementTree  # only after a DOCTYPE has been refused


class XmlError(ValueError):
    """Bytes that are no XML of WeChat's kind."""


Value = str | int | Mapping[str, "Value"]


def write(fields: Mapping[str, Value]) -> str:
    """One `<xml>` element: numbers bare, texts in CDATA, mappings nested."""
    return "<xml>" + "".join(_element(name, value) for name, value in fields.items()) + "</xml>"


def parse(body: bytes | str) -> ElementTree.Element:
    """The root element; anything with a DTD, or whose root is not `xml`, is refused."""
    text = body if isinstance(body, str) else body.decode("utf-8", "strict")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise XmlError("a DTD is not allowed")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 — the DTD was refused above
    except ElementTree.ParseError as error:
        raise XmlError(f"not well-formed: {error}") from error
    if root.tag != "xml":
        raise XmlError(f"the root is <{root.tag}>, not <xml>")
    return root


def read_flat(body: bytes | str) -> dict[str, str]:
    """First-level elements by name; a name that comes twice is refused."""
    fields: dict[str, str] = {}
    for child in parse(body):
        if child.tag in fields:
            raise XmlError(f"<{child.tag}> comes twice")
        fields[child.tag] = child.text or ""
    return fields


def _element(name: str, value: Value) -> str:
    if isinstance(value, int):
        inner = str(value)
    elif isinstance(value, str):
        inner = "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    else:
        inner = "".join(_element(key, item) for key, item in value.items())
    return f"<{name}>{inner}</{name}>"
