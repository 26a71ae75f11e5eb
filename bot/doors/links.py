"""The chat's links: `/r/<code>` to the shop, `/i/<code>` and `/m/<token>` to the recruit page, `/s/<code>` 素材文案."""

from __future__ import annotations

import logging
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import quote

from flask import Blueprint, Request, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bot.bugs import place
from bot.doors.rendering import Pages, again, guarded, in_wechat
from bot.doors.states import Expired, Forged, States
from bot.gallery import Gallery
from bot.pace import Pace
from bot.wechat.cards import Cards
from bot.wechat.errors import WeChatRefused, WeChatUnreachable
from bot.wechat.oauth import STALE_CODES, OAuth, Opened
from engine import SYSTEM, Desk, Engine, someone
from engine.clock import Clock
from engine.errors import Refusal, StoreBusyError
from engine.ids import PersonId, ShopId
from engine.programme.codes import invitation_scene, promoter_scene
from engine.programme.materials import Material
from engine.programme.products import NoSuchProduct
from engine.programme.promoters import Promoter, Status
from engine.programme.settings import Settings
from engine.referrals.visits import OwnCode
from engine.store.commands import ReferenceUsedError
from handlers.texts import pages as texts
from handlers.texts.materials import copied
from handlers.texts.pages import Note

AT_ONCE = 4
"""Threads of one process that may wait for WeChat at a time: the others are for its messages."""
MOST_A_MINUTE = 3_000
"""Links opened in WeChat, by all processes together."""
MOST_VISITS = 10
"""Of one person in a minute; more of them lead on to the shop and are not counted."""

_CODE = r"[2-9A-HJ-NP-Za-hj-np-z]{6}"
_ADDRESS = re.compile(_CODE)
_TOKEN = re.compile(r"[2-9A-HJ-NP-Z]{10}")
_VERIFICATION = re.compile(r"MP_verify_[0-9A-Za-z]{16}\.txt")
_YEAR = 31_536_000
_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the door is made of."""

    engine: Engine
    shop: ShopId
    oauth: OAuth
    cards: Cards
    gallery: Gallery
    pace: Pace
    clock: Clock
    """Real time: a state is as old as it is, whatever the demo's clock says."""
    home: str
    """PUBLIC_URL"""
    shop_url: str
    """SHOP_URL_TEMPLATE, or the empty string."""
    verifications: Callable[[str], str | None]
    """What a file of WeChat's (MP_verify_….txt) holds."""


Show = Callable[[Desk | None], AnyResponse]
"""The page behind a link: outside WeChat without a desk, in WeChat at the desk of who opened it."""


def links_door(parts: Parts) -> Blueprint:
    """The blueprint of all links and of the pictures on their pages."""
    door = _Door(parts)
    blueprint = Blueprint("links", __name__, template_folder="pages")
    rules: tuple[tuple[str, Callable[..., AnyResponse]], ...] = (
        ("/r/<code>", door.shop),
        ("/r/<code>/<sku>", door.shop),
        ("/i/<code>", door.invitation),
        ("/m/<token>", door.members),
        ("/s/<code>", door.material),
        ("/pictures/<name>", door.picture),
        ("/<name>.txt", door.verification),
    )
    for number, (rule, view) in enumerate(rules):
        blueprint.add_url_rule(rule, f"{view.__name__}{number}", view, methods=["GET"])
    return blueprint


