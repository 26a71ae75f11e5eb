"""素材文案: texts and pictures of the merchant's that promoters pass on, for the whole shop or for one product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from engine import outbox
from engine.errors import Refusal
from engine.ids import PersonId
from engine.programme import products, promoters, wording
from engine.programme.pictures import USEFUL
from engine.programme.promoters import Status, WrongStatus
from engine.store.base import Tx
from engine.store.codes import fresh_code
from engine.store.columns import to_ms
from engine.store.commands import Room, command, question
from engine.store.tables import material_pictures, materials
from engine.store.tables import products as goods

MOST_MATERIALS = 100
MOST_PICTURES = 9
"""As many as a post in 朋友圈 takes."""
LONGEST_TEXT = 1_500
"""Bytes (500 汉字): with the promoter's link it has to fit into one message of WeChat's."""
MOST_PUSHED = 2
"""So many pictures come by themselves: a tapped line opens WeChat's window for three messages, one is the text's."""


@dataclass(frozen=True, slots=True)
class Material:
    """One piece of material."""

    code: str
    text: str
    sku: str
    """The product that it is for; empty for the whole shop."""
    product: str
    """That product's title, or the empty string."""
    promoted: bool
    """Not for a product that is not promoted now: promoters do not see it then."""
    listed: bool
    """On the shelf (上架)."""
    made_at: datetime
    pictures: tuple[str, ...]
    """The files of its pictures, in their order."""
    coming: int
    """Pictures that were sent and are not fetched yet."""


@dataclass(frozen=True, slots=True)
class MaterialPicture:
    """One picture of a piece of material, as it is sent on."""

    name: str


@dataclass(eq=False)
class NoSuchMaterial(Refusal):
    """No material has this code, or none that the actor may see."""


@dataclass(eq=False)
class BadMaterial(Refusal):
    """A text has 1 byte at least, and so many at most."""

    longest: int


@dataclass(eq=False)
class TooManyMaterials(Refusal):
    """Some have to be deleted first."""

    most: int


@dataclass(eq=False)
class TooManyPictures(Refusal):
    """It has as many pictures as it may have."""

    most: int


@dataclass(eq=False)
class MaterialListed(Refusal):
    """What is on the shelf is not deleted."""

    code: str


