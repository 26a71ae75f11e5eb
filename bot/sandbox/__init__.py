"""WeChat played on one's own machine: its API, its rules, and the phones of people, in a browser."""

from bot.sandbox.app import create_app, serve
from bot.sandbox.config import Config, ConfigError, Product

__all__ = ["Config", "ConfigError", "Product", "create_app", "serve"]
