"""One running demo for the tests that it survives, and a folder for those that start their own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.live import Demo


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: a unix socket's may have 107 bytes."""
    made = Path(tempfile.mkdtemp(prefix="live-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """A shop with its owner and the promoter 王小明."""
    folder = Path(tempfile.mkdtemp(prefix="live-"))
    made = Demo(folder)
    try:
        made.start()
        made.open_shop()
        made.joins("王小明")
        yield made
    finally:
        made.clean_up()
        shutil.rmtree(folder, ignore_errors=True)
