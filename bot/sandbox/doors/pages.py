"""The page itself, its files, and the pictures shown in chats."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from bot.sandbox.stage import Stage

STATIC = Path(__file__).parent.parent / "static"


def blueprint(stage: Stage) -> Blueprint:
    """`/`, `/sandbox/static/…`, `/sandbox/media/…`."""
    door = Blueprint("pages", __name__)

    def index() -> Response:
        return _fresh(send_from_directory(STATIC, "index.html"))

    def static(name: str) -> Response:
        return _fresh(send_from_directory(STATIC, name))

    def picture(media_id: str) -> Response:
        medium, data = stage.world.media.get(media_id), stage.shelf.get(media_id)
        if medium is None or data is None:
            return Response("", 404)
        headers = {"Cache-Control": "max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(data, mimetype=medium.mime, headers=headers)

    door.add_url_rule("/", "index", index)
    door.add_url_rule("/sandbox/static/<path:name>", "static", static)
    door.add_url_rule("/sandbox/media/<media_id>", "picture", picture)
    return door


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response
