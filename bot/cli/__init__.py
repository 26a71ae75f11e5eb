"""Commands of the operator: `flask …` (FLASK_APP is set in `.flaskenv`), one module for each thing he tends."""

from __future__ import annotations

from flask import Flask

from bot.cli import (
    book,
    database,
    demo,
    doctor,
    menu,
    merchant,
    outbox,
    payouts,
    poster,
    processes,
    schemas,
    settle,
    tables,
)


def create_app() -> Flask:
    """What `flask` runs: only these commands."""
    flask = Flask("bot.cli")
    for command in (
        database.db,
        database.backup,
        database.restore,
        menu.menu,
        merchant.merchant,
        tables.imports,
        book.audit,
        book.adjust,
        payouts.payouts,
        settle.settle,
        outbox.outbox,
        poster.poster,
        doctor.doctor,
        processes.tick,
        processes.work,
        schemas.schema,
        demo.demo,
    ):
        flask.cli.add_command(command)
    return flask
