"""Pictures that a worker draws and sends: what stands on them, and who asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from sqlalchemy import select

from engine import outbox
from engine.errors import EngineError
from engine.ids import OutboxId, PromoterId
from engine.money import Money
from engine.people.authority import NotStaff, Right, demand, holds, roles_of
from engine.programme import backdrops, members, products, promoters, settings, wishes
from engine.programme.codes import invitation_scene, promoter_scene
from engine.programme.modes import PosterKind, PosterLook
from engine.programme.promoters import Promoter
from engine.programme.settings import Settings
from engine.store.base import Tx
from engine.store.columns import to_ms
from engine.store.commands import Room, command, question
from engine.store.tables import material_pictures
from engine.store.tables import outbox as rows

What = Literal[
    "poster", "printed", "product", "invitation", "preview", "members", "members_poster", "enrolment",
    "earnings_chart", "ranking_chart", "shop_chart", "payee", "material",
]  # fmt: skip
"""店铺海报, a poster for one place, 商品海报, 邀请海报, samples of a kind for the merchant, his own invitation as a
card and as a poster, the one-time QR of owner or staff, the charts of 我的收益, 排行榜 and 今日概览, the 收款码 of a
withdrawal, and a picture of a piece of 素材文案."""

_STAFFS: Mapping[What, Right] = {
    "preview": Right.OWNER,
    "members": Right.OWNER,
    "members_poster": Right.OWNER,
    "enrolment": Right.OWNER,
    "payee": Right.FINANCE,
}
"""Whose right it takes to see one; the shop's chart is for all of the staff, material for every
promoter, a poster also for whoever reviews, everything else for the promoter whose it is."""

USEFUL = timedelta(seconds=55)
"""A tap, scan or follow opens WeChat's window for a minute; a picture that misses it waits to be fetched."""


@dataclass(frozen=True, slots=True)
class PosterFacts:
    """Everything that a promoter's poster is drawn from, but for the QR code's url."""

    kind: PosterKind
    title: str
    text: str
    name: str
    code: str
    scene: str
    template: PosterLook
    shop: str = ""
    """The shop's name where the title is another."""
    price: Money | None = None
    background: str = ""
    """The merchant's own picture; empty = what the look paints."""
    portrait: str = ""
    """A digest of the promoter's picture; empty = none."""
    printed: bool = False
    """For paper, where a code is scanned and not pressed."""


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What samples of one kind of poster are drawn from (海报样张); names and products are made up."""

    kind: PosterKind
    title: str
    text: str
    shop: str
    template: PosterLook
    background: str


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What stands on the QR of the merchant's own invitation (邀请成员)."""

    shop: str
    group: str
    scene: str


