"""`flask import`: files as people's machines write them, looked at first, done once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.importing import members, orders, products, steps
from bot.importing.sheet import MOST_BYTES, MOST_CELL, Column, NoSheet, read
from engine.clock import BEIJING
from engine.money import Money, Rate
from engine.programme.groups import NoSuchGroup
from engine.programme.modes import Goods
from engine.programme.products import Product
from engine.store.actors import SYSTEM
from engine.store.tables import commands, product_history
from tests.bot.bench import Bench, Run

DOCS = Path(__file__).parent.parent.parent / "docs"
EXAMPLES = DOCS / "examples" / "import"
COLUMNS = (Column("sku", ("编号",), required=True), Column("title", ("名称",)))


def sheet(text: str) -> list[tuple[int, dict[str, str], str]]:
    return [(row.line, dict(row.cells), row.problem) for row in read(text.encode(), COLUMNS)]


# --- reading a file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_whatever_machine_saved_it(encoding: str, end: str) -> None:
    text = end.join(["编号,名称", 'A1,"护手霜,大"', "", " , ", "A2,面膜"])
    rows = read(text.encode(encoding), COLUMNS)
    assert [(row.line, row.get("sku"), row.get("title")) for row in rows] == [
        (2, "A1", "护手霜,大"),
        (5, "A2", "面膜"),
    ]
    assert rows[0].get("price") == ""


@pytest.mark.parametrize("header", ["sku,title", "编号,名称", " SKU ,名 称", "编号,名称,,"])
def test_columns_by_any_of_their_names(header: str) -> None:
    assert sheet(f"{header}\nA1,护手霜\n") == [(2, {"sku": "A1", "title": "护手霜"}, "")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "must name the columns; missing: 编号"),
        ("名称\nx".encode(), "missing: 编号"),
        ("编号,颜色\nA,b".encode(), "unknown here: 颜色; known are 编号, 名称"),
        ("编号,\x1b[31m\nA,b".encode(), "unknown here: [31m"),
        ("编号,,名称\nA,,b".encode(), "unknown here: (empty)"),
        ("编号,sku\nA,b".encode(), "twice: sku"),
        (b"PK\x03\x04...", "this is a workbook"),
        (b"\xff\xfe\x00\x00\x81", "neither UTF-8 nor GB18030"),
        (b"\xff\xfe\x81", "neither UTF-8 nor GB18030"),
        ("编号\nA".encode("utf-16"), "neither UTF-8 nor GB18030"),
        ("编号\nA".encode("utf-16-le"), "neither UTF-8 nor GB18030"),
        ("sku\nA".encode("utf-16-le"), "neither UTF-8 nor GB18030"),
        ("sku,title\nA,护手霜护手霜".encode()[:-1], "line 2: the file breaks off or is damaged"),
        (b"\xef\xbb\xbfsku,title\nA,\xbb\xa4\nB,c", "line 2: the file breaks off or is damaged"),
        ("编号\t名称\nA\tb".encode(), "not separated by commas"),
        ("编号;名称\nA;b".encode(), "not separated by commas"),
        ('编号\n"A'.encode(), "line 2: the quotes do not fit"),
        (b"x" * (MOST_BYTES + 1), "more than 50 MB"),
    ],
)
def test_what_is_no_table_of_ours(data: bytes, reason: str) -> None:
    with pytest.raises(NoSheet) as refused:
        read(data, COLUMNS)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("=1+1", "sku: begins like a formula"),
        ("@SUM(A1)", "begins like a formula"),
        ("+cmd|x", "begins like a formula"),
        ("-x", "begins like a formula"),
        ("A\x07B", "holds a line break or a hidden character"),
        ('"A\nB"', "holds a line break"),
        ("A\u202eB", "hidden character"),
        ("2.02611E+17", "Excel has shortened this number"),
        ("x" * (MOST_CELL + 1), "more than 1000 characters"),
        ("A,b,c", "has 3 cells, the first line has 2"),
    ],
)
def test_a_cell_that_is_not_what_it_seems(cell: str, problem: str) -> None:
    ((line, cells, found),) = sheet(f"编号,名称\n{cell}")
    assert (line, cells) == (2, {})
    assert problem in found


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        ("A2", "has 1 cells of 2, and the file ends in it: is it whole? End its last line"),
        ("A2\n", ""),
        ("A2,面膜", ""),
        ("=A2", "sku: begins like a formula"),
    ],
)
def test_a_last_row_that_is_half_a_row(end: str, problem: str) -> None:
    first, last = sheet(f"编号,名称\nA1\n{end}")
    assert (first[2], last[2]) == ("", problem)


def test_one_chinese_character_in_an_old_encoding_is_no_half_file() -> None:
    (row,) = read("sku,title\nA,姘".encode("gb18030"), COLUMNS)
    assert row.get("title") == "姘"


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [('"=""0012"""', "0012"), ("+86 138-0013", "+86 138-0013"), ("-5", "-5"), (" A ", "A")],
)
def test_what_is_harmless_passes(cell: str, read_as: str) -> None:
    assert sheet(f"编号\n{cell}") == [(2, {"sku": read_as}, "")]


