"""`flask import`: tables from CSV files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from bot.cli.manners import house, told
from bot.importing import members, orders, products, steps
from bot.importing.sheet import Column, NoSheet, Row, read

imports = AppGroup(
    "import", help="Bring tables in from CSV files (docs/import.md); a dry run unless --apply is said."
)
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_APPLY = click.option("--apply", is_flag=True, help="Make the changes; without it nothing is changed.")


@imports.command("products")
@_FILE
@_APPLY
@told
def import_products(file: Path, apply: bool) -> None:
    """Products with price, kind, promoted or not, and rates."""
    rows, parts = _sheet(file, products.COLUMNS), house()
    _end(steps.run(products.steps(rows, parts.operator_at), len(rows), apply=apply))


@imports.command("members")
@_FILE
@_APPLY
@told
def import_members(file: Path, apply: bool) -> None:
    """Which promoter is in which group."""
    rows, parts = _sheet(file, members.COLUMNS), house()
    _end(steps.run(members.steps(rows, parts.operator_at), len(rows), apply=apply))


@imports.command("orders")
@_FILE
@_APPLY
@click.option(
    "--source", default="", help=f"Which system's orders they are; {orders.SOURCE} if nothing is said."
)
@told
def import_orders(file: Path, apply: bool, source: str) -> None:
    """What the order feed tells: payments, shipments, receipts, refunds, cancellations."""
    rows, parts = _sheet(file, orders.COLUMNS), house()
    found = orders.steps(rows, source, parts.operator, parts.feed)
    _end(steps.run(found, len(rows), apply=apply))


def _sheet(file: Path, columns: Sequence[Column]) -> tuple[Row, ...]:
    try:
        return read(file.read_bytes(), columns)
    except NoSheet as no:
        raise click.ClickException(f"{file.name}: {no}") from None


def _end(well: bool) -> None:
    sys.exit(0 if well else 1)
