"""Settings: all mistakes at once, no secret in any of them, and nothing but safe mode."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import REAL_API, Settings, SettingsError, is_loopback, load

AES = base64.b64encode(b"k" * 32).decode()[:43]
KEYS = [base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2)]
SECRETS = ["whsec_" + base64.b64encode(bytes([n]) * 24).decode() for n in (3, 4)]
GOOD = {
    "WECHAT_APP_ID": "wx1",
    "WECHAT_APP_SECRET": "app-secret-that-nobody-may-see",
    "WECHAT_TOKEN": "tokenThatNobodyMaySee",
    "WECHAT_AES_KEY": AES,
    "PUBLIC_URL": "https://bot.example.com",
    "REDIS_URL": "redis://:password@127.0.0.1:6379/0",
    "ORDER_WEBHOOK_SECRET": SECRETS[0],
    "DATA_KEY": KEYS[0],
}

Setting = Callable[..., None]


@pytest.fixture(autouse=True)
def empty_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine's own, and no .env."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> Setting:
    """Everything right but for what is given; None takes a setting away."""

    def put(**different: str | None) -> None:
        for name, value in {**GOOD, **different}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    return put


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load()
    return str(caught.value)


def test_what_is_right_is_taken(env: Setting) -> None:
    env()
    found = load()
    assert found.wechat_aes_key == AES
    assert found.wechat_api_base == REAL_API
    assert not found.on_sandbox


def test_all_that_is_missing_is_named_at_once() -> None:
    told = refusal()
    for name in GOOD:
        assert f"\n  {name}: is not set" in told


def test_mistakes_of_every_sort_are_told_in_one_go_without_a_value(env: Setting, tmp_path: Path) -> None:
    bad = {
        "WECHAT_TOKEN": "not a token!",
        "WECHAT_AES_KEY": "too-short-to-be-a-key",
        "ORDER_WEBHOOK_SECRET": "whsec_not base64",
        "DATA_KEY": "bm90IDMyIGJ5dGVz",
        "DATABASE_URL": "mysql://someone:hidden@host/name",
        "REDIS_URL": "localhost-with-hidden-word",
        "PORT": "eighty",
        "WEB_WORKERS": "0",
        "SHOP_NAME": "店" * 21,
        "WECHAT_API_BASE": "http://127.0.0.1:8090",
        "WECHAT_APP_SECRET_FILE": str(tmp_path / "nowhere"),
    }
    env(**bad)
    told = refusal()
    named = {line.split(":")[0].strip() for line in told.splitlines()[1:]}
    assert named == (bad.keys() - {"WECHAT_API_BASE", "WECHAT_APP_SECRET_FILE"}) | {
        "PUBLIC_URL",
        "WECHAT_APP_SECRET",
    }
    for value in [*GOOD.values(), *bad.values()]:
        if len(value) > 3 and not value.startswith(("http", "/")):
            assert value not in told


def test_no_secret_is_seen_when_the_settings_are_printed(env: Setting) -> None:
    env(DATABASE_URL="postgresql://a:hidden-word@h/n", WECHAT_AES_KEY_PREVIOUS=AES)
    printed = repr(load()) + str(load())
    for name in GOOD.keys() - {"WECHAT_APP_ID", "PUBLIC_URL"}:
        assert GOOD[name] not in printed
    assert "hidden-word" not in printed


@pytest.mark.parametrize(
    "key",
    [None, "", "a" * 42, "a" * 44, "!" * 43, AES + "=", "密" * 43],
    ids=["none", "empty", "short", "long", "no base64", "padded", "Chinese"],
)
def test_without_a_whole_key_it_refuses_and_says_what_to_do(env: Setting, key: str | None) -> None:
    env(WECHAT_AES_KEY=key)
    told = refusal()
    assert "WECHAT_AES_KEY" in told
    assert "安全模式" in told
    assert "EncodingAESKey" in told


def test_the_previous_key_may_be_absent_but_not_wrong(env: Setting) -> None:
    env(WECHAT_AES_KEY_PREVIOUS="")
    assert load().wechat_aes_key_previous == ""
    env(WECHAT_AES_KEY_PREVIOUS="short")
    assert "WECHAT_AES_KEY_PREVIOUS" in refusal()


def test_a_secret_may_stand_in_a_file(env: Setting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env(WECHAT_APP_SECRET="of the environment")
    file = tmp_path / "secret"
    file.write_text("of the file\n")
    monkeypatch.setenv("WECHAT_APP_SECRET_FILE", str(file))
    assert load().wechat_app_secret == "of the file"


def test_what_stands_in_a_file_is_checked_as_anything_else(
    env: Setting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    env(DATA_KEY=None)
    (tmp_path / "key").write_text("no key")
    monkeypatch.setenv("DATA_KEY_FILE", str(tmp_path / "key"))
    assert "DATA_KEY" in refusal()
    (tmp_path / "key").write_text(",".join(KEYS))
    assert load().data_key == ",".join(KEYS)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x80"], ids=["missing", "binary"])
def test_a_file_that_cannot_be_read_is_named(
    env: Setting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    env(WECHAT_TOKEN="?")
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("WECHAT_APP_SECRET_FILE", str(tmp_path / "secret"))
    told = refusal()
    assert f"WECHAT_APP_SECRET_FILE names cannot be read: {tmp_path / 'secret'}" in told
    assert "WECHAT_TOKEN" in told


def test_a_dot_env_is_read_and_the_environment_wins(env: Setting) -> None:
    env(WECHAT_APP_ID=None, PORT="8001")
    Path(".env").write_text("WECHAT_APP_ID=wx-of-the-file\nPORT=9999\nSOMETHING_ELSE=1\n")
    found = load()
    assert found.wechat_app_id == "wx-of-the-file"
    assert found.port == 8001


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:8090", "http://localhost:1", "http://[::1]:1", "http://0.0.0.0:1"]
)
def test_the_sandbox_and_a_public_address_do_not_go_together(env: Setting, base: str) -> None:
    env(WECHAT_API_BASE=base)
    assert "leave WECHAT_API_BASE unset in production" in refusal()


def test_the_sandbox_goes_with_an_address_on_this_machine(env: Setting) -> None:
    env(WECHAT_API_BASE="http://127.0.0.1:8090", PUBLIC_URL="http://localhost:8000")
    assert load().on_sandbox


@pytest.mark.parametrize("url", ["bot.example.com", "ftp://bot.example.com", "https://", "https://[bad"])
def test_an_address_must_be_one(env: Setting, url: str) -> None:
    env(PUBLIC_URL=url)
    assert "PUBLIC_URL" in refusal()


@pytest.mark.parametrize(
    "secret", ["", "plain", "whsec_", "whsec_AAAA", "whsec_!!", f"{SECRETS[0]},", "whsec_é"]
)
def test_a_webhook_secret_must_be_whole(env: Setting, secret: str) -> None:
    env(ORDER_WEBHOOK_SECRET=secret)
    assert "ORDER_WEBHOOK_SECRET" in refusal()


def test_there_may_be_several_webhook_secrets(env: Setting) -> None:
    env(ORDER_WEBHOOK_SECRET=f"{SECRETS[0]} , {SECRETS[1]}")
    assert load().webhook_secrets == tuple(SECRETS)


@pytest.mark.parametrize("key", ["", ",", "AAAA", "not base64", f"{KEYS[0]},AAAA", "钥匙"])
def test_a_data_key_must_be_whole(env: Setting, key: str) -> None:
    env(DATA_KEY=key)
    assert "openssl rand -base64 32" in refusal()


def test_the_database_is_a_file_of_the_data_folder_unless_named(env: Setting) -> None:
    env(DATA_DIR="/srv/shop")
    assert load().database == "sqlite:////srv/shop/promoter.db"
    env(DATABASE_URL="postgresql://a@h/n")
    assert load().database == "postgresql://a@h/n"


@pytest.mark.parametrize("url", ["mysql://u:hidden-word@h/n", "hidden-word", "postgres"])
def test_a_database_that_is_not_ours_to_use_is_refused_at_the_start(env: Setting, url: str) -> None:
    env(DATABASE_URL=url)
    told = refusal()
    assert "DATABASE_URL: must be postgresql://" in told
    assert "hidden-word" not in told


def test_loopback_is_told_from_the_rest() -> None:
    near = ("http://127.0.0.1", "http://127.9.9.9:1", "http://localhost:2", "http://[::1]", "http://0.0.0.0")
    far = ("https://api.weixin.qq.com", "http://10.0.0.1", "http://localhost.example.com", "", "http://")
    assert all(map(is_loopback, near))
    assert not any(map(is_loopback, far))


@pytest.mark.parametrize(
    "template",
    [
        "https://shop.example.com/", "shop.example.com/{code}", "https://{code}.example.com/", "https://x.com/{code}/{openid}",
        "https://{code}/{sku}", "ftp://x.com/{code}", "https://x.com/{code}/{", "javascript:alert('{code}')",
    ],
)  # fmt: skip
def test_a_link_can_lead_to_the_shop_only(env: Setting, template: str) -> None:
    env(SHOP_URL_TEMPLATE=template)
    assert "SHOP_URL_TEMPLATE: must be an address with {code}" in refusal()


def test_where_links_lead_and_whether_wechat_opens_them(env: Setting) -> None:
    env(SHOP_URL_TEMPLATE="https://shop.example.com/?ref={code}&item={sku}")
    found = load()
    assert (found.domain, found.opens_in_wechat) == ("bot.example.com", True)
    for address in ("http://bot.example.com", "https://203.0.113.7", "https://localhost"):
        env(PUBLIC_URL=address)
        assert not load().opens_in_wechat
