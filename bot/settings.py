"""Every setting of the process, from the environment or `.env`; all mistakes are told at once."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from redis import Redis
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.wechat.templates import Template
from bot.wechat.templates import read as read_template
from engine.cipher import Cipher
from handlers.templates import Event

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
REAL_API = "https://api.weixin.qq.com"
_SAFE_MODE = (
    "must be the 43 characters of EncodingAESKey: choose 安全模式 in the account's server configuration and copy "
    "it from there; plain mode lets anybody be anybody and is not supported"
)
_MISSING = {"wechat_aes_key": f"is not set; it {_SAFE_MODE}"}


class SettingsError(Exception):
    """The process cannot start; the message lists every mistake and what to do about it."""


class Settings(BaseSettings):
    """What the operator sets. Secrets may stand in a file named by `NAME_FILE` instead."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, str_strip_whitespace=True)

    wechat_app_id: str = Field(min_length=1)
    wechat_app_secret: str = Field(min_length=1, repr=False)
    wechat_token: str = Field(pattern=r"^[A-Za-z0-9]{3,32}$", repr=False)
    wechat_aes_key: str = Field(repr=False)
    wechat_aes_key_previous: str = Field(default="", repr=False)
    wechat_api_base: str = REAL_API
    wechat_template_application: str = ""
    wechat_template_withdrawal: str = ""
    wechat_template_todo: str = ""
    public_url: str
    shop_url_template: str = ""
    database_url: str = Field(default="", repr=False)
    redis_url: str = Field(min_length=1, repr=False)
    order_webhook_secret: str = Field(min_length=1, repr=False)
    data_key: str = Field(repr=False)
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    web_workers: int = Field(default=2, ge=1, le=64)
    shop_name: str = Field(default="我的小店", min_length=1, max_length=20)
    poster_font: str = ""

    @field_validator("*", mode="before")
    @classmethod
    def _file_was_read(cls, value: Any) -> Any:
        if isinstance(value, _Unreadable):
            raise ValueError(f"the file that {value.variable} names cannot be read: {value.why}")
        return value

    @field_validator("wechat_aes_key", "wechat_aes_key_previous")
    @classmethod
    def _aes_key(cls, value: str, info: ValidationInfo) -> str:
        """WeChat's EncodingAESKey: 43 characters of base64. Safe mode is the only mode."""
        if not value and info.field_name == "wechat_aes_key_previous":
            return value
        try:
            ok = len(value) == 43 and len(base64.b64decode(value + "=", validate=True)) == 32
        except ValueError:  # also what is not ASCII: a key copied with a character too many
            ok = False
        if not ok:
            raise ValueError(_SAFE_MODE)
        return value

    @field_validator("data_key")
    @classmethod
    def _data_key(cls, value: str) -> str:
        """One or more keys of 32 bytes in base64."""
        try:
            Cipher.read(value)
        except ValueError as error:
            raise ValueError(f"{error}; make one with `openssl rand -base64 32` and never lose it") from error
        return value

    @field_validator("order_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: str) -> str:
        """`whsec_` and base64, as the Standard Webhooks scheme has it; several parted by commas."""
        for part in value.split(","):
            secret = part.strip()
            try:
                ok = secret.startswith("whsec_") and len(base64.b64decode(secret[6:], validate=True)) >= 16
            except ValueError:
                ok = False
            if not ok:
                raise ValueError("must be whsec_ followed by base64: `echo whsec_$(openssl rand -base64 32)`")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        try:
            known = not value or make_url(value).get_backend_name() in ("sqlite", "postgresql")
        except ArgumentError:
            known = False
        if not known:
            raise ValueError("must be postgresql://user:password@host/name or sqlite:///file")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_url(cls, value: str) -> str:
        try:
            Redis.from_url(value).close()  # connects at its first command only
        except ValueError:
            raise ValueError("must be redis://host:6379/0, rediss://… or unix:///socket") from None
        return value

    @field_validator("shop_url_template")
    @classmethod
    def _shop_url(cls, value: str) -> str:
        """Where a link goes on to: {code} and perhaps {sku}, behind the host, so that a link leads nowhere else."""
        if not value:
            return value
        names = _PLACEHOLDER.findall(value)
        parts = urlsplit(_PLACEHOLDER.sub("", value))
        host = urlsplit(value).netloc
        fits = parts.scheme in ("http", "https") and parts.hostname and "{" not in host
        if not fits or "code" not in names or set(names) - {"code", "sku"} or "{" in parts.geturl():
            raise ValueError(
                "must be an address with {code}, and {sku} if you like, behind the host: "
                "https://shop.example.com/?ref={code}&sku={sku}"
            )
        return value

    @field_validator("wechat_api_base", "public_url")
    @classmethod
    def _url(cls, value: str, info: ValidationInfo) -> str:
        """An address; a public one does not go with the sandbox."""
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an http(s) address such as https://bot.example.com")
        # Read before this one, and missing here if it is a mistake itself.
        on_sandbox = info.field_name == "public_url" and is_loopback(info.data.get("wechat_api_base", ""))
        if on_sandbox and not is_loopback(value):
            raise ValueError(
                "is public, but WECHAT_API_BASE leads to this machine, where the sandbox plays WeChat: "
                "leave WECHAT_API_BASE unset in production"
            )
        return value.rstrip("/")

    @field_validator("wechat_template_application", "wechat_template_withdrawal", "wechat_template_todo")
    @classmethod
    def _template(cls, value: str, info: ValidationInfo) -> str:
        if value:
            read_template(Event(str(info.field_name).rpartition("_")[2]), value)
        return value

    @property
    def templates(self) -> dict[Event, Template]:
        """The template messages that are set up."""
        typed = {event: str(getattr(self, f"wechat_template_{event.value}")) for event in Event}
        return {event: read_template(event, value) for event, value in typed.items() if value}

    @property
    def on_sandbox(self) -> bool:
        """WeChat is played on this machine."""
        return is_loopback(self.wechat_api_base)

    @property
    def domain(self) -> str:
        """What the account has to know as 网页授权域名 and JS接口安全域名."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def opens_in_wechat(self) -> bool:
        """WeChat authorises pages at an https address with a domain only."""
        try:
            ip_address(self.domain)
        except ValueError:
            return self.public_url.startswith("https://") and "." in self.domain
        return False

    @property
    def database(self) -> str:
        """DATABASE_URL, or a SQLite file in DATA_DIR."""
        return self.database_url or f"sqlite:///{self.data_dir / 'promoter.db'}"

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """All secrets that the shop may sign with."""
        return tuple(part.strip() for part in self.order_webhook_secret.split(","))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Given, then NAME_FILE, then the environment, then .env."""
        return init_settings, _NamedFiles(settings_cls), env_settings, dotenv_settings


@dataclass(frozen=True)
class _Unreadable:
    """Stands for the value of a file that cannot be read, so that this mistake is told with the others."""

    variable: str
    why: str


class _NamedFiles(PydanticBaseSettingsSource):
    """`WECHAT_APP_SECRET_FILE=/run/secrets/x` reads the setting from that file."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """The file's text, if the environment names one."""
        variable = f"{field_name.upper()}_FILE"
        path = os.environ.get(variable)
        return (_text_of(path, variable) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(None, name)[0] for name in self.settings_cls.model_fields}
        return {name: value for name, value in found.items() if value is not None}


def _text_of(path: str, variable: str) -> str | _Unreadable:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        return _Unreadable(variable, f"{path}: {error.strerror}")
    except UnicodeDecodeError:
        return _Unreadable(variable, f"{path}: not text")


def load() -> Settings:
    """The settings. Raises SettingsError with all mistakes."""
    try:
        return Settings.model_validate({})  # validated as a call without arguments is: from the sources
    except ValidationError as error:
        raise SettingsError(_told(error)) from None


def is_loopback(address: str) -> bool:
    """Does the address lead back to this machine?"""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        found = ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified  # whoever calls 0.0.0.0 reaches himself


def _told(error: ValidationError) -> str:
    """Every mistake in a line, without the values: some of them are secrets."""
    lines = []
    for mistake in error.errors(include_input=False, include_url=False):
        name = str(mistake["loc"][0]) if mistake["loc"] else "settings"
        words = mistake["msg"].removeprefix("Value error, ")
        if mistake["type"] == "missing":
            words = _MISSING.get(name, "is not set")
        lines.append(f"  {name.upper()}: {words}")
    return "cannot start; set these in the environment or in .env:\n" + "\n".join(lines)
