"""JPEG bytes of a quality and a size that WeChat takes."""

from io import BytesIO

from PIL import Image

LIMIT = 950_000  # bytes

_QUALITIES = (85, 78, 70, 60, 50, 40)


def encode(picture: Image.Image) -> bytes:
    """The best quality, 85 at most, that stays below the limit."""
    return within_limit(picture)[0]


def within_limit(picture: Image.Image, restart: int = 0) -> tuple[bytes, int]:
    """As `encode`, with restart markers after so many units, and the quality that it took."""
    for quality in _QUALITIES:
        data = encoded(picture, quality, restart)
        if len(data) <= LIMIT:
            break
    return data, quality


def encoded(picture: Image.Image, quality: int, restart: int = 0) -> bytes:
    """The picture at that quality, colours at half resolution (4:2:0)."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling="4:2:0", restart_marker_blocks=restart)
    return out.getvalue()
