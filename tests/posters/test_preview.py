"""The sheet for a designer: all looks and odd cases, on one picture that can be sent about."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from bot.cli import poster


@pytest.mark.slow
def test_the_sheet_is_drawn_and_written_where_it_was_said_before_anything_else_is_set_up(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sheet.jpg"
    answer = CliRunner().invoke(poster.poster, ["preview", str(file)])
    assert answer.exit_code == 0, answer.output
    assert "sheet.jpg" in answer.output
    with Image.open(file) as sheet:
        assert (sheet.format, sheet.size) == ("JPEG", (1818, 1586))
    assert file.stat().st_size < 1_000_000
