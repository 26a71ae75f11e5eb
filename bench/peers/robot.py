"""WeRoBot with its session store: counts the messages of each person in SQLite."""

import os
import tempfile
from pathlib import Path

from werobot import WeRoBot
from werobot.session.sqlitestorage import SQLiteStorage

from bench.account import AES_KEY, APP_ID, TOKEN

_file = Path(tempfile.gettempdir()) / f"bench-sessions-{os.getpid()}.db"
_robot = WeRoBot(
    token=TOKEN,
    encoding_aes_key=AES_KEY,
    app_id=APP_ID,
    enable_session=True,
    session_storage=SQLiteStorage(str(_file)),
)


@_robot.text
def echo(message, session):
    """One message."""
    session["count"] = session.get("count", 0) + 1
    return message.content


app = _robot.wsgi