# --- products


def file(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "table.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return str(path)


def product(bench: Bench, sku: str) -> Product:
    return bench.house.operator().products.get(sku)


def count(bench: Bench, table: object) -> int:
    with bench.house.engine.store.read(bench.house.shop, SYSTEM) as tx:
        found: int = tx.run(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]
        return found


def test_products_are_shown_first_and_put_when_asked(bench: Bench, run: Run, tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "编号,名称,类型,价格,推广,一级,二级",
        "SKU1,,,,,12%,3%",
        'NEW1,新品,预约,"1,280元",否,,',
        "SKU2,,,,,,",
    )
    shown = run("import", "products", path)
    assert shown.exit_code == 0
    assert "line 2: SKU1: level1 默认 → 12%, level2 默认 → 3%\n" in shown.output
    assert (
        "line 3: NEW1: new, title 新品, kind service, price ¥1280.00, promoted no, level1 默认"
        in shown.output
    )
    assert "2 to do, 1 as they are, 0 bad\n" in shown.output
    assert "dry run" in shown.output
    assert product(bench, "SKU1").level1 is None
    done = run("import", "products", path, "--apply")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "2 put")
    assert product(bench, "NEW1") == Product("NEW1", "新品", Goods.SERVICE, Money(128_000), False)
    assert (product(bench, "SKU1").level1, product(bench, "SKU1").title) == (Rate(1_200), "护手霜")
    before = count(bench, commands), count(bench, product_history)
    again = run("import", "products", path, "--apply")
    assert (again.exit_code, "0 to do, 3 as they are, 0 bad" in again.output) == (0, True)
    assert (count(bench, commands), count(bench, product_history)) == before


def test_a_file_runs_again_after_somebody_changed_things_back(bench: Bench, run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, "sku,level1", "SKU1,12%")
    for _ in range(2):
        assert run("import", "products", path, "--apply").output.splitlines()[-1] == "1 put"
        assert product(bench, "SKU1").level1 == Rate(1_200)
        back = bench.desk("老板").products.propose_rates("SKU1", None, None).code
        bench.desk("老板").products.confirm_rates(back)
    drop = file(tmp_path, "sku,level1", "SKU1,12%")
    run("import", "products", drop, "--apply")
    run("import", "products", file(tmp_path, "sku,level1", "SKU1,默认"), "--apply")
    assert product(bench, "SKU1").level1 is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("SKU9,,,,,,", "a new product needs a title (名称) and a price (价格)"),
        ("SKU1,,书,,,,", "kind: “书” is none of 实物"),
        ("SKU1,,,,也许,,", "promoted: “也许” is none of"),
        ("SKU1,,,很多,,,", "「很多」不是金额"),
        ("SKU1,,,,,很多,", "「很多」不是比例"),
        ("SKU1,,,,,95%,", "「护手霜」的佣金 95% 加邀请奖励 10%，超过了 100%"),
        ("A B,新品,,1,,,", "商品编号要 1–32 个字"),
        ("=1,,,,,,", "begins like a formula"),
    ],
)
def test_one_bad_product_stops_all(bench: Bench, run: Run, tmp_path: Path, line: str, reason: str) -> None:
    path = file(tmp_path, "编号,名称,类型,价格,推广,一级,二级", "SKU2,新名,,,,,", line, "SKU2,又一次,,,,,")
    done = run("import", "products", path, "--apply")
    assert done.exit_code == 1
    assert "line 3: BAD  " in done.output
    assert reason in done.output
    assert "line 4: BAD  sku SKU2 stands in line 2 already" in done.output
    assert "nothing was changed" in done.output
    assert product(bench, "SKU2").title == "绿茶礼盒"


