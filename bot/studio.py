"""Pictures for the outbox: facts from the engine, a QR code from WeChat, pixels from `posters`, a media id back."""

from __future__ import annotations

import logging
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.charts import chart
from bot.facts import Facts, facts_of
from bot.gallery import Gallery, code_name, material_name
from bot.shelf import Shelf
from bot.wechat.client import QrTicket, WeChat
from bot.wechat.errors import CODES_USED_UP, WeChatRefused
from bot.wechat.quotas import NEAR
from engine import Desk, Engine
from engine.clock import Clock
from engine.errors import Refusal
from engine.ids import ShopId
from engine.programme.codes import LONGEST_LIFE, MOST_PERMANENT, RENEWED_BEFORE, QrCode
from engine.programme.materials import MaterialPicture
from engine.programme.pictures import MemberFacts, PosterFacts, SampleFacts, What
from engine.reports.charts import EarningDays, ShopDays
from engine.reports.rankings import Ranking
from handlers.texts import cards
from handlers.texts.money import grouped
from posters import jpeg
from posters.picture import whole as picture_of
from posters.render import (
    QrUnreadable,
    render,
    render_background,
    render_card,
    render_code,
    render_cover,
    render_payee,
    render_portrait,
    render_samples,
)
from posters.spec import CardSpec, Hero, PosterSpec

_log = logging.getLogger(__name__)

MATERIAL = 1440, 4320
"""Pixels of a picture of 素材文案 at most: as WeChat shows it on a phone, long ones (长图) whole."""


class Undrawable(Exception):
    """The picture cannot be made, now or later."""


