"""Calls for temporary media."""

from typing import Any

from flask import Response, request

from bot.sandbox import media
from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage


def upload(stage: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    """Take the multipart field `media`; it must carry a file name."""
    upload_file = request.files.get("media")
    if upload_file is None or not upload_file.filename:
        raise ApiError(41005)
    medium = media.accept(stage, str(fields.get("type", "")), upload_file.filename, upload_file.read())
    return {"type": medium.kind, "media_id": medium.id, "created_at": int(medium.at)}


def fetch(stage: Stage, fields: dict[str, Any]) -> Response:
    """The bytes of a medium that still lives."""
    if not fields.get("media_id"):
        raise ApiError(41006)
    medium = media.usable(stage, fields["media_id"], kind="")
    data = stage.shelf.get(medium.id)
    if data is None:
        raise ApiError(40007)
    headers = {"Content-disposition": f'attachment; filename="{medium.id[:16]}"'}
    return Response(data, mimetype=medium.mime, headers=headers)
