"""The demo as it is started by `make demo`, walked in a real browser from the owner's QR to money paid out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import stage
from tests.browser.life import CUSTOMER, FIRST, OWNER, SECOND, Life, Phone

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

_OVER = """() => {
  const scrolls = (node) => {
    for (let up = node.parentElement; up; up = up.parentElement) {
      if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)
          && up !== document.body && up.getBoundingClientRect().right <= innerWidth + 1) return true;
    }
    return false;
  };
  return [...document.querySelectorAll('body *')].filter((node) => {
    const { left, right, width, height } = node.getBoundingClientRect();
    return width && height && (right > innerWidth + 1 || left < -1) && !scrolls(node);
  }).map((node) => node.outerHTML.slice(0, 120));
}"""
_UNFOLD = "panel => panel.querySelectorAll('details.more').forEach((part) => { part.open = true; })"
_BURST = """selector => [...document.querySelectorAll(selector)]
  .filter((node) => node.scrollWidth > node.clientWidth + 6).map((node) => node.textContent.slice(0, 60))"""
"""What is wider than its box; a bubble's tail stands out by five pixels."""


def test_the_life_that_must_run(tmp_path: Path) -> None:
    """Steps 1 to 7 by clicks; then a narrow window, and the keyboard alone."""
    if stage.chromium() is None:
        pytest.skip("no chromium on the PATH: apt-get install chromium")
    with stage.demo(tmp_path) as address, stage.browser() as browser:
        page = browser.new_page(viewport=stage.WIDE)
        page.set_default_timeout(60_000)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        page.wait_for_selector("body[data-ready]")
        try:
            Life(page).walk()
            keyboard_is_enough(page)
            nothing_is_cut_off_in_a_narrow_window(page)
        except Exception:
            page.screenshot(path=tmp_path / "failed.png")
            print((tmp_path / "output").read_text(errors="replace"))
            raise
        assert errors == []
        the_book_balances(tmp_path)
    said = (tmp_path / "output").read_text(errors="replace")
    assert not re.search(r"ERROR|Traceback|starting it again", said), said


def keyboard_is_enough(page: Page) -> None:
    """Tab to the field, type, Enter; Tab to the menu bar, Enter, arrows, Enter."""
    customer = Phone(page, CUSTOMER)
    customer.open()
    customer.looks_up()
    page.evaluate("document.activeElement.blur()")
    field = customer.pane.get_by_test_id("input")
    _tab_to(page, f'[data-name="{CUSTOMER}"] [data-testid=input]')
    page.keyboard.type("我的推荐人")
    page.keyboard.press("Enter")
    customer.reads("你的推荐人是 李小红（长期有效）")
    assert field.input_value() == ""
    customer.looks_up()
    _tab_to(page, f'[data-name="{CUSTOMER}"] [data-testid=menu-top][data-name=推广员]')
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.name") == "申请进度"
    page.keyboard.press("Enter")
    customer.reads("你还没有申请过推广员")


def nothing_is_cut_off_in_a_narrow_window(page: Page) -> None:
    """390 × 844: every chat, every menu, every tool, a page in WeChat's browser and a picture."""
    page.set_viewport_size(stage.NARROW)
    for name in (OWNER, FIRST, SECOND, CUSTOMER):
        phone = Phone(page, name)
        phone.open()
        assert phone.pane.is_visible()
        _fits(page)
        for column in phone.pane.get_by_test_id("menu-top").all():
            if column.get_attribute("aria-haspopup"):
                column.click()
                assert page.get_by_test_id("menu-item").first.is_visible()
                _fits(page)
                column.click()
        phone.pane.get_by_test_id("more").click()
        _fits(page)
        page.keyboard.press("Escape")
    owner = Phone(page, OWNER)
    owner.open()
    owner.chooses("今日概览", "数据")
    owner.reads("今日概览")
    for tool in ("shop", "scan", "log"):
        page.get_by_test_id(f"panel-{tool}").click()
        page.get_by_test_id("panel").evaluate(_UNFOLD)
        _fits(page)
        page.get_by_test_id("panel-close").click()
    page.get_by_test_id("panel-scan").click()
    page.get_by_test_id("scan-text").fill(f"{page.url}sandbox/static/icon.svg")
    page.get_by_test_id("scan-go").click()
    page.get_by_test_id("web-more").and_(page.locator(":visible")).click()
    _fits(page)
    page.keyboard.press("Escape")
    page.get_by_test_id("web-close").and_(page.locator(":visible")).click()
    first = Phone(page, FIRST)
    first.open()
    first.pane.get_by_test_id("picture").last.click()
    page.get_by_test_id("viewer-scan").wait_for()
    _fits(page)
    page.get_by_test_id("viewer-close").click()


def the_book_balances(folder: Path) -> None:
    """`flask audit`, as the operator calls it."""
    lines = (folder / "env").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in (shlex.split(line)[0] for line in lines))
    audit = subprocess.run(
        [str(Path(sys.executable).parent / "flask"), "audit"],
        cwd=stage.ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert audit.returncode == 0, audit.stdout + audit.stderr


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(400):  # every line that can be tapped is a stop, in every chat
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= stage.NARROW["width"]
    assert page.evaluate(_OVER) == []
    assert page.evaluate(_BURST, ".bubble, .panel .content") == []
