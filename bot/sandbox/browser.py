"""WeChat's own browser: it opens a link as a person, with her user agent, her cookies and her consent."""

import html
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import requests

from bot.sandbox.config import Config, is_loopback
from bot.sandbox.oauth import AUTHORIZE, AuthorizeRefused, OAuth
from bot.sandbox.state import Person

USER_AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.50(0x1800323d) NetType/WIFI Language/zh_CN"
)
HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept-Language": "zh-CN",
    "Accept": "text/html,image/*,*/*",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
}
MOST_HOPS = 10
MOST_BYTES = 5 * 1024 * 1024
PATIENCE = 15.0
REDIRECTS = {301, 302, 303, 307, 308}
CHARSET = re.compile(r"charset=([\w-]+)", re.IGNORECASE)
TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)
SDK = re.compile(
    r"""(<script[^>]*\ssrc=)(["'])(?:https?:)?//res2?\.wx\.qq\.com/open/js/jweixin[^"']*\2""", re.IGNORECASE
)

# (method, url, form, headers) → (status, headers, body); raises OSError when nobody answers.
Fetch = Callable[
    [str, str, Mapping[str, str] | list[tuple[str, str]] | None, Mapping[str, str]],
    tuple[int, list[tuple[str, str]], bytes],
]


@dataclass
class Page:
    """What stands in the browser at the end: `kind` is page, picture, text, outside or error."""

    url: str
    kind: str = "page"
    status: int = 200
    title: str = ""
    html: str = ""
    text: str = ""
    snapshot: bool = False
    hops: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the control API."""
        return asdict(self)


@dataclass(frozen=True)
class Wish:
    """What to open, and how: `snapshot` is WeChat's 快照页, where the visitor is a virtual one."""

    url: str
    method: str = "GET"
    fields: tuple[tuple[str, str], ...] = ()
    snapshot: bool = False
    home: str = ""
    """Where the sandbox itself is seen, for the scripts that it adds to a page."""


