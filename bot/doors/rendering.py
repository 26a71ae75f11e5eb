"""The pages behind the chat's links: how one is made, and what a browser may do with it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Request, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from bot.gallery import Gallery, code_name
from bot.pace import Pace
from bot.wechat.cards import Cards
from handlers.texts import pages as texts
from handlers.texts.pages import Card, Note


class Pages:
    """What a reader sees: a note, or a whole page, with its card for those whom it is passed on to."""

    def __init__(
        self,
        home: str,
        *,
        cards: Cards,
        gallery: Gallery,
        pace: Pace,
        digest: Callable[[str, str], str],
        want_code: Callable[[str], object],
    ) -> None:
        self._home = home
        self._cards = cards
        self._gallery = gallery
        self._pace = pace
        self._digest = digest
        self._want_code = want_code

    def note(
        self,
        note: Note,
        status: int = HTTPStatus.OK,
        *,
        button: Mapping[str, str] | None = None,
        card: Card | None = None,
        preview: Card | None = None,
        code: Mapping[str, str] | None = None,
    ) -> AnyResponse:
        """A sentence or two, and perhaps a button, a card to pass on, or a QR code."""
        return self.page(
            "note.html",
            status,
            title=note.title,
            note=note,
            button=button,
            card=card,
            preview=preview,
            code=code,
        )

    def page(
        self, template: str, status: int = HTTPStatus.OK, *, card: Card | None = None, **told: Any
    ) -> AnyResponse:
        """A page that needs nothing from elsewhere; in WeChat it says what its card looks like."""
        nonce, waits = secrets.token_urlsafe(12), told.get("code")
        signed = self._cards.sign(self._here()) if card and in_wechat(request) else None
        html = render_template(
            template,
            nonce=nonce,
            refresh=waits["refresh"] if waits else "",
            signed=signed.config() if signed else None,
            card=self._passed_on(card) if card else None,
            **told,
        )
        return guarded(Response(html, status, content_type="text/html; charset=utf-8"), nonce)

    def code(self, scene: str, typed: str = "") -> Mapping[str, str]:
        """The picture of a QR code, which a worker makes; until it is there the page comes again by itself."""
        name = code_name(self._digest("page code", scene))
        if self._gallery.find(name):
            return {"picture": name, "typed": typed, "refresh": ""}
        if self._pace.first(f"code:{scene}", 10):
            self._want_code(scene)
        late = texts.NO_CODE_YET if typed else texts.NO_CODE_YET_INVITED
        return {
            "picture": "",
            "typed": typed,
            "comes": name,
            "instead": texts.WAITING,
            "late": late,
            # For a browser without scripts. In WeChat the address holds a code that opens once.
            "refresh": "" if in_wechat(request) else quote(request.path),
        }

    def _passed_on(self, card: Card) -> Mapping[str, str]:
        """As the JS-SDK takes it: the clean link, without code and state."""
        home = self._home
        cover = f"{home}/pictures/{card.picture}" if card.picture else ""
        return {
            "title": card.title,
            "desc": card.text,
            "link": f"{home}{quote(request.path)}",
            "imgUrl": cover,
        }

    def _here(self) -> str:
        """The address as the browser has it, which is what is signed."""
        query = request.query_string.decode("ascii", "replace")
        return f"{self._home}{quote(request.path)}{f'?{query}' if query else ''}"


def in_wechat(incoming: Request) -> bool:
    """Is it WeChat's own browser? 企业微信's, which cannot be asked who it is, counts as another."""
    agent = incoming.headers.get("User-Agent", "").lower()
    return "micromessenger/" in agent and "wxwork/" not in agent


def again() -> Mapping[str, str]:
    """A button that opens the link anew."""
    return {"address": quote(request.path), "words": texts.OPEN_AGAIN}


def guarded(answer: AnyResponse, nonce: str = "") -> AnyResponse:
    """Kept nowhere, framed by nobody, told to nobody."""
    own = f"'nonce-{nonce}'" if nonce else "'none'"
    script = f"{own} https://res.wx.qq.com" if nonce else own
    answer.headers.update(
        {
            "Cache-Control": "no-store",
            "Content-Security-Policy": (
                f"default-src 'none'; img-src 'self'; style-src {own}; script-src {script}; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            # The address holds WeChat's code: the shop must not read it there.
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
    )
    return answer
