"""What every command does alike: builds the house, turns an outage into one sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from bot.copies import CopyRefused
from bot.lines import say
from bot.settings import SettingsError, load
from bot.wechat.errors import WeChatError
from bot.wiring import House
from engine.errors import Refusal, StoreError
from engine.store.copies import CopyError
from handlers.texts.marks import as_read
from handlers.texts.refusals import sorry_staff

P = ParamSpec("P")
T = TypeVar("T")


def house() -> House:
    """The parts, or a clear end of the process."""
    try:
        return House(load())
    except SettingsError as error:
        say(*str(error).splitlines(), err=True)
        sys.exit(2)


def told(act: Callable[P, T]) -> Callable[P, T]:
    """Turn an outage into one sentence."""

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return act(*args, **kwargs)
        except WeChatError as error:
            raise click.ClickException(f"WeChat: {error}") from None
        except Refusal as refusal:
            raise click.ClickException(as_read(sorry_staff(refusal))) from None
        except (CopyRefused, CopyError) as error:
            raise click.ClickException(str(error)) from None
        except RedisError as error:
            raise click.ClickException(
                f"Redis: {type(error).__name__}; look at REDIS_URL, and `flask doctor` says more"
            ) from None
        except OSError as error:
            raise click.ClickException(str(error)) from None
        except (StoreError, DBAPIError) as error:
            raise click.ClickException(
                f"database: {type(error).__name__}; run `flask db upgrade`, and `flask doctor` says more"
            ) from None

    return run