@dataclass(frozen=True, slots=True)
class Studio:
    """Where a worker makes pictures."""

    engine: Engine
    shop: ShopId
    wechat: WeChat
    shelf: Shelf
    gallery: Gallery
    clock: Clock
    font_path: str = ""

    def media_id(self, desk: Desk, what: What, subject: str) -> str:
        """The picture at WeChat: the one uploaded before, or a fresh one. Raises Undrawable."""
        try:
            desk.pictures.check(what, subject)
            facts = facts_of(desk, what, subject)
        except Refusal as refusal:
            raise Undrawable(f"{what}: {type(refusal).__name__}") from refusal
        kept = self.shelf.find(facts) if facts else None
        if kept:
            return kept
        jpeg = self._payee(desk, subject) if what == "payee" else self._draw(desk, facts, subject)
        media_id = self.wechat.upload_image(jpeg).media_id
        if facts:
            self.shelf.keep(facts, media_id)
        return media_id

    def forget(self, desk: Desk, what: str, subject: str) -> None:
        """WeChat lost the upload."""
        facts = facts_of(desk, what, subject)
        if facts:
            self.shelf.forget(facts)

    def enrolment_jpeg(self, desk: Desk, token: str) -> bytes:
        """The one-time QR of a new owner or member of staff."""
        enrolment = desk.enrolling.pending(token)
        if enrolment is None:
            raise Undrawable("the one-time QR is used or over")
        seconds = max(60, int((enrolment.expires_at - self.clock.now()).total_seconds()))
        code = self._code(desk, enrolment.scene, seconds)
        title, lines = cards.enrolment(enrolment.role, enrolment.expires_at)
        return self._rendered_card(CardSpec(title, lines, code.url, font_path=self.font_path))

    def code_of_page(self, desk: Desk, scene: str) -> None:
        """The QR code that a page shows outside WeChat. Raises Undrawable."""
        url = self._code(desk, scene).url
        try:
            picture = render_code(url)
        except QrUnreadable as error:
            raise Undrawable(str(error)) from error
        self.gallery.put(code_name(self.engine.store.cipher.digest("page code", scene)), picture)

    def keep_given(self, media_id: str) -> str:
        """A picture that the merchant sent, encoded anew and kept: its name. Raises PictureRefused."""
        return self.gallery.keep(render_cover(self.wechat.fetch_image(media_id)))

    def keep_material(self, picture: str, media_id: str) -> str:
        """A picture for 素材文案, encoded anew and kept whole: its name. Raises PictureRefused."""
        whole = picture_of(self.wechat.fetch_image(media_id), MATERIAL)
        return self.gallery.put(material_name(picture), jpeg.encode(whole))

    def drop(self, names: Iterable[str]) -> None:
        """These pictures are not wanted any more."""
        for name in names:
            self.gallery.drop(name)

    def keep_background(self, media_id: str) -> str:
        """A picture for behind a poster, at a poster's size: its name. Raises PictureRefused."""
        return self.gallery.keep(render_background(self.wechat.fetch_image(media_id)))

    def portrait_given(self, media_id: str) -> bytes:
        """A promoter's picture, as small as posters show it; no file of it is kept. Raises PictureRefused."""
        return render_portrait(self.wechat.fetch_image(media_id))

    def payee_given(self, media_id: str) -> bytes:
        """A promoter's 收款码, encoded anew; no file of it is kept. Raises PictureRefused."""
        return render_payee(self.wechat.fetch_image(media_id))

    def _payee(self, desk: Desk, code: str) -> bytes:
        """The 收款码 of a withdrawal, if he for whom it is may see it and it is open still."""
        try:
            return b64decode(desk.withdrawals.payee_picture(code))
        except Refusal as refusal:
            raise Undrawable(f"收款码: {type(refusal).__name__}") from refusal

    def _material(self, name: str) -> bytes:
        found = self.gallery.find(name)
        if found is None:
            raise Undrawable("the file is gone")
        return found.read_bytes()

    def _draw(self, desk: Desk, facts: Facts | None, subject: str) -> bytes:
        match facts:
            case PosterFacts():
                code = self._code(desk, facts.scene)
                spec = self._poster(desk, facts, code)
                try:
                    return render(spec).jpeg
                except QrUnreadable as error:
                    raise Undrawable(str(error)) from error
            case SampleFacts():
                return render_samples(*(self._sample(facts, at) for at in (0, 1)))
            case MemberFacts():
                title, lines = cards.members(facts.shop, facts.group)
                return self._rendered_card(
                    CardSpec(title, lines, self._code(desk, facts.scene).url, "", self.font_path)
                )
            case MaterialPicture():
                return self._material(facts.name)
            case EarningDays() | ShopDays() | Ranking():
                return chart(facts, self.font_path)
            case None:
                return self.enrolment_jpeg(desk, subject)

    def _poster(self, desk: Desk, facts: PosterFacts, code: QrCode) -> PosterSpec:
        title = facts.title or cards.INVITATION
        price = grouped(facts.price) if facts.price else ""
        hero = Hero(title, facts.text, facts.shop, price, self.font_path, self._background(facts))
        return PosterSpec(
            hero, facts.name, facts.code, code.url, cards.DOES[facts.kind], cards.valid_until(code.expires_at),
            cards.ON_PAPER if facts.printed else cards.ON_SCREEN, _portrait(desk, facts), facts.template.value,
        )  # fmt: skip

    def _sample(self, facts: SampleFacts, at: int) -> PosterSpec:
        """The first of a kind's samples has the shortest words, the second one the longest."""
        goods, price = cards.SAMPLE_GOODS[at] if facts.kind == "product" else ("", "")
        title = goods or facts.title or cards.INVITATION
        over = "" if facts.kind == "shop" else facts.shop
        hero = Hero(title, facts.text, over, price, self.font_path, self._background(facts))
        return PosterSpec(
            hero, cards.SAMPLE_NAMES[at], cards.SAMPLE_CODE, cards.SAMPLE_URL, cards.DOES[facts.kind],
            template=facts.template.value,
        )  # fmt: skip

    def _background(self, facts: PosterFacts | SampleFacts) -> bytes | None:
        """The merchant's picture; what the look paints where its file is lost."""
        found = self.gallery.read(facts.background) if facts.background else None
        if facts.background and found is None:
            _log.error("picture=lost name=%s", facts.background)
        return found

    def _rendered_card(self, spec: CardSpec) -> bytes:
        try:
            return render_card(spec).jpeg
        except QrUnreadable as error:
            raise Undrawable(str(error)) from error

    def _code(self, desk: Desk, scene: str, seconds: int | None = None) -> QrCode:
        """The QR code that WeChat made for this scene; a permanent one unless said otherwise, asked for once."""
        known = desk.codes.find(scene, RENEWED_BEFORE if seconds is None else timedelta(0))
        if known:
            return known
        ticket = (
            self._permanent(desk, scene) if seconds is None else self.wechat.create_qr(scene, seconds=seconds)
        )
        expires = self.clock.now() + timedelta(seconds=ticket.seconds) if ticket.seconds else None
        made = QrCode(scene, ticket.ticket, ticket.url, expires)
        self.engine.remember_code(self.shop, made)
        return made

    def _permanent(self, desk: Desk, scene: str) -> QrTicket:
        """A code for ever; once all of those are used up, one for the longest that there is."""
        made = desk.codes.permanent()
        if made >= MOST_PERMANENT * NEAR // 100:
            _log.warning("wechat=quota what=permanent_codes used=%d of=%d", made, MOST_PERMANENT)
        if made < MOST_PERMANENT:
            try:
                return self.wechat.create_qr(scene, seconds=None)
            except WeChatRefused as refused:
                if refused.errcode != CODES_USED_UP:
                    raise
        return self.wechat.create_qr(scene, seconds=int(LONGEST_LIFE.total_seconds()))


def _portrait(desk: Desk, facts: PosterFacts) -> bytes | None:
    """The promoter's picture, if it was not taken down this very moment."""
    try:
        return b64decode(desk.wishes.portrait(facts.code)) if facts.portrait else None
    except Refusal:
        return None
