"""Temporary media: what may be uploaded, and how long it can be used."""

import secrets

from bot.sandbox.errors import ApiError
from bot.sandbox.shelves import mime_of
from bot.sandbox.stage import Stage
from bot.sandbox.state import Medium

LIFE = 3 * 24 * 3600
# WeChat's own page says 2 MB in one place and 10 MB in another; the smaller one teaches the safe size.
MB = 1024 * 1024
LIMITS = {"image": 2 * MB, "voice": 2 * MB, "video": 10 * MB, "thumb": 64 * 1024}
TYPES = {
    "image": {"image/jpeg", "image/png", "image/gif"},
    "voice": {"audio/amr", "audio/mpeg"},
    "video": {"video/mp4"},
    "thumb": {"image/jpeg"},
}
TOO_BIG = {"image": 40009, "voice": 40010, "video": 40011, "thumb": 40012}


def accept(stage: Stage, kind: str, name: str, data: bytes, owner: str = "") -> Medium:
    """Check and keep an upload; raises 40004, 40005, 40009 to 40012, 44001."""
    if kind not in LIMITS:
        raise ApiError(40004)
    if not data:
        raise ApiError(44001)
    mime = mime_of(data)
    if mime not in TYPES[kind]:
        raise ApiError(40005)
    if len(data) > LIMITS[kind]:
        raise ApiError(TOO_BIG[kind])
    medium = Medium(secrets.token_urlsafe(48), kind, mime, name, len(data), stage.now(), owner)
    stage.shelf.put(medium.id, data)
    with stage.lock:
        stage.world.media[medium.id] = medium
    stage.changed("media")
    return medium


def usable(stage: Stage, media_id: object, kind: str = "image") -> Medium:
    """The medium, while it lives and is of this kind (empty: of any); raises 40007."""
    with stage.lock:
        medium = stage.world.media.get(media_id) if isinstance(media_id, str) else None
    if medium is None or (kind and medium.kind != kind) or stage.now() >= medium.at + LIFE:
        raise ApiError(40007)
    return medium
