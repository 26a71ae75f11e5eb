"""What one personal poster costs, against one JPEG encode of that size in the same run: `python bench/poster.py`."""

import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image
from qrcode.main import QRCode

from posters import jpeg, layout, qr, templates
from posters.geometry import BAND
from posters.render import render, stage
from posters.spec import Hero, PosterSpec

ROUNDS = 60
URL = "http://weixin.qq.com/q/02abcDEF_ghij-KLMN{:05d}01234567"


def poster(number: int, template: str = "warm") -> PosterSpec:
    """Another promoter of the same shop."""
    return PosterSpec(
        Hero("老张烘焙坊", "每天清晨六点，现烤现卖。招牌海盐卷、全麦欧包、手工曲奇，附近三公里免费送。"),
        name=f"王姐{number}",
        code=f"K7M{number:03d}",
        qr_url=URL.format(number),
        valid_until="二维码有效期至 12月21日",
        template=template,
    )


def floor(page: Image.Image) -> None:
    """One plain encode of the finished poster: the unit of the table."""
    page.save(BytesIO(), "JPEG", quality=85, subsampling="4:2:0")


def main() -> None:
    """Interleave the rounds, so that a busy machine slows all of them alike."""
    page = Image.open(BytesIO(render(poster(0)).jpeg)).convert("RGB")
    spec, look = poster(1), templates.named("warm")
    shop = stage(spec.hero, look)
    strip = page.crop((0, BAND.top, page.width, BAND.bottom))
    code = qr.write(spec.qr_url)
    big = qr.enlarge(code, code.width * 12)
    steps: dict[str, Callable[[int], object]] = {
        "one JPEG encode (floor)": lambda _: floor(page),
        "render, QR read back": lambda number: render(poster(number)),
        "  layout": lambda number: layout.band(poster(number + 500), look, code.width),
        "  QR written, fixed mask": lambda number: qr.write(URL.format(number)),
        "  QR read": lambda _: qr.says(big, spec.qr_url),
        "  band encoded and spliced": lambda _: jpeg.splice(shop.rows, strip, BAND.top),
        "(QR with the mask chosen)": lambda number: _chosen(URL.format(number)),
        "(whole page encoded)": lambda _: jpeg.encode(page),
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(ROUNDS):
        for name, step in steps.items():
            begun = time.perf_counter()
            step(number + 2)
            times[name].append(time.perf_counter() - begun)
    unit = median(times["one JPEG encode (floor)"])
    for name, taken in times.items():
        low, high = sorted(taken)[ROUNDS // 10], sorted(taken)[-ROUNDS // 10]
        ms = median(taken) * 1000
        print(f"{name:28} {ms:7.2f} ms   {ms / unit / 1000:5.2f}   ({low * 1000:.2f} – {high * 1000:.2f})")
    begun = time.perf_counter()
    stage.cache_clear()
    stage(spec.hero, look)
    print(f"{'a new shop half (once)':28} {(time.perf_counter() - begun) * 1000:7.2f} ms")


def _chosen(url: str) -> None:
    code = QRCode(error_correction=0)
    code.add_data(url, optimize=0)
    code.make()


if __name__ == "__main__":
    main()