def test_a_file_that_is_none_is_told_in_one_sentence(bench: Bench, run: Run, tmp_path: Path) -> None:
    done = run("import", "products", file(tmp_path, "颜色", "rot"))
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert "table.csv: the first line names columns that are unknown here: 颜色" in done.output


def test_long_files_show_a_bar(
    bench: Bench, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "LONG", 1)
    done = run("import", "products", file(tmp_path, "sku,title", "SKU1,甲", "SKU2,乙"), "--apply")
    assert "reading" in done.output
    assert "applying" in done.output
    assert product(bench, "SKU2").title == "乙"


def test_what_is_refused_while_applying_is_told_and_the_rest_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse() -> str:
        raise NoSuchGroup("金牌")

    found = (steps.Step(2, "x", refuse), steps.Step(3, "y", lambda: "put"))
    assert not steps.run(found, 2, apply=True)
    told = capsys.readouterr()
    assert "line 2: NOT DONE  没有叫「金牌」的分组。 看全部分组" in told.err
    assert "1 put" in told.out


# --- members


def wide(code: str) -> str:
    """As an input method writes it that stands on full width."""
    return "".join(chr(ord(char) + 0xFEE0) for char in code)


def test_members_are_placed_by_code_or_phone(bench: Bench, run: Run, tmp_path: Path) -> None:
    bench.promoter("王小明")
    code = bench.promoter_of("王小明").code
    bench.desk("老板").groups.create("金牌")
    by_code = file(tmp_path, "推荐码,分组", f"{wide(code.lower())},金牌")
    assert f"line 2: {code}: 未分组 → 金牌" in run("import", "members", by_code).output
    assert bench.promoter_of("王小明").group is None
    assert run("import", "members", by_code, "--apply").output.splitlines()[-1] == "1 placed"
    assert bench.promoter_of("王小明").group
    assert "0 to do, 1 as they are" in run("import", "members", by_code, "--apply").output
    by_phone = file(tmp_path, "手机,分组", "138 0013 8000,无")
    assert f"line 2: {code}: 金牌 → 未分组" in run("import", "members", by_phone, "--apply").output
    assert bench.promoter_of("王小明").group is None
    assert run("import", "members", file(tmp_path, "推荐码,分组", f"{code},金牌"), "--apply").exit_code == 0
    assert bench.promoter_of("王小明").group, "the same row as before works again"


def test_members_that_are_none(bench: Bench, run: Run, tmp_path: Path) -> None:
    for name in ("王小明", "李小红"):
        bench.promoter(name)
    code = bench.promoter_of("王小明").code
    bench.desk("老板").groups.create("金牌")
    path = file(
        tmp_path, "推荐码,手机,分组", "NOBODY,,金牌", f"{code},,银牌", f"{code},,", ",,金牌", ",13900139000,金牌",
        ",13800138000,金牌", ",123,金牌", f"{code},,金牌", f"{code},,无", "=1,,金牌",
    )  # fmt: skip
    done = run("import", "members", path, "--apply")
    for line, reason in (
        (2, "没有推荐码是「NOBODY」"), (3, "没有叫「银牌」"), (4, "needs a group"), (5, "needs a promoter's code"),
        (6, "no promoter has this phone"), (7, "more than one promoter has this phone"), (8, "这不是手机号"),
        (9, "stands in line 3 already"), (10, "stands in line 3 already"), (11, "formula"),
    ):  # fmt: skip
        assert any(
            said.startswith(f"line {line}: BAD") and reason in said for said in done.output.splitlines()
        ), (line, done.output)
    assert done.exit_code == 1
    assert bench.promoter_of("王小明").group is None


# --- orders


HEADER = (
    "订单号,事件,时间,支付方式,手机,推荐码,运费,行号,商品编号,名称,数量,实付,编号,退款金额,"
    "类型,代下单,自购省,服务时间,最后一件"
)


def when(minutes: int = 5) -> str:
    """A moment ago by the command's own clock, in Beijing's time."""
    return (datetime.now(BEIJING) - timedelta(minutes=minutes)).strftime("%Y/%m/%d %H:%M:%S")


