"""Pictures that people sent (a background, a 收款码): judged by its header before a byte of it is decoded."""

import struct
import warnings
from io import BytesIO
from typing import Literal

from PIL import Image, ImageOps

MAX_PIXELS = 25_000_000
MAX_WEBP_PIXELS = 12_500_000
"""libwebp draws a WebP on canvases of its own: it takes 16 bytes a pixel, where other kinds take 4 to 6."""
LEAST = 750, 1000  # of a background
MAX_BYTES = 20_000_000
MOST_SENT = 2 * 1024 * 1024  # bytes of a picture that is sent on as it is
LEAST_SENT = 200, 200
# A progressive JPEG may repeat its scans: each costs a pass over all pixels, honest ones have about ten.
MAX_SCANS = 64
_STRIP = 256  # rows that are converted at once, or a few more
_ORIENTATION = 0x0112  # of EXIF

Reason = Literal[
    "not_a_picture", "too_many_pixels", "webp_too_large", "too_small", "too_heavy", "animated", "has_code"
]

_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error, OverflowError)
_NO_SIZE = frozenset({0xC4, 0xC8, 0xCC})  # between the JPEG frame markers, but not frames


class PictureRefused(Exception):
    """The picture cannot be a background, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def examine(data: bytes, least: tuple[int, int] = LEAST) -> tuple[str, int, int]:
    """Kind, width and height from the header alone; refuses what must not be decoded.

    `least` is the width and height that an upright picture must have.
    """
    if len(data) > MAX_BYTES:
        raise PictureRefused("too_heavy")
    try:
        kind, width, height = _header(data)
        moves = _moves(data, kind)
    except (struct.error, IndexError) as error:
        raise PictureRefused("not_a_picture") from error
    _check_pixels(kind, width * height)
    if moves:
        raise PictureRefused("animated")
    if min(width, height) < min(least) or max(width, height) < max(least):
        raise PictureRefused("too_small")
    return kind, width, height


def cover(data: bytes, size: tuple[int, int], least: tuple[int, int] = LEAST) -> Image.Image:
    """The picture upright, cropped and scaled to fill `size`."""
    kind, *sides = examine(data, least)
    upright = _decoded(data, kind, min(sides) // max(size))
    width, height = sorted(sides, reverse=upright.width > upright.height)
    if width < least[0] or height < least[1]:
        raise PictureRefused("too_small")
    return ImageOps.fit(upright, size, Image.Resampling.LANCZOS, centering=(0.5, 0.4))


def whole(data: bytes, most: tuple[int, int]) -> Image.Image:
    """A JPEG or PNG of an everyday weight, upright, with nothing cut off; smaller where it is larger than `most`."""
    if len(data) > MOST_SENT:
        raise PictureRefused("too_heavy")
    kind, *sides = examine(data, LEAST_SENT)
    if kind == "WEBP":
        raise PictureRefused("not_a_picture")
    upright = _decoded(data, kind, max(min(sides) // min(most), max(sides) // max(most)))
    upright.thumbnail(most, Image.Resampling.LANCZOS)
    return upright


def _decoded(data: bytes, kind: str, times: int) -> Image.Image:
    """The picture upright, in plain colours, so many times smaller, or not quite."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd EXIF is no reason to complain
        try:
            with Image.open(BytesIO(data), formats=(kind,)) as opened:
                return _upright(opened, max(1, times))
        except (*_BROKEN, Image.DecompressionBombError) as error:
            raise PictureRefused("not_a_picture") from error


def _upright(opened: Image.Image, times: int) -> Image.Image:
    # The header that was believed above may not be the one that Pillow took.
    _check_pixels(opened.format or "", opened.width * opened.height)
    width = opened.width
    opened.draft("RGB", (width // times, opened.height // times))  # a JPEG comes smaller out of its decoder
    opened.load()
    flat = _flat(opened, max(1, times * opened.width // width))
    if turn := opened.getexif().get(_ORIENTATION):
        flat.getexif()[_ORIENTATION] = turn
    ImageOps.exif_transpose(flat, in_place=True)
    return flat


def _flat(picture: Image.Image, times: int) -> Image.Image:
    """The picture in plain colours on white paper, that many times smaller.

    Strip by strip: what is decoded takes 100 MB and more, and would take as much again to convert.
    """
    page = Image.new("RGB", (-(-picture.width // times), -(-picture.height // times)))
    rows = -(-_STRIP // times) * times
    for top in range(0, picture.height, rows):
        strip = picture.crop((0, top, picture.width, min(picture.height, top + rows)))
        page.paste(_on_paper(strip).reduce(times), (0, top // times))
    return page


def _on_paper(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at 255
        return picture.point(lambda level: level * (1 / 256)).convert("L").convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, (255, 255, 255, 255)), clear).convert(
            "RGB"
        )
    return picture.convert("RGB")


def _check_pixels(kind: str, pixels: int) -> None:
    if pixels > MAX_PIXELS:
        raise PictureRefused("too_many_pixels")
    if kind == "WEBP" and pixels > MAX_WEBP_PIXELS:
        raise PictureRefused("webp_too_large")


def _header(data: bytes) -> tuple[str, int, int]:
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return "PNG", *struct.unpack(">II", data[16:24])
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG", *_jpeg_size(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP", *_webp_size(data)
    raise PictureRefused("not_a_picture")


def _moves(data: bytes, kind: str) -> bool:
    """Whether the header promises more pictures than one: a PNG's acTL before its pixels, a flag of WebP's VP8X."""
    if kind == "PNG":
        return b"acTL" in data[: max(0, data.find(b"IDAT"))]
    return kind == "WEBP" and data[12:16] == b"VP8X" and bool(data[20] & 0x02)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """From the first frame header (SOF): FF, marker, length, precision, height, width."""
    if data.count(b"\xff\xda") > MAX_SCANS:
        raise PictureRefused("too_heavy")
    at = 2
    while True:
        if data[at] != 0xFF:
            raise PictureRefused("not_a_picture")
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_SIZE:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            (length,) = struct.unpack(">H", data[at + 2 : at + 4])
            at += 2 + max(2, length)


def _webp_size(data: bytes) -> tuple[int, int]:
    """From the first chunk: extended, lossless or lossy."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise PictureRefused("not_a_picture")
