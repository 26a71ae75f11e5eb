"""The merchant's picture: hostile files are refused by their header, honest ones fill the page."""

import io
import random
import struct
import tracemalloc
import zlib
from itertools import pairwise

import pytest
from PIL import Image

from posters import picture
from posters.picture import PictureRefused
from tests.posters.samples import encoded

PAGE = (1080, 1920)


def png_of(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(body))
        + chunk(b"IEND", b"")
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(encoded(Image.new("RGB", (800, 1200))))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_claiming(width: int, height: int) -> bytes:
    body = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


HONEST = encoded(Image.new("RGB", (800, 1200), (200, 80, 40)))
FRAMES = [Image.new("RGB", (800, 1200), (n, 0, 0)) for n in (0, 255)]


def animation(kind: str) -> bytes:
    out = io.BytesIO()
    FRAMES[0].save(out, kind, save_all=True, append_images=FRAMES[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_a_picture"),
        (b"hello", "not_a_picture"),
        (b"<html><img src=x></html>", "not_a_picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="2000"/>', "not_a_picture"),
        (b"%PDF-1.7\n", "not_a_picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1000 2000\n", "not_a_picture"),
        (animation("GIF"), "not_a_picture"),
        (encoded(Image.new("RGB", (800, 1200)), "BMP"), "not_a_picture"),
        (encoded(Image.new("RGB", (800, 1200)), "TIFF"), "not_a_picture"),
        (b"\xff\xd8\xff", "not_a_picture"),
        (b"\xff\xd8\xff" + b"\0" * 50, "not_a_picture"),
        (b"\xff\xd8\xff\xe0" + b"\xff" * 400, "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n", "not_a_picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "not_a_picture"),
        (b"RIFF\0\0\0\0WEBPJUNK" + b"\0" * 40, "not_a_picture"),
        (HONEST[: len(HONEST) // 2], "not_a_picture"),
        (HONEST[:-600], "not_a_picture"),
        (png_of(800, 1200), "not_a_picture"),
        (png_of(30000, 30000), "too_many_pixels"),
        (png_of(30000, 30000, bytes(1_000_000)), "too_many_pixels"),
        (png_of(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        (jpeg_claiming(30000, 30000), "too_many_pixels"),
        (webp_claiming(16383, 16383), "too_many_pixels"),
        (webp_claiming(1000, 2000), "not_a_picture"),
        (encoded(Image.new("L", (5001, 5000)), "PNG"), "too_many_pixels"),
        (webp_claiming(5000, 2501), "webp_too_large"),
        (webp_claiming(5000, 2500), "not_a_picture"),
        (encoded(Image.new("RGB", (749, 2000))), "too_small"),
        (encoded(Image.new("RGB", (2000, 999))), "too_small"),
        (encoded(Image.new("RGB", (1, 1)), "WEBP"), "too_small"),
        (HONEST[:20] + b"\xff\xda" * 100 + HONEST[20:], "too_heavy"),
        (HONEST + bytes(picture.MAX_BYTES), "too_heavy"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(data, reason):
    with pytest.raises(PictureRefused) as refused:
        picture.cover(data, PAGE)
    assert refused.value.reason == reason


def test_a_bomb_is_refused_without_being_decoded(monkeypatch):
    def opened(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("Pillow was asked")

    monkeypatch.setattr(Image, "open", opened)
    tracemalloc.start()
    for bomb in (png_of(30000, 30000), jpeg_claiming(60000, 60000), webp_claiming(16383, 16383)):
        with pytest.raises(PictureRefused):
            picture.cover(bomb, PAGE)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_two_hundred_damaged_files_do_no_worse_than_a_refusal():
    dice = random.Random(1)
    sources = [
        encoded(Image.linear_gradient("L").resize((750, 1000)), kind) for kind in ("JPEG", "PNG", "WEBP")
    ]
    ends = []
    for _ in range(200):
        data = bytearray(dice.choice(sources))
        for _ in range(dice.randrange(1, 8)):
            data[dice.randrange(min(len(data), 400))] = dice.randrange(256)
        try:
            ends.append(picture.cover(bytes(data), (54, 96)).size)
        except PictureRefused as refused:
            ends.append(refused.reason)
    assert "not_a_picture" in ends
    assert (54, 96) in ends


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(750, 1000), (2400, 1600), (760, 5000), (1080, 1920)])
def test_an_honest_picture_of_any_shape_fills_the_page(kind, size):
    filled = picture.cover(encoded(Image.new("RGB", size, (200, 80, 40)), kind), PAGE)
    assert filled.size == PAGE
    assert filled.mode == "RGB"
    for corner in ((0, 0), (1079, 1919)):
        assert all(abs(a - b) < 8 for a, b in zip(filled.getpixel(corner), (200, 80, 40), strict=True))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
def test_other_modes_become_colour(mode):
    plain = Image.new("L", (800, 1200), 255) if mode == "I;16" else Image.new("RGB", (800, 1200), "white")
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert picture.cover(encoded(plain.convert(mode), kind), PAGE).mode == "RGB"


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    grey = Image.linear_gradient("L").resize((800, 1200)).convert("I").point(lambda level: level * 257)
    filled = picture.cover(encoded(grey.convert("I;16"), "PNG"), PAGE)
    assert [filled.getpixel((540, y))[0] // 26 for y in (100, 960, 1800)] == [0, 4, 9]


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L"])
def test_a_large_picture_is_made_small_strip_by_strip_without_a_seam(mode: str) -> None:
    shades = Image.linear_gradient("L").resize((1080 * 2, 1920 * 2))
    clear = Image.merge("RGBA", (shades, shades, shades, Image.new("L", shades.size, 128)))
    drawn = picture.cover(encoded(clear if mode == "RGBA" else shades.convert(mode), "PNG"), (270, 480))
    column = [drawn.getpixel((100, y))[0] for y in range(480)]
    assert column == sorted(column)
    assert max(after - before for before, after in pairwise(column)) <= 2
    assert (column[0] > 120) is (mode == "RGBA")


@pytest.mark.parametrize(
    ("size", "least", "kept"), [((900, 4000), (300, 400), True), ((4000, 900), (700, 1000), False)]
)
def test_what_it_measures_is_judged_and_not_what_it_was_made_to(
    size: tuple[int, int], least: tuple[int, int], kept: bool
) -> None:
    data = encoded(Image.new("RGB", size), "PNG")
    if kept:
        assert picture.cover(data, (54, 96), least).size == (54, 96)
    else:
        with pytest.raises(PictureRefused, match="too_small"):
            picture.cover(data, (54, 96), least)


def test_what_is_transparent_becomes_paper():
    clear = Image.new("RGBA", (800, 1200), (0, 0, 0, 0))
    assert picture.cover(encoded(clear, "PNG"), PAGE).getpixel((500, 500)) == (255, 255, 255)


def test_a_photo_taken_sideways_is_turned_upright():
    sideways = Image.new("RGB", (1200, 800), "black")
    sideways.paste("white", (0, 0, 600, 800))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter clockwise
    out = io.BytesIO()
    sideways.save(out, "JPEG", exif=exif)
    upright = picture.cover(out.getvalue(), PAGE)
    assert upright.getpixel((540, 100))[0] > 240
    assert upright.getpixel((540, 1800))[0] < 15


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_an_animated_picture_is_refused(kind: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        picture.cover(animation(kind), PAGE)
    assert refused.value.reason == "animated"


def test_a_large_picture_is_never_converted_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def on_paper(strip: Image.Image) -> Image.Image:
        seen.append(strip.size)
        return strip.convert("RGB")

    monkeypatch.setattr(picture, "_on_paper", on_paper)
    large = encoded(Image.new("L", (3000, 4000)), "PNG")
    assert picture.cover(large, (60, 60)).size == (60, 60)
    assert max(height for _, height in seen) <= 300, "however much smaller it becomes"
    assert sum(height for _, height in seen) == 4000
    seen.clear()
    assert picture.whole(encoded(Image.new("L", (3000, 4000)), "JPEG"), (1440, 4320)).size == (1440, 1920)
    assert {width for width, _ in seen} == {1500}, "its decoder made it half as large"


def test_a_whole_picture_is_bounded_and_nothing_of_it_is_cut() -> None:
    small, large = Image.new("RGB", (300, 900), (9, 9, 9)), Image.new("RGB", (3000, 6000), (9, 9, 9))
    assert picture.whole(encoded(small, "PNG"), (1080, 1920)).size == (300, 900)
    assert picture.whole(encoded(large, "JPEG"), (1080, 1920)).size == (960, 1920)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encoded(Image.new("RGB", (300, 300)), "WEBP"), "not_a_picture"),
        (encoded(Image.new("RGB", (199, 300)), "PNG"), "too_small"),
        (b"\x89PNG" + bytes(picture.MOST_SENT), "too_heavy"),
    ],
)
def test_a_whole_picture_is_an_everyday_one(data: bytes, reason: str) -> None:
    with pytest.raises(picture.PictureRefused) as refused:
        picture.whole(data, (1080, 1920))
    assert refused.value.reason == reason
