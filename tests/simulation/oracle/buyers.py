"""Who is meant, where the shop names a buyer by something else than his openid."""

from __future__ import annotations

from typing import Any


class Buyers:
    """Phones that people have bound, and unionids that were told together with an openid once."""

    def __init__(self) -> None:
        self.phones: dict[str, str] = {}
        self.linked: set[str] = set()

    def holders(self, kind: str, value: str) -> list[str]:
        """Everybody known by this; a phone bound by two people tells nothing."""
        if kind == "unionid":
            return [value] if value in self.linked else []
        return [person for person, phone in self.phones.items() if phone == value]

    def who(self, told: dict[str, Any]) -> str | None:
        """By openid, by unionid, else by a phone that exactly one person has bound."""
        if told.get("openid"):
            return told["openid"]
        for kind in ("unionid", "phone"):
            found = self.holders(kind, told[kind]) if told.get(kind) else []
            if len(found) == 1:
                return found[0]
        return None
