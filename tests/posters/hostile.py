"""Pictures and names that nobody honest sends, by the hundred; always the same ones.

`python -m tests.posters.hostile` judges the pictures and prints what became of each, and how much memory it took.
"""

from __future__ import annotations

import json
import random
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from posters import jpeg, picture

Named = Iterator[tuple[str, bytes]]
SIZE, LEAST = (54, 96), (30, 40)
"""Small, since hundreds are judged."""
_WIDE, _HIGH = 220, 260
_CUTS = (1, 2, 3, 4, 8, 12, 15, 20, 24, 33)


def pictures() -> dict[str, bytes]:
    """All of them by name."""
    found: dict[str, bytes] = {}
    for group in (_cut, _odd_tails, _damaged, _of_other_kinds, _liars, _chunks, _segments, _shapes):
        for name, data in group():
            found[f"{group.__name__.strip('_').replace('_', ' ')}: {name}"] = data
    return found


def honest() -> dict[str, bytes]:
    """What the others are made of: every kind, mode and way of storing that a phone or a program writes."""
    made: dict[str, bytes] = {}

    def keep(name: str, image: Image.Image, kind: str, **how: Any) -> None:
        made[name] = _saved(image, kind, **how)

    grey = Image.linear_gradient("L").resize((_WIDE, _HIGH))
    colours = Image.merge("RGB", (grey, grey.rotate(180), Image.new("L", grey.size, 90)))
    turned = Image.Exif()
    turned[0x0112] = 6
    keep("jpeg", colours, "JPEG")
    keep("jpeg progressive", colours, "JPEG", progressive=True)
    keep("jpeg grey", grey, "JPEG")
    keep("jpeg cmyk", colours.convert("CMYK"), "JPEG")
    keep("jpeg exif", colours, "JPEG", exif=turned, icc_profile=b"no profile", comment=b"\xff\xda" * 9)
    keep("png", colours, "PNG")
    keep("png palette", colours.quantize(7), "PNG", transparency=2)
    keep("png alpha", Image.merge("RGBA", (*colours.split(), grey)), "PNG")
    keep("png grey alpha", Image.merge("LA", (grey, grey)), "PNG", exif=turned)
    keep("png 16 bit", Image.new("I;16", grey.size, 40_000), "PNG")
    keep("png 1 bit", grey.convert("1"), "PNG")
    keep("webp", colours, "WEBP", method=0)
    keep("webp lossless", colours, "WEBP", lossless=True, method=0)
    keep("webp alpha", Image.merge("RGBA", (*colours.split(), grey)), "WEBP", method=0, exif=turned)
    made["png interlaced"] = interlaced(_WIDE, _HIGH)
    return made


