"""QR codes (二维码): written by one library, read back by another."""

import zxingcpp
from PIL import Image
from qrcode import constants
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

QUIET = 4  # modules of white around, as the standard asks
SMALLEST_MODULE = 4  # pixels; below that a phone no longer reads it off a screen

# Choosing among the 8 masks takes five times as long as drawing with one. Blurred, turned and noisy until half of
# them failed, 302 of 600 codes with this mask were read, and 289 of the same with the chosen one.
_MASK = 3
_QR_ONLY = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


class QrUnreadable(Exception):
    """The code could not be drawn, or could not be read back as what it should say."""


def write(url: str) -> Image.Image:
    """The code with its quiet zone, one pixel a module."""
    if not url:
        raise QrUnreadable("no address")
    code = QRCode(error_correction=constants.ERROR_CORRECT_M, mask_pattern=_MASK, border=QUIET)
    try:
        code.add_data(url, optimize=0)
        code.make()
    except (DataOverflowError, ValueError) as error:
        raise QrUnreadable(f"{len(url)} characters do not fit into a QR code") from error
    rows = code.get_matrix()
    pixels = bytes(0 if dark else 255 for row in rows for dark in row)
    return Image.frombytes("L", (len(rows), len(rows)), pixels)


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
    )
    return [barcode.text for barcode in found] == [url]