class Materials(Room):
    """The library of material."""

    @question
    def all(self, tx: Tx, sku: str, skip: int, most: int) -> tuple[Material, ...]:
        """The merchant's list, the newest first; with a product that product's only."""
        return _list(tx, skip, most, *([materials.c.sku == sku] if sku else []))

    @question
    def shown(self, tx: Tx, sku: str, skip: int, most: int) -> tuple[Material, ...]:
        """The promoters' list, the newest first; with a product that product's only."""
        return _list(tx, skip, most, _is_shown(), *([materials.c.sku == sku] if sku else []))

    @question
    def get(self, tx: Tx, code: str) -> Material:
        """One of them. Raises NoSuchMaterial."""
        return one(tx, code)

    @question
    def get_shown(self, tx: Tx, code: str) -> Material:
        """One that promoters see. Raises NoSuchMaterial."""
        return _shown(tx, code)

    @question
    def picture(self, tx: Tx, code: str, number: int) -> MaterialPicture:
        """The picture with this number, of one that promoters see. Raises NoSuchMaterial."""
        names = _shown(tx, code).pictures
        if not 0 < number <= len(names):
            raise NoSuchMaterial()
        return MaterialPicture(names[number - 1])

    # -- the merchant's side -----------------------------------------------------------------------

    @command
    def add(self, tx: Tx, text: str, sku: str) -> Material:
        """A new one, not on the shelf yet. Raises BadMaterial, BannedWording, NoSuchProduct, TooManyMaterials."""
        words = _checked(text)
        if sku:
            products.one(tx, sku)
        if tx.run(select(func.count()).where(materials.c.shop_id == tx.shop)).scalar_one() >= MOST_MATERIALS:
            raise TooManyMaterials(MOST_MATERIALS)
        code = fresh_code(tx, materials.c.code)
        values = {"text": words, "sku": sku or None, "listed": False, "made_at": tx.now}
        tx.run(insert(materials).values(shop_id=tx.shop, code=code, **values))
        return _noted(tx, code)

    @command
    def rewrite(self, tx: Tx, code: str, text: str) -> Material:
        """Another text. Raises NoSuchMaterial, BadMaterial, BannedWording."""
        return _changed(tx, code, text=_checked(text))

    @command
    def assign(self, tx: Tx, code: str, sku: str) -> Material:
        """It is for this product from now on, or for the whole shop. Raises NoSuchMaterial, NoSuchProduct."""
        if sku:
            products.one(tx, sku)
        return _changed(tx, code, sku=sku or None)

    @command
    def put_up(self, tx: Tx, code: str) -> Material:
        """Put it on the shelf (上架). Raises NoSuchMaterial."""
        return _changed(tx, code, listed=True)

    @command
    def take_down(self, tx: Tx, code: str) -> Material:
        """Take it off the shelf (下架). Raises NoSuchMaterial."""
        return _changed(tx, code, listed=False)

    @command
    def delete(self, tx: Tx, code: str) -> None:
        """Delete it with its pictures. Raises NoSuchMaterial, MaterialListed."""
        found = _noted(tx, code)
        if found.listed:
            raise MaterialListed(found.code)
        _drop_pictures(tx, found.code)
        tx.run(delete(materials).where(*_is(tx, found.code)))

    @command
    def clear(self, tx: Tx, code: str) -> Material:
        """Delete its pictures. Raises NoSuchMaterial."""
        _drop_pictures(tx, _noted(tx, code).code)
        return one(tx, code)

    @command
    def give(self, tx: Tx, code: str, media: str) -> Material:
        """The actor sent a picture for it; a worker fetches it. Raises NoSuchMaterial, TooManyPictures."""
        found = _noted(tx, code)
        if len(found.pictures) + found.coming >= MOST_PICTURES:
            raise TooManyPictures(MOST_PICTURES)
        last = tx.run(
            select(func.max(material_pictures.c.n)).where(*_pictures_of(tx, found.code))
        ).scalar_one()
        picture = tx.ids.new("mp")
        tx.run(
            insert(material_pictures).values(
                shop_id=tx.shop, id=picture, code=found.code, n=(last or 0) + 1, name=None
            )
        )
        told = {"picture": picture, "media": media, "person": tx.actor.person}
        outbox.put(tx, f"material:{picture}", "material", told)
        return one(tx, code)

    @command
    def keep(self, tx: Tx, picture: str, name: str) -> bool:
        """The picture is fetched, and is this file; false when it is not wanted any more."""
        done = tx.run(update(material_pictures).where(*_is_picture(tx, picture)).values(name=name))
        return bool(done.rowcount)

    @command
    def refuse(self, tx: Tx, picture: str, person: PersonId, why_not: str) -> None:
        """The picture cannot be used: it goes, and who sent it is told."""
        row = tx.run(select(material_pictures).where(*_is_picture(tx, picture))).one_or_none()
        if row is None:
            return
        tx.run(delete(material_pictures).where(*_is_picture(tx, picture)))
        told = {"code": row.code, "number": row.n, "why_not": why_not}
        outbox.put(tx, f"material_judged:{picture}", "material_judged", told, to=person)

    # -- the promoters' side -----------------------------------------------------------------------

    @command
    def pass_on(self, tx: Tx, code: str) -> Material:
        """Have the text with the actor's link, and a picture or two, sent to him as messages of their own.

        Raises NoSuchMaterial, NotAPromoter, WrongStatus.
        """
        me, found = promoters.of_actor(tx), _shown(tx, code)
        if me.status is not Status.ACTIVE:
            raise WrongStatus(me.status)
        once = f"{found.code}:{me.id}:{to_ms(tx.now) // 10_000}"  # a double tap is one wish
        until = tx.now + USEFUL
        outbox.put(tx, f"copy:{once}", "copy", {"material": found.code}, to=me.person, useful_until=until)
        for number in _pushed(found):
            wanted = {"what": "material", "subject": f"{found.code} {number}"}
            outbox.put(tx, f"picture:{once}:{number}", "picture", wanted, to=me.person, useful_until=until)
        return found


