"""The sandbox as a Flask application, and a small server for it."""

import threading
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import requests
from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.sandbox.browser import Fetch
from bot.sandbox.clock import BotClock, GivenClock
from bot.sandbox.config import Config
from bot.sandbox.doors import oauth, pages, wechat
from bot.sandbox.doors.control import Control, nowhere
from bot.sandbox.doors.shop import ShopDoor
from bot.sandbox.doors.storefront import Storefront
from bot.sandbox.orders import Shop
from bot.sandbox.phones import Phones
from bot.sandbox.stage import Stage, Transport

LAST_PUSHES = 2.0
"""Seconds that what is on its way to the bot may still take when the sandbox ends."""

UPLOAD_LIMIT = 12 * 1024 * 1024


def create_app(
    config: Config,
    *,
    clock: Callable[[], float] | None = None,
    transport: Transport | None = None,
    fetch: Fetch | None = None,
) -> Flask:
    """Build a sandbox; `clock` gives virtual epoch seconds, `transport` brings bytes to the bot, `fetch` its pages."""
    held = GivenClock(clock) if clock else BotClock(config.bot_url)
    stage = Stage(config, held, transport or over_http(config), fetch)
    phones, shop = Phones(stage), Shop(stage)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = UPLOAD_LIMIT
    app.json = Utf8(app)
    app.extensions["sandbox"] = stage
    app.before_request(own_pages_only)
    for status in (404, 405):
        app.register_error_handler(status, nowhere)
    app.register_blueprint(wechat.blueprint(stage))
    app.register_blueprint(oauth.blueprint(stage))
    app.register_blueprint(Control(stage, phones, shop).blueprint())
    app.register_blueprint(ShopDoor(stage, shop).blueprint())
    app.register_blueprint(Storefront(stage, shop).blueprint())
    app.register_blueprint(pages.blueprint(stage))
    return app


class Utf8(DefaultJSONProvider):
    """Chinese as it is, as WeChat writes it."""

    ensure_ascii = False


def own_pages_only() -> tuple[str, int] | None:
    """Another site open in the same browser must not play with these people."""
    origin = request.headers.get("Origin")
    if origin and request.method != "GET" and urlsplit(origin).netloc != request.host:
        return "another site may not do this", 403
    return None


def over_http(config: Config) -> Transport:
    """Posts to BOT_URL with WeChat's five seconds."""

    def post(path: str, data: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        try:
            answer = requests.post(
                config.bot_url + path,
                data=data,
                headers=dict(headers),
                timeout=config.push_timeout,
                allow_redirects=False,
            )
        except requests.Timeout as error:
            raise TimeoutError from error
        return answer.status_code, answer.content

    return post


class QuietHandler(WSGIRequestHandler):
    """Says nothing about each request; the page has its own log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def serve(app: Flask, host: str = "127.0.0.1", port: int = 0) -> tuple[str, Callable[[], None]]:
    """Serve in the background; gives the base address and what ends it."""
    server = make_server(host, port, app, threaded=True, request_handler=QuietHandler)
    stage: Stage | None = app.extensions.get("sandbox")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()

    def shutdown() -> None:
        if stage is not None:
            stage.rest(LAST_PUSHES)
            stage.hub.close()
            stage.saver.now()
        server.shutdown()
        thread.join()
        server.server_close()

    return f"http://{host}:{server.server_port}", shutdown