class Pictures(Room):
    """Asking for pictures."""

    @question
    def kept(self, tx: Tx) -> frozenset[str]:
        """The files that somebody may still ask for: of settings in force within a day, of drafts, of 素材文案."""
        ruled = settings.pictures_since(tx, tx.now - backdrops.DRAFT_KEPT)
        files = select(material_pictures.c.name).where(
            material_pictures.c.shop_id == tx.shop, material_pictures.c.name.is_not(None)
        )
        return frozenset(ruled | backdrops.awaited(tx) | set(tx.run(files).scalars()))

    @question
    def printed(self, tx: Tx, promoter: PromoterId, point: str) -> PosterFacts:
        """The facts of a poster that is printed for one place."""
        found, rules = promoters.one(tx, promoter), settings.current(tx)
        return replace(_poster(tx, rules, found, point), printed=True)

    @question
    def members(self, tx: Tx, token: str) -> MemberFacts:
        """The facts of the merchant's own invitation. Raises InvitationOver."""
        found = members.living(tx, token)
        return MemberFacts(settings.current(tx).shop_name, found.group, found.scene)

    @question
    def members_poster(self, tx: Tx, token: str) -> PosterFacts:
        """The merchant's own invitation as a poster, in the shop's name, no code to type. Raises InvitationOver."""
        found, rules = members.living(tx, token), settings.current(tx)
        return PosterFacts(
            "invitation", rules.recruit_title, rules.recruit_text, rules.shop_name, "", found.scene,
            rules.invitation_template, background=rules.invitation_background,
        )  # fmt: skip

    @command
    def want_code(self, tx: Tx, scene: str) -> None:
        """Have the QR code of a page (a link opened outside WeChat) drawn; asked again, again after a minute."""
        minute = to_ms(tx.now) // 60_000
        outbox.put(tx, f"code:{scene}:{minute}", "code", {"scene": scene})

    @command
    def give(self, tx: Tx, key: str, media: str) -> None:
        """The actor sent a picture for a setting: a worker fetches it from WeChat, which keeps it three days."""
        settings.check_picture_key(key)
        outbox.put(tx, f"given:{tx.ids.new('gv')}", "given", {"key": key, "media": media}, to=tx.actor.person)
        tx.note["key"] = key

    @command
    def judged(self, tx: Tx, key: str, why_not: str) -> None:
        """What became of the picture that the actor sent: he is told; no reason means that it is in use."""
        told = {"key": key, "why_not": why_not}
        outbox.put(tx, f"judged:{tx.ids.new('jg')}", "judged", told, to=tx.actor.person)

    @question
    def poster(self, tx: Tx, promoter: PromoterId) -> PosterFacts:
        """The facts of a promoter's shop poster."""
        return _poster(tx, settings.current(tx), promoters.one(tx, promoter))

    @question
    def invitation(self, tx: Tx, promoter: PromoterId) -> PosterFacts:
        """The facts of a promoter's invitation (邀请海报): its words are those of the recruit page."""
        found, rules = promoters.one(tx, promoter), settings.current(tx)
        facts = PosterFacts(
            "invitation", rules.recruit_title, rules.recruit_text, found.name.given, found.code,
            invitation_scene(found.code), rules.invitation_template, rules.shop_name, None,
            rules.invitation_background,
        )  # fmt: skip
        return _as_he_wishes(tx, rules, found, facts)

    @question
    def product(self, tx: Tx, promoter: PromoterId, sku: str) -> PosterFacts:
        """The facts of a promoter's poster of one product; its code is his own, as on every poster."""
        found, rules, product = promoters.one(tx, promoter), settings.current(tx), products.one(tx, sku)
        facts = PosterFacts(
            "product", product.title, rules.product_text, found.name.given, found.code,
            promoter_scene(found.code), rules.product_template, rules.shop_name, product.price,
            rules.product_background,
        )  # fmt: skip
        return _as_he_wishes(tx, rules, found, facts)

    @question
    def preview(self, tx: Tx, kind: PosterKind) -> SampleFacts:
        """The facts of a kind's samples: on the picture that waits to be used, else on the live one."""
        rules, draft = settings.current(tx), backdrops.of_kind(tx, kind)
        background = draft.picture if draft else str(getattr(rules, backdrops.KEYS[kind]))
        title, text, look = {
            "shop": (rules.poster_title or rules.shop_name, rules.poster_text, rules.poster_template),
            "product": ("", rules.product_text, rules.product_template),
            "invitation": (rules.recruit_title, rules.recruit_text, rules.invitation_template),
        }[kind]
        return SampleFacts(kind, title, text, rules.shop_name, look, background)

    @question
    def check(self, tx: Tx, what: What, subject: str) -> None:
        """May the actor have it still? Raises what `want` would raise: between the two he may have lost the right."""
        _check_may(tx, what, subject)

    @command
    def want(self, tx: Tx, what: What, subject: str) -> bool:
        """Have a picture drawn and sent to the actor; false when one is on its way already: it is tried at once.

        Raises NotStaff, LacksRight, NotAPromoter. Nobody asks for what is another promoter's: that is a bug.
        """
        _check_may(tx, what, subject)
        under_way = tx.run(
            select(rows.c.id, rows.c.payload).where(
                rows.c.shop_id == tx.shop,
                rows.c.person_id == tx.actor.person,
                rows.c.kind == "picture",
                rows.c.state.in_(["ready", "sending"]),
            )
        ).all()
        for row in under_way:
            if (row.payload["what"], row.payload["subject"]) == (what, subject):
                outbox.hurry(tx, OutboxId(row.id), "picture")
                return False
        outbox.put(
            tx, f"picture:{tx.ids.new('pc')}", "picture", {"what": what, "subject": subject},
            to=tx.actor.person, useful_until=tx.now + USEFUL,
        )  # fmt: skip
        return True


def _check_may(tx: Tx, what: What, subject: str) -> None:
    if what == "shop_chart":
        if not roles_of(tx, tx.actor.person):
            raise NotStaff()
    elif what in _STAFFS:
        demand(tx, _STAFFS[what])
    elif what == "material":
        promoters.of_actor(tx)
    elif what == "poster" and holds(roles_of(tx, tx.actor.person), Right.REVIEW):
        return
    elif subject.partition(" ")[0] != promoters.earner(tx).id:
        raise EngineError(f"{what} of another promoter")


def _poster(tx: Tx, rules: Settings, found: Promoter, point: str = "") -> PosterFacts:
    facts = PosterFacts(
        "shop", rules.poster_title or rules.shop_name, rules.poster_text, found.name.given, found.code,
        promoter_scene(found.code, point), rules.poster_template, background=rules.poster_background,
    )  # fmt: skip
    return _as_he_wishes(tx, rules, found, facts)


def _as_he_wishes(tx: Tx, rules: Settings, found: Promoter, facts: PosterFacts) -> PosterFacts:
    """With his picture, and in the look that he chose where he may."""
    his = wishes.of(tx, found.id)
    return replace(facts, template=wishes.look_of(his, rules, facts.template), portrait=his.portrait)
