"""Charts: round axes that hold every figure, nothing drawn outside the panel, and words of any kind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from posters import charts
from posters.charts import days, ranks
from posters.geometry import PANEL, PANEL_ROOM, SHEET
from posters.render import sheet
from posters.scales import scale, short, whole
from posters.spec import DaysSpec, Graph, Rank, RanksSpec, Series
from tests.posters.samples import decoded, words

HUGE = 10**13
amounts = st.integers(-HUGE, HUGE)
few = settings(max_examples=15, deadline=None)
DAYS = tuple(f"11-{day:02d}" for day in range(1, 31))


def of_days(*series: tuple[int, ...], shape: str = "columns", title: str = "我的收益") -> DaysSpec:
    graph = Graph(
        "每天收益", shape, tuple(Series(f"第{n}项", values) for n, values in enumerate(series)), True
    )
    return DaysSpec(title, "近 30 天", (("合计", "¥1.00"),), DAYS[: len(series[0])], (graph,), "已减退款。")


def assert_within_the_panel(jpeg: bytes) -> None:
    """Outside the panel's shadow the page is as it was: JPEG alters a pixel by little."""
    page, empty = decoded(jpeg), sheet().copy()
    assert page.size == (SHEET.width, SHEET.height)
    inside = Image.new("RGB", (PANEL.width - 24, PANEL.height - 24))
    for picture in (page, empty):
        picture.paste(inside, (PANEL.left + 12, PANEL.top + 12))
    worst = max(high for _, high in ImageChops.difference(page, empty).getextrema())
    assert worst < 40


@given(st.lists(amounts, max_size=40).map(tuple))
def test_an_axis_holds_zero_and_all_values_on_few_round_figures(values):
    axis = scale(values)
    assert axis.low <= min((0, *values))
    assert max((0, *values)) <= axis.high
    assert 0 in axis.ticks
    assert axis.ticks[-1] == axis.high
    assert 2 <= len(axis.ticks) <= 6
    assert all(0 <= axis.share(value) <= 1 for value in values)


def test_an_axis_is_no_wider_than_it_must_be():
    assert scale((27_051,)).ticks == (0, 10_000, 20_000, 30_000)
    assert scale((3, 7)).ticks == (0, 2, 4, 6, 8)
    assert scale(()).ticks == (0, 1)


@pytest.mark.parametrize(
    ("value", "money", "said"),
    [
        (0, True, "¥0"), (5_000, True, "¥50"), (1_500_000, True, "¥1.5万"), (-2_000_000, True, "-¥2万"),
        (5, True, "¥0.05"), (150_000, True, "¥1,500"), (30, False, "30"), (25_000, False, "2.5万"),
        (3 * 10**10, True, "¥3亿"), (10**13, True, "¥1,000亿"),
    ],
)  # fmt: skip
def test_figures_beside_an_axis_are_short(value, money, said):
    assert short(value, money=money) == said


def test_the_best_day_is_told_to_the_fen():
    assert whole(123_405, money=True) == "¥1,234.05"
    assert whole(-5, money=True) == "-¥0.05"
    assert whole(30, money=False) == "30"


@few
@given(st.lists(amounts, min_size=2, max_size=30).map(tuple), st.sampled_from(["columns", "curve"]), words)
def test_a_report_of_days_stays_on_its_panel_whatever_the_figures_and_words(values, shape, title):
    assert_within_the_panel(days(of_days(values, shape=shape, title=title)).jpeg)


@few
@given(st.lists(st.tuples(words, amounts, words, st.booleans()), max_size=10), words, words)
def test_a_ranking_stays_on_its_panel_whatever_the_names(people, title, note):
    rows = tuple(Rank(n, name, value, told, mine) for n, (name, value, told, mine) in enumerate(people, 1))
    assert_within_the_panel(ranks(RanksSpec(title, "3 月", (("我", "第 1 名"),), rows, note)).jpeg)


def _coloured(jpeg: bytes, near: tuple[int, int, int]) -> int:
    """How many pixels have about this colour."""
    page = decoded(jpeg)
    data = page.tobytes()
    return sum(
        all(abs(part - wanted) < 14 for part, wanted in zip(data[at : at + 3], near, strict=True))
        for at in range(0, len(data), 3 * 7)
    )


def test_twice_the_figure_is_twice_the_column():
    green = (47, 143, 111)
    one = _coloured(days(of_days((100_000, 50_000))).jpeg, green)
    half = _coloured(days(of_days((100_000, 0))).jpeg, green)
    assert 1.4 < one / half < 1.6


def test_two_series_stack_in_two_colours():
    jpeg = days(of_days((100_000, 40_000), (50_000, 60_000))).jpeg
    assert _coloured(jpeg, (47, 143, 111)) > 1_000
    assert _coloured(jpeg, (224, 162, 60)) > 1_000


def test_days_without_figures_say_so_and_draw_nothing(monkeypatch):
    said = days(of_days((0, 0, 0))).jpeg
    assert _coloured(said, (47, 143, 111)) == 0
    monkeypatch.setattr(charts, "NOTHING", "")
    assert days(of_days((0, 0, 0))).jpeg != said


def test_a_ranking_of_nobody_says_so(monkeypatch):
    nobody = RanksSpec("排行榜", "11 月", (), ())
    said = ranks(nobody).jpeg
    monkeypatch.setattr(charts, "NOTHING", "")
    assert ranks(nobody).jpeg != said


def test_a_day_below_nothing_has_a_colour_of_its_own():
    below = (198, 91, 69)
    assert _coloured(days(of_days((100_000, -50_000))).jpeg, below) > 1_000
    assert _coloured(days(of_days((100_000, 50_000))).jpeg, below) == 0


def test_the_best_day_at_the_edge_is_told_above_its_own_column():
    page = decoded(days(of_days((0,) * 29 + (100,))).jpeg).convert("L")
    room = page.crop((PANEL_ROOM.right - 40, 455, PANEL_ROOM.right, 505)).point(
        lambda level: 255 * (level < 60)
    )
    assert room.getbbox(), "the figure ends with the graph"


def test_whom_the_font_cannot_name_is_somebody():
    def seen(name: str, mine: bool = False) -> bytes:
        return ranks(RanksSpec("排行榜", "11 月", (), (Rank(1, name, 100, "¥1.00", mine),))).jpeg

    assert seen("ม*ร") == seen("*") == seen("推广员")
    assert seen("*（你）", True) == seen("推广员（你）", True)
    assert seen("*花") != seen("花")
