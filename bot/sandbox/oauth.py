"""网页授权: codes that open once, the web tokens they buy, and what the authorize page refuses."""

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.sandbox.config import Config, is_loopback
from bot.sandbox.errors import ApiError
from bot.sandbox.state import Person

AUTHORIZE = "/connect/oauth2/authorize"
CODE_LIFE = 300
TOKEN_LIFE = 7200
REFRESH_LIFE = 30 * 24 * 3600
SCOPES = ("snsapi_base", "snsapi_userinfo")
STATE = re.compile(r"[0-9A-Za-z]{0,128}")


class AuthorizeRefused(ValueError):
    """What WeChat's authorize page says instead of going on."""


@dataclass(frozen=True)
class Visitor:
    """Whom the site is told about: a person, or the virtual one of a snapshot page (快照页)."""

    openid: str
    unionid: str
    name: str
    scope: str
    snapshot: bool


@dataclass
class _Issued:
    """A code that was given out: for whom, until when, and whether it was used."""

    visitor: Visitor
    until: float
    used: bool = False


class OAuth:
    """All codes and web tokens that were given out."""

    def __init__(self, config: Config, now: Callable[[], float]) -> None:
        self._config = config
        self._now = now
        self._lock = threading.Lock()
        self._codes: dict[str, _Issued] = {}
        self._tokens: dict[str, _Issued] = {}
        self._refresh: dict[str, _Issued] = {}

    def authorize(self, person: Person, query: Mapping[str, str], snapshot: bool = False) -> str:
        """Where the authorize page sends this person: the site's address with `code` and `state`."""
        address, scope = self.checked(query)
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = _Issued(_visitor(person, scope, snapshot), self._now() + CODE_LIFE)
        parts = urlsplit(address)
        pairs = [*parse_qsl(parts.query, keep_blank_values=True), ("code", code)]
        pairs.append(("state", query.get("state", "")))
        return urlunsplit(parts._replace(query=urlencode(pairs)))

    def checked(self, query: Mapping[str, str]) -> tuple[str, str]:
        """The redirect address and the scope of an authorize address; raises what WeChat's page would show."""
        address, scope = query.get("redirect_uri", ""), query.get("scope", "")
        if query.get("appid") != self._config.app_id:
            raise AuthorizeRefused("AppID 参数错误（10013）")
        if query.get("response_type") != "code":
            raise AuthorizeRefused("response_type 参数错误：只能是 code")
        if scope not in SCOPES:
            raise AuthorizeRefused("Scope 参数错误或没有 Scope 权限（10005）")
        if not self._own_domain(address):
            raise AuthorizeRefused("redirect_uri 域名与后台配置不一致（10003）")
        if not STATE.fullmatch(query.get("state", "")):
            raise AuthorizeRefused("state 参数错误：最多 128 个字母和数字")
        return address, scope

    def spend(self, code: str) -> tuple[Visitor, str, str]:
        """The visitor of a code, a web token and a refresh token; a code opens once, within five minutes."""
        with self._lock:
            issued = self._codes.get(code)
            if issued is None:
                raise ApiError(40029)
            if issued.used:
                raise ApiError(40163)
            if self._now() >= issued.until:
                raise ApiError(42003)
            issued.used = True
            return (issued.visitor, *self._pair(issued.visitor))

    def renew(self, refresh_token: str) -> tuple[Visitor, str]:
        """A fresh web token for a refresh token of the last 30 days."""
        with self._lock:
            issued = self._refresh.get(refresh_token)
            if issued is None:
                raise ApiError(40030)
            if self._now() >= issued.until:
                raise ApiError(42002)
            return issued.visitor, self._keep(self._tokens, issued.visitor, TOKEN_LIFE)

    def holder(self, token: str, openid: str) -> Visitor:
        """Whom a web token speaks of; it must be asked for with the openid that it was given for."""
        with self._lock:
            issued = self._tokens.get(token)
        if issued is None:
            raise ApiError(40001)
        if self._now() >= issued.until:
            raise ApiError(42001)
        if issued.visitor.openid != openid:
            raise ApiError(40003)
        return issued.visitor

    def clear(self) -> None:
        """Nothing was ever given out."""
        with self._lock:
            for kept in (self._codes, self._tokens, self._refresh):
                kept.clear()

    def _own_domain(self, address: str) -> bool:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return False
        return is_loopback(address) or parts.hostname == urlsplit(self._config.public_url).hostname

    def _pair(self, visitor: Visitor) -> tuple[str, str]:
        token = self._keep(self._tokens, visitor, TOKEN_LIFE)
        return token, self._keep(self._refresh, visitor, REFRESH_LIFE)

    def _keep(self, where: dict[str, _Issued], visitor: Visitor, life: int) -> str:
        value = "SBXW_" + secrets.token_urlsafe(60)
        where[value] = _Issued(visitor, self._now() + life)
        return value


def _visitor(person: Person, scope: str, snapshot: bool) -> Visitor:
    if not snapshot:
        return Visitor(person.openid, person.unionid, person.name, scope, snapshot=False)
    made_up = hashlib.sha256(f"snapshot {person.openid}".encode()).hexdigest()
    return Visitor("o" + made_up[:27], "o" + made_up[27:54], "微信用户", scope, snapshot=True)