class _Door:
    """Who opened a link, and what he is shown."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._states = States(parts.engine.store.cipher)
        self._waiting = threading.BoundedSemaphore(AT_ONCE)
        self._pages = Pages(
            parts.home,
            cards=parts.cards,
            gallery=parts.gallery,
            pace=parts.pace,
            digest=parts.engine.store.cipher.digest,
            want_code=self._want_code,
        )

    # -- the links ---------------------------------------------------------------------------------

    def shop(self, code: str, sku: str = "") -> AnyResponse:
        """推广链接: a visit, then the shop."""

        def show(desk: Desk | None) -> AnyResponse:
            promoter = self._promoter(code)
            return self._counted(desk, promoter, sku) if desk else self._outside(promoter)

        return self._answered(show)

    def invitation(self, code: str) -> AnyResponse:
        """邀请链接: the invitation is opened, which is a visit as well; the page says how to go on."""

        def show(desk: Desk | None) -> AnyResponse:
            promoter = self._promoter(code)
            if desk:
                try:
                    desk.referrals.open_invitation(promoter.code)
                except OwnCode:
                    note, card = texts.own_invitation(), texts.recruit_card(self._rules())
                    return self._pages.note(note, card=card, preview=card)
            kicker, scene = texts.invited_by(promoter), invitation_scene(promoter.code)
            return self._recruit(desk, kicker, scene)

        return self._answered(show)

    def members(self, token: str) -> AnyResponse:
        """邀请成员: the merchant's own invitation."""

        def show(desk: Desk | None) -> AnyResponse:
            if not _TOKEN.fullmatch(token):
                return self._pages.note(texts.NOT_FOUND, HTTPStatus.NOT_FOUND)
            found = self._system().members.get(token)
            if desk:
                desk.members.open(token)
            kicker = texts.invited_by_merchant(found, self._rules())
            return self._recruit(desk, kicker, found.scene)

        return self._answered(show)

    def material(self, code: str) -> AnyResponse:
        """图文页 of 素材文案: WeChat says who opens it, and he finds his own link and QR code on it."""

        def show(desk: Desk | None) -> AnyResponse:
            return self._material(desk, code) if desk else self._pages.note(texts.MATERIAL_IN_WECHAT)

        return self._answered(show)

    def picture(self, name: str) -> AnyResponse:
        """A picture of ours by its digest."""
        found = self._parts.gallery.find(name)
        if found is None:
            return guarded(Response("", HTTPStatus.NOT_FOUND))
        headers = {
            # The name is a digest: what it names never changes.
            "Cache-Control": f"public, max-age={_YEAR}, immutable",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(found.read_bytes(), headers=headers, content_type=_TYPES[found.suffix])

    def verification(self, name: str) -> AnyResponse:
        """WeChat's proof that the domain is ours, once the operator has put the file into DATA_DIR."""
        wanted = f"{name}.txt"
        said = self._parts.verifications(wanted) if _VERIFICATION.fullmatch(wanted) else None
        status = HTTPStatus.OK if said else HTTPStatus.NOT_FOUND
        return guarded(Response(said or "", status, content_type="text/plain; charset=utf-8"))

    # -- who opens it ------------------------------------------------------------------------------

    def _answered(self, show: Show) -> AnyResponse:
        """The page, or why not; whatever goes wrong, the person reads a sentence."""
        try:
            return self._shown(show)
        except Refusal as refusal:
            note = texts.why_not(refusal)
            status = HTTPStatus.NOT_FOUND if note is texts.NOT_FOUND else HTTPStatus.OK
            return self._pages.note(note, status, button=self._to_shop(note))
        except StoreBusyError:
            _log.error("door=links event=outage")
            return self._pages.note(texts.OUT, HTTPStatus.SERVICE_UNAVAILABLE, button=again())
        except Exception as bug:  # noqa: BLE001  whatever it is, the person gets a page and the log the place
            _log.error("door=links event=bug %s", place(bug))
            return self._pages.note(texts.BROKEN, HTTPStatus.INTERNAL_SERVER_ERROR, button=again())

    def _shown(self, show: Show) -> AnyResponse:
        if not in_wechat(request):
            return show(None)
        if not _is_opened_by_a_person(request):
            # A frame or a prefetch: the redirects would count somebody who saw nothing.
            return self._pages.note(texts.FRAMED)
        if "code" not in request.args:
            return self._to_wechat()
        return self._returned(show)

    def _to_wechat(self) -> AnyResponse:
        if not self._parts.pace.allows("links", MOST_A_MINUTE, 60):
            return self._pages.note(texts.BUSY, HTTPStatus.SERVICE_UNAVAILABLE, button=again())
        state = self._states.make(request.path, self._parts.clock.now())
        back = f"{self._parts.home}{quote(request.path)}"
        return guarded(redirect(self._parts.oauth.address(back, state)))

    def _returned(self, show: Show) -> AnyResponse:
        """Back from WeChat with a code, which tells who it is, once."""
        state = request.args.get("state", "")
        try:
            nonce = self._states.read(state, request.path, self._parts.clock.now())
        except Forged:
            return self._pages.note(texts.FORGED, HTTPStatus.BAD_REQUEST, button=again())
        except Expired:
            return guarded(redirect(quote(request.path)))
        if not self._parts.pace.first(f"state:{nonce}", 2 * 300):
            # Reloaded, or gone back to: whoever it is now is asked anew. After 使用完整服务 too.
            return guarded(redirect(quote(request.path)))
        return self._known(nonce, show)

    def _known(self, nonce: str, show: Show) -> AnyResponse:
        if not self._waiting.acquire(blocking=False):
            return self._pages.note(texts.BUSY, HTTPStatus.SERVICE_UNAVAILABLE, button=again())
        try:
            opened = self._parts.oauth.exchange(request.args["code"])
        except WeChatRefused as refused:
            if refused.errcode in STALE_CODES:
                return self._pages.note(texts.TRY_AGAIN, button=again())
            _log.error("door=links event=refused errcode=%d", refused.errcode)
            return self._pages.note(texts.SLOW, HTTPStatus.SERVICE_UNAVAILABLE, button=again())
        except WeChatUnreachable as unreachable:
            _log.error("door=links event=unreachable why=%s", unreachable)
            return self._pages.note(texts.SLOW, HTTPStatus.SERVICE_UNAVAILABLE, button=again())
        finally:
            self._waiting.release()
        if opened.snapshot:
            return self._pages.note(texts.SNAPSHOT)
        try:
            return show(self._desk_of(opened, nonce))
        except ReferenceUsedError:  # without Redis a state that came back is known by its visit
            return guarded(redirect(quote(request.path)))

    def _desk_of(self, opened: Opened, nonce: str) -> Desk:
        who = self._parts.engine.meet(self._parts.shop, opened.openid)
        return self._parts.engine.at(self._parts.shop, someone(who.person), f"link:{nonce}")

    # -- what they see -----------------------------------------------------------------------------

    def _counted(self, desk: Desk, promoter: Promoter, sku: str) -> AnyResponse:
        """The visit, exactly as a scan; then on to the shop."""
        rules = self._rules()
        if not self._parts.pace.allows(f"visits:{_person(desk)}", MOST_VISITS, 60):
            return self._on_to_shop(promoter.code, sku) or self._pages.note(texts.BUSY, button=again())
        try:
            receipt = desk.referrals.came_by_link(promoter.code)
        except OwnCode:
            card = texts.share_card(promoter, rules)
            return self._pages.note(texts.own(rules), card=card, preview=card)
        onward = self._on_to_shop(promoter.code, sku)
        if onward:
            return onward
        code = self._pages.code(promoter_scene(promoter.code), promoter.code)
        card = texts.share_card(promoter, rules)
        return self._pages.note(texts.counted(receipt, rules), card=card, code=code)

    def _on_to_shop(self, code: str, sku: str) -> AnyResponse | None:
        address = self._shop_address(code, sku)
        return guarded(redirect(address)) if address else None

    def _outside(self, promoter: Promoter) -> AnyResponse:
        rules = self._rules()
        if promoter.status is not Status.ACTIVE or not rules.programme:
            return self._pages.note(texts.NOT_NOW)
        return self._pages.page(
            "link.html",
            title=texts.shop(rules),
            kicker=texts.recommends(promoter),
            text=texts.share_card(None, rules).text,
            lines=texts.outside(promoter, rules),
            code=self._pages.code(promoter_scene(promoter.code), promoter.code),
        )

    def _recruit(self, desk: Desk | None, kicker: str, scene: str) -> AnyResponse:
        rules = self._rules()
        if desk:
            desk.recruiting.may_apply()
        elif not rules.programme or not (rules.recruiting or scene.startswith("m:")):
            return self._pages.note(texts.NOT_RECRUITING)
        return self._pages.page(
            "recruit.html",
            card=texts.recruit_card(rules),
            title=texts.recruit_title(rules),
            kicker=kicker,
            text=texts.recruit_lines(rules),
            picture=rules.recruit_picture,
            agreement_title=texts.AGREEMENT,
            agreement=texts.agreement_lines(rules),
            lines=texts.how_to_apply(in_wechat=desk is not None),
            code=self._pages.code(scene),
        )

    def _material(self, desk: Desk, code: str) -> AnyResponse:
        who = self._parts.engine.look(self._parts.shop, _person(desk))
        if who.is_staff and not who.promoter:
            return self._material_page(desk.materials.get(code), texts.preview(desk.materials.get(code)))
        me, found = desk.promoters.mine(), desk.materials.get_shown(code)
        if me.status is not Status.ACTIVE or not who.programme:
            return self._pages.note(texts.MAY_NOT_PROMOTE)
        words = copied(found, self._parts.home, me.code)
        return self._material_page(
            found, words, copies=texts.COPIES, code=self._pages.code(promoter_scene(me.code), me.code)
        )

    def _material_page(
        self,
        found: Material,
        words: str,
        *,
        copies: Mapping[str, str] | None = None,
        code: Mapping[str, str] | None = None,
    ) -> AnyResponse:
        return self._pages.page(
            "material.html",
            title=texts.material_title(found),
            kicker=texts.MATERIAL if copies else texts.MATERIAL_PREVIEW,
            words=words,
            copies=copies,
            pictures=found.pictures,
            pictures_title=texts.PICTURES_BELOW,
            code=code,
            code_title=texts.YOUR_CODE,
        )

    # -- who and where -----------------------------------------------------------------------------

    def _promoter(self, code: str) -> Promoter:
        """Raises NoSuchPromoter."""
        if not _ADDRESS.fullmatch(code):
            code = ""
        found = self._system().promoters.by_code(code)
        # What the reader is shown is what the promoter calls himself, never a remark of the merchant's.
        return replace(found, name=replace(found.name, remark=""))

    def _shop_address(self, code: str, sku: str) -> str:
        """SHOP_URL_TEMPLATE filled in. It never carries an openid, and the host is the operator's."""
        if not self._parts.shop_url:
            return ""
        known = sku if sku and self._is_product(sku) else ""
        filled = self._parts.shop_url.replace("{code}", quote(code, safe=""))
        return filled.replace("{sku}", quote(known, safe=""))

    def _is_product(self, sku: str) -> bool:
        try:
            return bool(self._system().products.get(sku))
        except NoSuchProduct:
            return False

    def _to_shop(self, note: Note) -> Mapping[str, str] | None:
        """From a visit that does not count to the shop, without a code."""
        address = self._shop_address("", "")
        if note is texts.NOT_FOUND or not address or not request.path.startswith("/r/"):
            return None
        return {"address": address, "words": texts.GO_SHOPPING}

    def _want_code(self, scene: str) -> None:
        self._system().pictures.want_code(scene)

    def _rules(self) -> Settings:
        return self._system().settings.now()

    def _system(self) -> Desk:
        return self._parts.engine.at(self._parts.shop, SYSTEM, f"links:{secrets.token_hex(12)}")


def _is_opened_by_a_person(incoming: Request) -> bool:
    """Not inside a frame or a picture of another page, not ahead of time: such requests say what they are for."""
    wanted_for = incoming.headers.get("Sec-Fetch-Dest", "document")
    ahead = incoming.headers.get("Sec-Purpose", "") or incoming.headers.get("Purpose", "")
    return incoming.method == "GET" and wanted_for == "document" and "prefetch" not in ahead


def _person(desk: Desk) -> PersonId:
    return desk.actor.person