class Browser:
    """The browser in every phone."""

    def __init__(self, config: Config, oauth: OAuth, fetch: Fetch | None = None) -> None:
        self._config = config
        self._oauth = oauth
        self.fetch = fetch or over_http
        self._lock = threading.Lock()
        self._cookies: dict[tuple[str, bool, str], dict[str, str]] = {}

    def open(self, person: Person, wish: Wish) -> Page:
        """Follow an address to where it ends; every step on the way is kept."""
        page = Page(wish.url, snapshot=wish.snapshot)
        home = wish.home or self._config.api_base
        method, fields = wish.method.upper(), wish.fields
        for _ in range(MOST_HOPS):
            page.url, _ = urldefrag(page.url)
            try:
                if self._is_authorize(page.url):
                    consent = self._asks_consent(person, page, home)
                    if consent:
                        return consent
                    page.url = self._authorized(person, page)
                    method, fields = "GET", ()
                    continue
                if not self._reachable(page.url):
                    return _outside(page)
                status, headers, body = self._ask(person, page, method, fields)
            except AuthorizeRefused as refused:
                return _told(page, "error", str(refused))
            except OSError as error:
                return _told(page, "error", f"无法打开网页：没有人应答（{type(error).__name__}）")
            page.status = status
            page.hops.append({"url": page.url, "status": status})
            location = next((value for name, value in headers if name.lower() == "location"), "")
            if status not in REDIRECTS or not location:
                return _shown(home, page, headers, body)
            page.url = urljoin(page.url, location)
            if status not in (307, 308):
                method, fields = "GET", ()
        return _told(page, "error", "重定向次数过多")

    def picture(self, person: Person, url: str) -> bytes:
        """The bytes of a picture that stands in a page; raises OSError."""
        if not self._reachable(url):
            raise OSError(f"{url} is not on this machine")
        status, _, body = self._ask(person, Page(url), "GET", ())
        if status != 200:
            raise OSError(f"HTTP {status}")
        return body

    def clear(self) -> None:
        """All cookies are gone."""
        with self._lock:
            self._cookies.clear()

    def _is_authorize(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.path == AUTHORIZE and (is_loopback(url) or parts.hostname == "open.weixin.qq.com")

    def _asks_consent(self, person: Person, page: Page, home: str) -> Page | None:
        """A stranger is asked before a site learns his name; a follower who comes from the chat is not."""
        query = dict(parse_qsl(urlsplit(page.url).query))
        _, scope = self._oauth.checked(query)
        if scope == "snsapi_base" or person.following or page.snapshot or query.get("sandbox_consent"):
            return None
        agreed = html.escape(f"{page.url}&{urlencode({'sandbox_consent': '1'})}")
        page.title, page.kind = "微信授权", "page"
        page.html = _framed(
            home,
            page.url,
            f"<!doctype html><meta charset=utf-8><title>{page.title}</title>"
            "<style>body{font:16px/1.6 sans-serif;padding:40px 24px;text-align:center}"
            "a{display:block;margin:24px auto;padding:10px;width:180px;border-radius:8px;"
            "background:#07c160;color:#fff;text-decoration:none}</style>"
            f"<h3>这个网页申请获得</h3><p>你的微信昵称、头像</p><a href='{agreed}'>允许</a>",
        )
        return page

    def _authorized(self, person: Person, page: Page) -> str:
        query = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
        where = self._oauth.authorize(person, query, page.snapshot)
        page.hops.append({"url": page.url, "status": 302, "scope": query.get("scope", "")})
        return where

    def _reachable(self, url: str) -> bool:
        own = urlsplit(self._config.public_url).hostname
        return urlsplit(url).scheme in ("http", "https") and (
            is_loopback(url) or urlsplit(url).hostname == own is not None
        )

    def _ask(
        self, person: Person, page: Page, method: str, fields: tuple[tuple[str, str], ...]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        url = self._here(page.url)
        key = (person.openid, page.snapshot, urlsplit(page.url).netloc)
        with self._lock:
            held = dict(self._cookies.get(key, {}))
        headers = dict(HEADERS)
        if held:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in held.items())
        if method == "GET" and fields:
            url = f"{url.partition('?')[0]}?{urlencode(fields)}"
            page.url = f"{page.url.partition('?')[0]}?{urlencode(fields)}"
        form = list(fields) if method == "POST" else None
        status, given, body = self.fetch(method, url, form, headers)
        with self._lock:
            _put_cookies(self._cookies.setdefault(key, {}), given)
        return status, given, body[:MOST_BYTES]

    def _here(self, url: str) -> str:
        """The bot answers at BOT_URL, whatever its public address is called."""
        public = self._config.public_url
        if public and (url == public or url.startswith((public + "/", public + "?"))):
            return self._config.bot_url + url[len(public) :]
        return url


def over_http(
    method: str,
    url: str,
    form: Mapping[str, str] | list[tuple[str, str]] | None,
    headers: Mapping[str, str],
) -> tuple[int, list[tuple[str, str]], bytes]:
    """One request, without following where it leads."""
    answer = requests.request(
        method, url, data=form, headers=dict(headers), timeout=PATIENCE, allow_redirects=False
    )
    return answer.status_code, list(answer.raw.headers.items()), answer.content


def _shown(home: str, page: Page, headers: list[tuple[str, str]], body: bytes) -> Page:
    kind = next((value for name, value in headers if name.lower() == "content-type"), "text/html")
    if kind.startswith("image/"):
        page.kind, page.title = "picture", "图片"
        return page
    charset = CHARSET.search(kind)
    text = body.decode(charset[1] if charset else "utf-8", "replace")
    if "html" not in kind:
        page.kind, page.text = "text", text
        return page
    title = TITLE.search(text)
    page.title = html.unescape(title[1]).strip() if title else ""
    page.html = _framed(home, page.url, text)
    return page


def _framed(home: str, url: str, text: str) -> str:
    """The page as it is put into a frame: its own base, our bridge, our JS-SDK in place of WeChat's."""
    text = SDK.sub(rf"\1\2{home}/sandbox/static/jweixin.js\2", text)
    bridge = f'<script src="{home}/sandbox/static/inpage.js"></script>'
    head = f'<base href="{html.escape(url)}">{bridge}'
    found = HEAD.search(text)
    if found:
        return text[: found.end()] + head + text[found.end() :]
    doctype, mark, rest = text.partition(">") if text.lstrip()[:9].lower() == "<!doctype" else ("", "", text)
    return doctype + mark + head + rest


def _put_cookies(held: dict[str, str], headers: list[tuple[str, str]]) -> None:
    """Keeps what a site set; what it set with Max-Age 0 is gone."""
    for name, value in headers:
        if name.lower() != "set-cookie":
            continue
        try:
            given = SimpleCookie(value)
        except CookieError:
            continue
        for cookie in given.values():
            if cookie["max-age"] == "0" or not cookie.value:
                held.pop(cookie.key, None)
            else:
                held[cookie.key] = cookie.value


def _outside(page: Page) -> Page:
    page.title = urlsplit(page.url).hostname or "网页"
    return _told(page, "outside", "这个网页不在本机上，沙盒不替你打开。")


def _told(page: Page, kind: str, text: str) -> Page:
    page.kind, page.text = kind, text
    page.title = page.title or "微信"
    return page
