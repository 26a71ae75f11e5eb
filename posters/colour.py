"""Colours and the contrast between them, as the web's accessibility rules (WCAG 2) measure it."""

from PIL import Image

Colour = tuple[int, int, int]

READABLE = 4.5  # WCAG AA for running text

_LINEAR = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in range(256))]
_TO_LINEAR = [round(value * 255) for value in _LINEAR] * 3
_LUMINANCE = (0.2126, 0.7152, 0.0722, 0.0)


def rgb(code: str) -> Colour:
    """`#RRGGBB` as a tuple."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1."""
    return sum(share * _LINEAR[part] for share, part in zip(_LUMINANCE, colour, strict=False))


def contrast(one: Colour, other: Colour) -> float:
    """Ratio from 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def worst_contrast(ink: Colour, ground: Image.Image) -> float:
    """The lowest contrast of the ink with any pixel of the picture under it (within 8-bit rounding)."""
    levels = ground.convert("RGB").point(_TO_LINEAR).convert("L", _LUMINANCE).getextrema()
    own = luminance(ink)
    ratios = []
    for level in levels:
        dark, light = sorted((own, float(level) / 255))  # type: ignore[arg-type]
        ratios.append((light + 0.05) / (dark + 0.05))
    lowest, highest = (float(level) / 255 for level in levels)  # type: ignore[arg-type]
    return 1.0 if lowest < own < highest else min(ratios)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a share of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
