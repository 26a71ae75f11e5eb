"""The processes beside the web: the clock hand and the workers."""

from __future__ import annotations

import signal
import threading

import click

from bot.cli.manners import house, told
from bot.jobs import build_sender
from bot.tick import Tick
from bot.wiring import QUEUES, start_logging
from bot.worker import worker_of


@click.command()
def tick() -> None:
    """Be the clock hand: ring due rows, let commission mature. Several may run; one does the rounds."""
    start_logging()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Tick(house()).run(stop)


@click.command()
@click.argument("queue", type=click.Choice(QUEUES))
@told
def work(queue: str) -> None:
    """Be a worker of one queue: messages or pictures."""
    start_logging()
    parts = house()
    build_sender(parts)  # whatever is wrong with the settings is said now and not at the first job
    worker_of(queue, parts.patient_redis).work(with_scheduler=False, logging_level="WARNING")
