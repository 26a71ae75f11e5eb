"""What the demo sets: template messages that the played WeChat holds, a link into its shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import demo
from bot.sandbox.config import from_environment
from bot.settings import Settings
from bot.wechat.templates import misfit
from handlers.templates import Event


def test_the_demos_templates_fit_and_its_links_lead_into_the_shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "FOLDER", tmp_path)
    for name in ("WECHAT_API_BASE", "SHOP_URL_TEMPLATE", "PORT", "SANDBOX_TEMPLATES"):
        monkeypatch.delenv(name, raising=False)
    environment = demo._environment("redis://127.0.0.1:1/0")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings, sandbox = Settings.model_validate({}), from_environment(environment)
    held = {one.template_id: one.content for one in sandbox.templates}
    assert set(settings.templates) == set(Event)
    assert [misfit(one, held) for one in settings.templates.values()] == ["", "", ""]
    assert settings.shop_url_template == f"{sandbox.api_base}/shop?ref={{code}}&sku={{sku}}"
