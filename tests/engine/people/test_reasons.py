"""A reason is one line of 1 to 60 characters, or none."""

from __future__ import annotations

import pytest

from engine.people.reasons import LONGEST_REASON, reason_in


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("资料不全", "资料不全"),
        ("  资料\n 不全  ", "资料 不全"),
        ("字" * LONGEST_REASON, "字" * LONGEST_REASON),
        ("字" * (LONGEST_REASON + 1), ""),
        (" \n ", ""),
    ],
)
def test_a_reason(typed: str, kept: str) -> None:
    assert reason_in(typed) == kept
