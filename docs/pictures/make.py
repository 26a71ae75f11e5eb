"""`make pictures`: walks the life on a fresh demo and keeps two looks at it for the README."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from posters.preview import sheet
from tests.browser import stage
from tests.browser.life import FIRST, Life, Phone

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
POSTER_WIDTH = 360
MOST_BYTES = {"sandbox.png": 400_000, "poster.jpg": 80_000, "posters.jpg": 400_000}


def main() -> int:
    """The sheet of posters, then walk until both pictures are taken; 1 when one is too heavy for a README."""
    _sheet()
    if stage.chromium() is None:
        print("pictures: there is no chromium (apt-get install chromium)", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        stage.demo(Path(folder)) as address,
        stage.browser() as browser,
    ):
        page = browser.new_page(viewport=stage.WIDE)
        page.set_default_timeout(60_000)
        page.goto(address)
        page.wait_for_selector("body[data-ready]")
        looks = {"poster": _poster, "busy": _sandbox}
        Life(page, show=lambda moment: looks.get(moment, _pass)(page)).walk()
    heavy = [name for name, most in MOST_BYTES.items() if (HERE / name).stat().st_size > most]
    for name in MOST_BYTES:
        print(f"{name} {(HERE / name).stat().st_size // 1000} kB{' — too heavy' if name in heavy else ''}")
    return 1 if heavy else 0


def _sheet() -> None:
    """All looks and odd cases side by side, lighter than `flask poster preview` writes it."""
    with Image.open(io.BytesIO(sheet())) as page:
        page.save(HERE / "posters.jpg", quality=68, optimize=True, progressive=True)


def _pass(_page: Page) -> None:
    """Nothing to keep of this moment."""


def _poster(page: Page) -> None:
    """What the worker drew for the first promoter, as WeChat got it."""
    shown = Phone(page, FIRST).pane.get_by_test_id("picture").last.locator("img")
    answer = page.request.get(str(shown.evaluate("image => image.src")))
    with Image.open(io.BytesIO(answer.body())) as poster:
        height = round(poster.height * POSTER_WIDTH / poster.width)
        small = poster.convert("RGB").resize((POSTER_WIDTH, height), Image.Resampling.LANCZOS)
    small.save(HERE / "poster.jpg", quality=88, optimize=True, progressive=True)


def _sandbox(page: Page) -> None:
    """The owner, two promoters and a customer side by side, just after an order was paid."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(500)
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        few = shot.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(HERE / "sandbox.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
