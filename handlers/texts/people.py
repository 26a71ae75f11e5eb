"""What people are called in a text."""

from __future__ import annotations

import re

from engine.people.authority import Role
from engine.people.names import Name
from handlers.texts.marks import plain
from handlers.texts.times import day

ROLES = {Role.OWNER: "店主", Role.REVIEW: "审核店员", Role.FINANCE: "财务店员", Role.SERVICE: "客服店员"}
"""What a member of the staff is called."""

LONGEST = 20
_DOT_OF_AN_ADDRESS = re.compile(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z0-9])")


def called(name: Name, longest: int = LONGEST) -> str:
    """The reader's remark, else the name he gave, what he is to the shop, his phone's tail, the day he came."""
    given = harmless(name.remark or name.given, longest)
    if given:
        return given
    if name.role:
        return ROLES[name.role]
    return f"尾号{name.phone_tail}" if name.phone_tail else f"{day(name.since)} 来的客户"


def harmless(given: str, longest: int = LONGEST) -> str:
    """A given name in which WeChat finds no address to make a link of (`evil.com`)."""
    return _DOT_OF_AN_ADDRESS.sub("．", plain(given, longest))
