"""What the sandbox is told from outside: keys, addresses, products."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class ConfigError(ValueError):
    """A setting that is missing or may not be used, told in one sentence."""


@dataclass(frozen=True)
class Product:
    """One thing on the shelf of the small shop; the price is in fen."""

    sku: str
    title: str
    kind: str
    price: int


@dataclass(frozen=True)
class OwnTemplate:
    """A template message of the account; `content` holds lines such as 申请人：{{thing1.DATA}}."""

    template_id: str
    title: str = ""
    content: str = ""


DEFAULT_PRODUCTS = (
    Product("SKU1", "护手霜", "goods", 10000),
    Product("SKU2", "绿茶礼盒", "goods", 645),
    Product("SKU3", "肩颈护理 60 分钟", "service", 19900),
    Product("SKU4", "会员卡", "virtual", 5000),
)
KINDS = {"实物": "goods", "服务": "service", "虚拟": "virtual"}


@dataclass(frozen=True)
class Config:
    """Everything fixed at start."""

    app_id: str
    app_secret: str
    token: str
    aes_key: str
    bot_url: str = "http://127.0.0.1:8000"
    public_url: str = ""
    api_base: str = "http://127.0.0.1:8090"
    order_secret: str = ""
    data_dir: Path | None = None
    products: tuple[Product, ...] = DEFAULT_PRODUCTS
    templates: tuple[OwnTemplate, ...] = ()
    push_timeout: float = 5.0
    retry_pause: float = 1.0

    @property
    def listen(self) -> tuple[str, int]:
        """Host and port to listen on: those of WECHAT_API_BASE."""
        parts = urlsplit(self.api_base)
        return parts.hostname or "127.0.0.1", parts.port or 80


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Read and check the environment; raises ConfigError with every mistake in it."""
    env = os.environ if environ is None else environ
    names = ("WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_API_BASE")
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise ConfigError("the sandbox needs " + ", ".join(missing))
    api_base = env["WECHAT_API_BASE"].rstrip("/")
    if not is_loopback(api_base):
        raise ConfigError(
            f"WECHAT_API_BASE is {api_base}: the sandbox plays WeChat on this machine only, "
            "so it must be a loopback address such as http://127.0.0.1:8090"
        )
    if len(env["WECHAT_AES_KEY"]) != 43:
        raise ConfigError("WECHAT_AES_KEY must have 43 characters, as WeChat's EncodingAESKey has")
    data_dir = env.get("DATA_DIR")
    return Config(
        app_id=env["WECHAT_APP_ID"],
        app_secret=env["WECHAT_APP_SECRET"],
        token=env["WECHAT_TOKEN"],
        aes_key=env["WECHAT_AES_KEY"],
        api_base=api_base,
        bot_url=env.get("BOT_URL", "http://127.0.0.1:8000").rstrip("/"),
        public_url=env.get("PUBLIC_URL", "").rstrip("/"),
        order_secret=env.get("ORDER_WEBHOOK_SECRET", "").split(",")[0].strip(),
        data_dir=Path(data_dir) if data_dir else None,
        products=read_products(env.get("SANDBOX_PRODUCTS", "")),
        templates=read_templates(env.get("SANDBOX_TEMPLATES", "")),
    )


def is_loopback(address: str) -> bool:
    """Whether a base address leads back to this machine."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_products(text: str) -> tuple[Product, ...]:
    """Read the shelf from JSON: a list of {sku, title, kind, price in fen}."""
    if not text.strip():
        return DEFAULT_PRODUCTS
    try:
        rows: list[dict[str, Any]] = json.loads(text)
        return tuple(
            Product(row["sku"], row["title"], KINDS.get(row["kind"], row["kind"]), int(row["price"]))
            for row in rows
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"SANDBOX_PRODUCTS is not a list of sku, title, kind and price: {error}") from error


def read_templates(text: str) -> tuple[OwnTemplate, ...]:
    """Read the account's templates from JSON: a list of {template_id, title, content}."""
    try:
        return tuple(OwnTemplate(**row) for row in json.loads(text or "[]"))
    except (ValueError, TypeError) as error:
        raise ConfigError(
            f"SANDBOX_TEMPLATES is not a list of template_id, title and content: {error}"
        ) from error