def pending(bench: Bench) -> Money:
    promoter = bench.promoter_of("王小明").id
    return bench.house.operator().earnings.of(promoter).balances.pending


def test_orders_are_told_like_the_feed_tells_them(bench: Bench, run: Run, tmp_path: Path) -> None:
    bench.promoter("王小明")
    code, at = bench.promoter_of("王小明").code, when()
    path = file(
        tmp_path, HEADER,
        f"A1,支付,{at},微信,13900139000,{code.lower()},6.00,,SKU1,,2,¥100.00,,",
        "A1,支付,,,,,,,SKU4,会员卡,,50,,,虚拟",
        f"A1,发货,{at},,,,,,,,,,,,,,,,否",
        f"A1,退款,{at},,,,,2,,,,,R1,20",
        "A1,退款,,,,,,,,,,,R1,5",
        f"A2,支付,{at},商家自行转账,13900139000,{code},,,SKU1,护手霜,1,100,,",
    )  # fmt: skip
    shown = run("import", "orders", path)
    assert shown.exit_code == 0, shown.output
    for line in (
        "line 2: A1: paid ¥150.00 on 2 lines",
        "line 4: A1: shipped",
        "line 5: A1: refunded ¥25.00 on 2 lines",
    ):
        assert line in shown.output
    assert "4 to do, 0 as they are, 0 bad" in shown.output
    assert pending(bench) == Money(0)
    done = run("import", "orders", path, "--apply")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "4 booked")
    # 30 % of 9632 and of 2890: 20.00 went back for line 2, and 5.00 over what was left of both and the shipping
    first = pending(bench)
    assert first == Money(2_889 + 867)
    again = run("import", "orders", path, "--apply")
    assert "0 to do, 4 as they are, 0 bad" in again.output
    assert pending(bench) == first
    other = run("import", "orders", path, "--source", "mall")
    assert "4 to do" in other.output, "another source's orders are other orders"


def test_what_was_told_before_with_other_content_stands(bench: Bench, run: Run, tmp_path: Path) -> None:
    at = when()
    run("import", "orders", file(tmp_path, HEADER, f"A1,支付,{at},微信,,,,,SKU1,,1,100"), "--apply")
    done = run("import", "orders", file(tmp_path, HEADER, f"A1,支付,{at},微信,,,,,SKU1,,1,90"), "--apply")
    assert done.exit_code == 1
    assert "line 2: BAD  A1 paid: was told before with other content, which stands" in done.output


def test_orders_that_are_none(bench: Bench, run: Run, tmp_path: Path) -> None:
    at = when()
    lines = {
        f",支付,{at},微信,,,,,SKU1,,1,100": "needs an order number",
        f"A1,打折,{at},微信,,,,,SKU1,,1,100": "event: “打折” is none of 支付",
        f"A2,退款,{at},,,,,,,,,,,20": "a refund needs its own id",
        "A3,支付,2026-11-21,微信,,,,,SKU1,,1,100": "at: needs day and time",
        "A4,支付,2026-02-30 10:00,微信,,,,,SKU1,,1,100": "at is no moment of the calendar",
        f"A5,支付,{at},比特币,,,,,SKU1,,1,100": "payment: “比特币” is none of 微信",
        f"A6,支付,{at},微信,,,,,SKU1,,1,很多": "「很多」不是金额",
        f"A7,支付,{at},微信,,,,,SKU1,,1,": "needs paid",
        f"A8,支付,{at},微信,,,,,SKU1,,两,100": "quantity: “两” is no whole number",
        f"A9,支付,{at},微信,,,,,,,1,100": "data.lines[0].sku is empty",
        f"B1,退款,{at},,,,,,,,,,R1,0": "data is a refund of 0 fen that names no line",
        f"B2,支付,{when(-60)},微信,,,,,SKU1,,1,100": "时间比现在晚了 10 分钟以上",
        f"B3,支付,{at},微信,abc,,,,SKU1,,1,100": "data.buyer.phone takes digits",
        f"B4,支付,{at},微信,,,,1,SKU1,,1,100,,,书": "kind: “书” is none of",
        f"B5,支付,{at},微信,=1,,,,SKU1,,1,100": "formula",
    }  # fmt: skip
    more = [
        f"C1,收货,{at}", f"C1,收货,{at}", f"C2,支付,{at},微信,,,,,SKU1,,1,100", "C2,支付,,支付宝,,,,,SKU2,,1,100",
    ]  # fmt: skip
    done = run("import", "orders", file(tmp_path, HEADER, *lines, *more), "--apply")
    said = done.output.splitlines()
    for number, reason in enumerate(lines.values(), 2):
        assert any(one.startswith(f"line {number}: BAD") and reason in one for one in said), (
            number,
            reason,
            said,
        )
    assert any("line 18 tells the same of this order once more" in one for one in said), said
    assert any("line 20 says another payment of the same order" in one for one in said), said
    assert (done.exit_code, "0 to do" in done.output) == (1, True)


