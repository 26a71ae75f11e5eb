"""Money is whole fen and rates are basis points: what a person may type, and what a program may not pass."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import NotAnAmount, NotARate
from engine.money import FULL, LARGEST, ZERO, Money, Rate, total

RATES = st.integers(0, FULL).map(Rate)


@pytest.mark.parametrize("wrong", [1.5, True, "100", None])
def test_money_takes_whole_fen_only(wrong: object) -> None:
    with pytest.raises(TypeError, match="whole fen"):
        Money(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("fen", [LARGEST + 1, -LARGEST - 1])
def test_money_has_an_end(fen: int) -> None:
    assert LARGEST == 10_000_000_000_000  # what the CHECKs of the tables say too
    assert Money(LARGEST).fen == -Money(-LARGEST).fen
    with pytest.raises(OverflowError):
        Money(fen)


@pytest.mark.parametrize("wrong", [-1, FULL + 1, 12.5, True, "12"])
def test_a_rate_is_0_to_10000_basis_points(wrong: object) -> None:
    with pytest.raises(ValueError, match="basis points"):
        Rate(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("100", 10_000), ("12.3", 1_230), ("12.30元", 1_230), ("￥１２．３０", 1_230), ("1,200", 120_000),
        ("¥ 1,234,567.89", 123_456_789), ("0", 0), ("０。０１", 1), ("5块", 500), ("5块钱", 500), ("007", 700),
        ("99999999999", 9_999_999_999_900), ("１，２００", 120_000), ("　12　元", 1_200),
    ],
)  # fmt: skip
def test_an_amount_as_people_type_it(typed: str, fen: int) -> None:
    assert Money.parse(typed) == Money(fen)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "一百",
        "-5",
        "1.234",
        "1,2",
        "12,34.5",
        "1e3",
        "100000000000",
        "¥",
        "１２元3角",
        "٣",
        "5 元 3",
        "+5",
    ],
)
def test_what_is_no_amount_is_never_guessed(typed: str) -> None:
    with pytest.raises(NotAnAmount):
        Money.parse(typed)


@pytest.mark.parametrize(
    ("typed", "bp"),
    [
        ("12", 1_200),
        ("12.5%", 1_250),
        ("１２％", 1_200),
        ("0.01", 1),
        ("100", FULL),
        ("0%", 0),
        ("12 %", 1_200),
    ],
)
def test_a_rate_as_people_type_it(typed: str, bp: int) -> None:
    assert Rate.parse(typed) == Rate(bp)


@pytest.mark.parametrize("typed", ["", "101", "100.01%", "-1", "12.345", "三成", "1/3"])
def test_what_is_no_rate_is_never_guessed(typed: str) -> None:
    with pytest.raises(NotARate):
        Rate.parse(typed)


def test_the_rest_of_a_fen_stays_with_the_merchant() -> None:
    assert Rate(3_000).of(Money(645)) == Money(193)
    # By line of one piece each it would be 100 × 9 fen.
    assert Rate(500).of(Money(199 * 100)) == Money(995)


@given(st.integers(0, 10**6), RATES)
def test_a_share_is_the_floor_of_the_exact_one(fen: int, rate: Rate) -> None:
    share = Fraction(fen * rate.bp, FULL)
    assert rate.of(Money(fen)).fen == share.numerator // share.denominator


@given(st.integers(0, 99_999_999))
def test_what_is_printed_is_read_back(fen: int) -> None:
    assert Money.parse(str(Money(fen))) == Money(fen)


@given(RATES)
def test_a_rate_that_is_printed_is_read_back(rate: Rate) -> None:
    assert Rate.parse(str(rate)) == rate


def test_money_is_printed_with_its_sign_before_the_mark() -> None:
    assert [str(Money(fen)) for fen in (0, 5, -5, 123_456)] == ["¥0.00", "¥0.05", "-¥0.05", "¥1234.56"]
    assert total(Money(fen) for fen in (5, -3)) == Money(2)


def test_money_is_counted_to_the_fen() -> None:
    assert Money(5) + Money(3) == Money(8)
    assert Money(5) - Money(8) == -Money(3) == Money(-3)
    assert [bool(Money(fen)) for fen in (-1, 0, 1)] == [True, False, True]
    assert total(()) == ZERO == Money(0)


def test_a_rate_is_printed_without_zeros_that_say_nothing() -> None:
    printed = {0: "0%", 5: "0.05%", 50: "0.5%", 1_000: "10%", 1_250: "12.5%", 1_234: "12.34%", FULL: "100%"}
    assert {bp: str(Rate(bp)) for bp in printed} == printed
