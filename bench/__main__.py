"""`make bench`: the table of speed, measured on this machine; it takes some minutes and prints what it finds.

`make bench` runs everything, `.venv/bin/python -m bench door order` only what is named.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import door, growth, load, order, poster, writers
from bench.table import machine

PARTS: dict[str, Callable[[], object]] = {
    "door": door.main,
    "load": load.main,
    "poster": poster.main,
    "order": order.main,
    "writers": writers.main,
    "growth": growth.main,
}


def main(names: list[str]) -> None:
    """Each part prints its own table, as soon as it is known."""
    print(f"{machine()}\n")
    for name in names or PARTS:
        said = PARTS[name]()
        if said:
            print(f"{said}\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