def test_a_row_that_stands_in_the_file_twice_is_never_paid_twice(
    bench: Bench, run: Run, tmp_path: Path
) -> None:
    at = when()
    twice = [f"A1,支付,{at},微信,,,,,SKU1,,1,100", f"A1,支付,{at},微信,,,,,SKU1,,1,100.00"]
    back = [f"A2,退款,{at},,,,,,,,,,R1,5", f"A2,退款,{at},,,,,,,,,,R1,5"]
    done = run("import", "orders", file(tmp_path, HEADER, *twice, *back), "--apply")
    assert "line 2: BAD  line 3 says the same as line 2: leave it out" in done.output
    assert "line 4: BAD  line 5 tells of the same refund as line 4" in done.output
    alike = [row.replace(",,,,,SKU1", f",,,,{n},SKU1") for n, row in enumerate(twice, 1)]
    done = run("import", "orders", file(tmp_path, HEADER, *alike), "--apply")
    assert "line 2: A1: paid ¥200.00 on 2 lines" in done.output, "two lines may be alike if they say so"


def test_an_order_that_the_feed_told_of_is_not_told_again_under_another_name(
    bench: Bench, run: Run, tmp_path: Path
) -> None:
    path = file(tmp_path, HEADER, f"A1,支付,{when()},微信,,,,,SKU1,,1,100")
    run("import", "orders", path, "--source", "shop", "--apply")
    done = run("import", "orders", path, "--apply")
    assert done.exit_code == 1
    assert "BAD  A1: “shop” told of an order of this number already; say --source shop if it" in done.output
    assert "0 to do, 1 as they are, 0 bad" in run("import", "orders", path, "--source", "shop").output
    assert "1 to do" in run("import", "orders", path, "--source", "csv").output


def test_services_proxy_orders_and_every_other_event(bench: Bench, run: Run, tmp_path: Path) -> None:
    bench.promoter("王小明")
    code, at = bench.promoter_of("王小明").code, when()
    path = file(
        tmp_path, HEADER,
        f"A1,支付,{at},支付宝,13900139000,,,1,SKU3,,1,70,,,服务,{code},30,2026-12-24T10:00:00+08:00",
        f"A1,核销,{at}", f"A1,取消,{at}", f"A1,收货,{at}",
    )  # fmt: skip
    done = run("import", "orders", path, "--apply")
    assert done.output.splitlines()[-1] == "4 booked", done.output


# --- the page


def test_the_page_names_every_column_as_the_code_does() -> None:
    page = (DOCS / "import.md").read_text(encoding="utf-8")
    for columns in (products.COLUMNS, members.COLUMNS, orders.COLUMNS):
        rows = [
            f"| `{one.name}` | {'、'.join(one.titles)} | {'✓' if one.required else ''} |" for one in columns
        ]
        missing = [row for row in rows if row not in page]
        assert not missing, "docs/import.md lacks:\n" + "\n".join(missing)
    assert all(f"(examples/import/{one.name})" in page for one in EXAMPLES.iterdir())


def test_the_examples_of_the_page_are_taken(bench: Bench, run: Run, tmp_path: Path) -> None:
    bench.promoter("王小明")
    code = bench.promoter_of("王小明").code
    bench.desk("老板").groups.create("金牌")
    for name in ("products", "members", "orders"):
        text = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8").replace("ABC234", code)
        if name == "members":
            text = text.replace(",13800138000,无\n", "")
        path = tmp_path / f"{name}.csv"
        path.write_text(
            text.replace("2026-11-2", "2026-01-2").replace("2026/11/2", "2026/01/2"), encoding="utf-8"
        )
        done = run("import", name, str(path), "--apply")
        assert (done.exit_code, " 0 bad" in done.output) == (0, True), done.output