def _saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def png(
    width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2, interlace: int = 0
) -> bytes:
    """A PNG of these chunks behind a header that says anything."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes, *, length: int | None = None, sum_: int | None = None) -> bytes:
    """One chunk of a PNG, perhaps lying about its length or its sum."""
    said = len(data) if length is None else length
    crc = zlib.crc32(kind + data) if sum_ is None else sum_
    return struct.pack(">I", said) + kind + data + struct.pack(">I", crc)


def interlaced(width: int, height: int) -> bytes:
    """A black picture in the seven passes of Adam7, which Pillow reads and does not write."""
    passes = (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    )
    rows = b"".join(
        bytes(1 + 3 * -(-(width - left) // right)) * -(-(height - top) // down)
        for left, top, right, down in passes
    )
    return png(width, height, chunk(b"IDAT", zlib.compress(rows)), interlace=1)


def _cut() -> Named:
    """Ended too early, at every kind of place."""
    for name, data in honest().items():
        middle = (len(data) // 4, len(data) // 2, 3 * len(data) // 4, len(data) - 12, len(data) - 1)
        for at in (*_CUTS, *middle):
            yield f"{name} at {at}", data[:at]


def _odd_tails() -> Named:
    """Something else behind or before it: a zip, a page, another picture."""
    zipped = b"PK\x03\x04" + bytes(200) + b"PK\x05\x06" + bytes(18)
    for name, data in honest().items():
        yield f"{name} and a zip", data + zipped
        yield f"{name} and a page", data + b"<script>alert(1)</script>"
        yield f"{name} twice", data + data
        yield f"a page and {name}", b"<html>" + data


def _damaged() -> Named:
    dice = random.Random(8)
    sources = list(honest().items())
    for number in range(90):
        name, data = sources[number % len(sources)]
        spoilt = bytearray(data)
        for _ in range(dice.choice((1, 1, 2, 5, 40))):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        yield f"{name} {number}", bytes(spoilt)


def _of_other_kinds() -> Named:
    """Whatever else calls itself .jpg."""
    plain = Image.new("RGB", (256, 256), "red")
    for kind in ("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "SGI", "ICNS", "JPEG2000", "DDS", "IM"):
        yield kind, _saved(plain, kind)
    several = [Image.new("RGB", (_WIDE, _HIGH), (n, 0, 0)) for n in (0, 99, 250)]
    for kind in ("GIF", "PNG", "WEBP", "TIFF", "MPO"):
        yield f"{kind} of three", _saved(several[0], kind, save_all=True, append_images=several[1:])
    yield from {
        "nothing": b"",
        "a zero": b"\0",
        "words": "不是图片".encode(),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="1600"><image href="file:///etc"/></svg>',
        "svg bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><svg>&b;</svg>',
        "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj",
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 900 1600\n(%pipe%id) (w) file",
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(300),
        "avif": b"\0\0\0\x18ftypavif\0\0\0\0avifmif1" + bytes(300),
        "mp4": b"\0\0\0\x20ftypisom" + bytes(300),
        "exe": b"MZ" + bytes(300),
        "gzip": b"\x1f\x8b\x08" + bytes(300),
        "zip": b"PK\x03\x04" + bytes(300),
        "mvg": b"push graphic-context\nimage over 0,0 0,0 'https://127.0.0.1/x'\npop graphic-context",
    }.items()


def _liars() -> Named:
    """Headers that promise more, less or nothing."""
    jpg = honest()["jpeg"]
    sizes = (
        (0, 0), (0, 900), (900, 0), (5001, 5000), (25_000_001, 1), (1, 25_000_001), (65_535, 65_535),
        (16_383, 16_383),
        (30_000, 30_000), (2**31 - 1, 2**31 - 1), (2**32 - 1, 1), (2**32 - 1, 2**32 - 1), (4999, 5000),
        (_WIDE, _HIGH + 1),
    )  # fmt: skip
    for width, height in sizes:
        said = f"{width} × {height}"
        for depth, colour in ((1, 0), (8, 6), (16, 6)):
            some = chunk(b"IDAT", zlib.compress(bytes(5000)))
            yield f"png {said} of {depth} bit", png(width, height, some, depth=depth, colour=colour)
        if max(width, height) < 65_536:
            spoilt = bytearray(jpg)
            at = jpg.index(b"\xff\xc0")
            spoilt[at + 5 : at + 9] = struct.pack(">HH", height, width)
            yield f"jpeg {said}", bytes(spoilt)
        if max(width, height) <= 16_384:
            yield f"webp {said}", _webp(b"VP8X", bytes(4) + _three(width) + _three(height))
            size = (max(0, width - 1) & 0x3FFF) | (max(0, height - 1) & 0x3FFF) << 14
            yield f"webp lossless {said}", _webp(b"VP8L", b"\x2f" + struct.pack("<I", size) + bytes(40))
            key = b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width & 0x3FFF, height & 0x3FFF)
            yield f"webp lossy {said}", _webp(b"VP8 ", key + bytes(40))


def _three(side: int) -> bytes:
    return max(0, side - 1).to_bytes(3, "little")


def _webp(kind: bytes, body: bytes) -> bytes:
    parts = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WEBP" + parts


def _chunks() -> Named:
    """What stands in a PNG beside its pixels, or instead of them."""
    pixels = zlib.compress(bytes((_WIDE * 3 + 1) * _HIGH))
    data, bomb = chunk(b"IDAT", pixels), zlib.compress(bytes(60_000_000))
    parts: dict[str, tuple[bytes, ...]] = {
        "no pixels": (),
        "pixels of a bomb": (chunk(b"IDAT", bomb),),
        "a profile of a bomb": (chunk(b"iCCP", b"x\0\0" + bomb), data),
        "text of a bomb": (chunk(b"zTXt", b"x\0\0" + bomb), data),
        "international text of a bomb": (chunk(b"iTXt", b"x\0\1\0\0\0" + bomb), data),
        "a hundred texts of bombs": (chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(900_000))) * 100, data),
        "a hundred thousand chunks": (chunk(b"tEXt", b"a\0b") * 100_000, data),
        "a length that lies": (chunk(b"IDAT", pixels, length=2**31 - 1),),
        "a length of all ones": (chunk(b"IDAT", pixels, length=2**32 - 1),),
        "a sum that lies": (chunk(b"IDAT", pixels, sum_=1),),
        "a text whose sum lies": (chunk(b"tEXt", b"a\0b", sum_=1), data),
        "another header": (
            chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)),
            data,
        ),
        "no palette": (data,),
        "an empty palette": (chunk(b"PLTE", b""), data),
        "a palette too long": (chunk(b"PLTE", bytes(9000)), data),
        "orientation of nonsense": (chunk(b"eXIf", _exif(0x0112, 3, 1, 77)), data),
        "exif in circles": (chunk(b"eXIf", b"II*\0\x08\0\0\0\0\0\x08\0\0\0"), data),
        "exif of noise": (chunk(b"eXIf", bytes(range(256)) * 4), data),
        "frames": (chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)), data),
        "frames behind": (data, chunk(b"acTL", struct.pack(">II", 9, 0))),
        "a chunk without a name": (chunk(b"\0\0\0\0", b"x"), data),
        "an unknown critical chunk": (chunk(b"EVIL", b"x"), data),
        "physical size of nothing": (chunk(b"pHYs", bytes(9)), data),
        "gamma of nothing": (chunk(b"gAMA", bytes(4)), data),
        "transparency too long": (chunk(b"tRNS", bytes(900)), data),
    }
    for name, inside in parts.items():
        yield name, png(_WIDE, _HIGH, *inside, colour=3 if "palette" in name else 2)
    for depth, colour, interlace in (
        (0, 2, 0),
        (3, 2, 0),
        (255, 2, 0),
        (8, 5, 0),
        (8, 255, 0),
        (8, 2, 2),
        (16, 3, 0),
    ):
        yield (
            f"{depth} bit of colour {colour}, order {interlace}",
            png(_WIDE, _HIGH, data, depth=depth, colour=colour, interlace=interlace),
        )


def _exif(tag: int, kind: int, count: int, value: int) -> bytes:
    return b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", tag, kind, count, value) + bytes(4)


def _segments() -> Named:
    """What stands in a JPEG before its pixels."""
    jpg = honest()["jpeg"]

    def with_(marker: int, body: bytes, length: int | None = None) -> bytes:
        said = len(body) + 2 if length is None else length
        return jpg[:2] + bytes((0xFF, marker)) + struct.pack(">H", said & 0xFFFF) + body + jpg[2:]

    for turn in (*range(10), 65_535):
        yield f"orientation {turn}", with_(0xE1, b"Exif\0\0" + _exif(0x0112, 3, 1, turn))
    yield from {
        "orientation in words": with_(0xE1, b"Exif\0\0" + _exif(0x0112, 2, 4, 0x41414141)),
        "orientation of a thousand": with_(0xE1, b"Exif\0\0" + _exif(0x0112, 3, 2**31, 8)),
        "exif in circles": with_(0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0\x08\0\0\0"),
        "exif of noise": with_(0xE1, b"Exif\0\0" + bytes(range(256)) * 200),
        "exif cut off": with_(0xE1, b"Exif\0\0II"),
        "a profile of noise": with_(0xE2, b"ICC_PROFILE\0\1\1" + bytes(range(256)) * 90),
        "a profile in 255 parts": with_(0xE2, b"ICC_PROFILE\0\xff\x01" + bytes(90)),
        "several pictures, it says": with_(0xE2, b"MPF\0II*\0\x08\0\0\0\0\0\0\0\0\0"),
        "adobe of nonsense": with_(0xEE, b"Adobe\0\x64\0\0\0\0\xff"),
        "photoshop of noise": with_(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\xff\xff\xff\xff"),
        "a segment without length": with_(0xE1, b"", 0),
        "a segment of one": with_(0xE1, b"", 1),
        "a segment to the end": with_(0xE1, b"", 65_535),
        "no tables": jpg.replace(b"\xff\xc4", b"\xff\xec"),
        "no quantisation": jpg.replace(b"\xff\xdb", b"\xff\xec"),
        "arithmetic": jpg.replace(b"\xff\xc0", b"\xff\xc9"),
        "lossless": jpg.replace(b"\xff\xc0", b"\xff\xc3"),
        "hierarchical": jpg.replace(b"\xff\xc0", b"\xff\xc5"),
        "restart after nothing": with_(0xDD, b"\0\0"),
        "restart after one": with_(0xDD, b"\0\1"),
        "a hundred scans": jpg[:20] + b"\xff\xda" * 100 + jpg[20:],
        "padding": jpg[:2] + b"\xff" * 5000 + jpg[2:],
        "no end": jpg[:-2],
        "a comment of markup": with_(0xFE, b"]]><a href='weixin://bizmsgmenu'>" * 30),
    }.items()


def _shapes() -> Named:
    """Honest in everything but their size."""
    for width, height in (
        (1, 1),
        (1, 900),
        (900, 1),
        (2, 2),
        (29, 400),
        (39, 39),
        (16_383, 10),
        (10, 16_383),
        (31, 9000),
        (9000, 31),
    ):
        for kind in ("JPEG", "PNG", "WEBP"):
            yield f"{kind} {width} × {height}", _saved(Image.new("RGB", (width, height), "teal"), kind)
    long = Image.new("L", (20_000, 10))
    yield "PNG 20000 × 10", _saved(long, "PNG")
    yield "JPEG 10 × 20000", _saved(long.rotate(90, expand=True), "JPEG")


def names() -> list[str]:
    """Display names that break what counts characters as letters, or looks for a glyph of each."""
    dice = random.Random(6)
    scripts = {
        "مرحبا بالعالم": 9, "สวัสดีครับผม": 9, "नमस्ते दुनिया": 9, "ខ្ញុំស្រឡាញ់": 6, "தமிழ் வாழ்க": 6, "שלום עולם": 6,
        "안녕하세요": 6, "Ελληνικά": 4, "Здравствуй": 4, "ひらがなカタカナ": 4, "ᠮᠣᠩᠭᠣᠯ": 4, "བོད་ཡིག": 4,
    }  # fmt: skip
    pools = [
        "👩‍👩‍👧‍👦", "👨🏿‍🚀", "🏳️‍🌈", "🇨🇳🇺🇸🇯🇵", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "1️⃣#️⃣", "😀", "❤️", "🧚🏽‍♀️", "\u0301\u0336\u0489\u20dd", "\u202e\u2066\u200f\u061c", "\x00\x07\x1b[31m\x7f\x85",
        "\ue000\uf8ff\U000f0000\U0010fffd", "\ufffe\uffff\U0010ffff", "\ud800\udfff\udc00", "\u3164\u2800\u115f\u1160",
        "\ufeff\u200b\u200c\u200d\u2060", "\n\r\u2028\u2029\t\v", "𝓐𝔅𝕮①㊗㍿ﷺ", "龘靐齉㐀𠀀𰻞", "Ⅻ½％＠",
        "]]><![CDATA[<b>&#0;",
        "<a href=\"weixin://bizmsgmenu?msgmenucontent=通过\">", "=HYPERLINK(\"x\")", "\u202eتخفيض\u202c", "Z̸̢̛̗̩a̶̘̠l̷͓̿g̵̱̀o̴͇̔",
    ]  # fmt: skip
    made = [
        "",
        " ",
        "\u3000" * 40,
        "\n" * 90,
        "." * 300,
        "…" * 200,
        "！" * 200,
        "W" * 5000,
        "欢" * 5000,
        "i" * 5000,
    ]
    made += [pool * times for pool in pools for times in (1, 3, 40)]
    made += [f"王姐{pool}小店" for pool in pools] + [f"{pool}Mary Ann" for pool in pools]
    made += ["王" + mark * 400 + "姐" for mark in "\u0300\u0301\u0336\u0489\u20dd\u0e47\u064b\u200d"]
    made += [word[:length] for word, most in scripts.items() for length in range(1, most)]
    alphabet = "".join(pools) + "".join(scripts) + "王姐小店abc 09"
    made += ["".join(dice.choices(alphabet, k=dice.choice((1, 4, 20, 200, 5000)))) for _ in range(110)]
    return list(dict.fromkeys(made))


def judge(data: bytes) -> str:
    """What becomes of a picture: why it is refused, or that it was drawn; a 收款码 may be refused all the same."""
    end = _end(data, _covered)
    as_payee = _end(data, _whole)
    return end if as_payee in (end, "not_a_picture", "too_small", "too_heavy") else as_payee


def _end(data: bytes, take: Callable[[bytes], Image.Image]) -> str:
    try:
        drawn = jpeg.encode(take(data))
    except picture.PictureRefused as refused:
        return refused.reason
    except Exception as bug:  # noqa: BLE001 — that is what is looked for
        return f"{take.__name__}: {bug!r}"
    leaked = [found for found in (b"PK\x03\x04", b"<script", b"Exif", b"ICC_PROFILE") if found in drawn]
    return f"leaked {leaked}" if leaked else "drawn"


def _covered(data: bytes) -> Image.Image:
    return picture.cover(data, SIZE, LEAST)


def _whole(data: bytes) -> Image.Image:
    return picture.whole(data, (540, 960))


def memory() -> int:
    """The most bytes that this process ever held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024


def main(write: Callable[[str], object]) -> None:
    everything = pictures()
    before = memory()
    ends = {name: judge(data) for name, data in everything.items()}
    write(json.dumps({"ends": ends, "bytes": memory() - before}))


if __name__ == "__main__":
    main(sys.stdout.write)