def one(tx: Tx, code: str) -> Material:
    """One of them. Raises NoSuchMaterial."""
    found = _list(tx, 0, 1, materials.c.code == code.upper())
    if not found:
        raise NoSuchMaterial()
    return found[0]


def _shown(tx: Tx, code: str) -> Material:
    found = one(tx, code)
    if not (found.listed and found.promoted):
        raise NoSuchMaterial()
    return found


def _pushed(found: Material) -> range:
    """The numbers of the pictures that come by themselves: all of them or none, because half a set misleads."""
    return range(1, len(found.pictures) + 1 if len(found.pictures) <= MOST_PUSHED else 1)


def _is_shown() -> Any:
    return materials.c.listed & or_(materials.c.sku.is_(None), goods.c.promoted)


def _list(tx: Tx, skip: int, most: int, *which: Any) -> tuple[Material, ...]:
    product = (goods.c.shop_id == materials.c.shop_id) & (goods.c.sku == materials.c.sku)
    rows = tx.run(
        select(materials, goods.c.title, goods.c.promoted)
        .outerjoin(goods, product)
        .where(materials.c.shop_id == tx.shop, *which)
        .order_by(materials.c.made_at.desc(), materials.c.code)
        .offset(skip)
        .limit(most)
    ).all()
    return tuple(_read(tx, row) for row in rows)


def _read(tx: Tx, row: Any) -> Material:
    names = tx.run(
        select(material_pictures.c.name).where(*_pictures_of(tx, row.code)).order_by(material_pictures.c.n)
    ).scalars()
    all_of_them = names.all()
    kept = tuple(name for name in all_of_them if name)
    return Material(
        row.code, row.text, row.sku or "", row.title or "", row.sku is None or row.promoted, row.listed,
        row.made_at, kept, len(all_of_them) - len(kept),
    )  # fmt: skip


def _checked(text: str) -> str:
    words = "\n".join(line.strip() for line in text.strip().splitlines())
    if not 0 < len(words.encode()) <= LONGEST_TEXT:
        raise BadMaterial(LONGEST_TEXT)
    wording.check(words)
    return words


def _noted(tx: Tx, code: str) -> Material:
    """One of them, of which the log tells something. Raises NoSuchMaterial."""
    found = one(tx, code)
    tx.note |= {"material": found.code, "text": found.text[:20], "title": found.product}
    return found


def _changed(tx: Tx, code: str, **values: Any) -> Material:
    tx.run(update(materials).where(*_is(tx, one(tx, code).code)).values(**values))
    return _noted(tx, code)


def _drop_pictures(tx: Tx, code: str) -> None:
    """The rows go now, the files by a worker."""
    names = tx.run(
        delete(material_pictures).where(*_pictures_of(tx, code)).returning(material_pictures.c.name)
    ).scalars()
    dropped = sorted(name for name in names if name)
    if dropped:
        outbox.put(tx, f"litter:{tx.ids.new('lt')}", "litter", {"names": dropped})


def _is(tx: Tx, code: str) -> tuple[Any, ...]:
    return (materials.c.shop_id == tx.shop, materials.c.code == code)


def _is_picture(tx: Tx, picture: str) -> tuple[Any, ...]:
    return (material_pictures.c.shop_id == tx.shop, material_pictures.c.id == picture)


def _pictures_of(tx: Tx, code: str) -> tuple[Any, ...]:
    return (material_pictures.c.shop_id == tx.shop, material_pictures.c.code == code)
