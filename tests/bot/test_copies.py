"""Backup, restore, and payouts afterwards, as the operator types them; on PostgreSQL by its own tools."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import copies
from engine.money import Money
from engine.payouts.payees import Channel, Payee
from tests.bot.bench import Bench, Run


@pytest.fixture
def earning(bench: Bench) -> Bench:
    """王小明 earned 30 yuan that he may withdraw."""
    bench.promoter("王小明")
    bench.desk("老板").settings.change("settle_mode", "paid")
    bench.person("李小红").scans(f"p:{bench.promoter_of('王小明').code}")
    bench.buys("李小红", {"sku": "SKU1"})
    return bench


def asks(bench: Bench, fen: int) -> str:
    return bench.desk("王小明").withdrawals.request(Money(fen), Payee(Channel.WECHAT, "wx_payee", "王小明"))


def in_hand(bench: Bench, code: str) -> str:
    bench.desk("老板").withdrawals.approve(code)
    return bench.desk("老板").withdrawals.take_in_hand(code).code


def let_go(bench: Bench) -> None:
    """A server is restored with nobody connected; a file may be in use."""
    bench.house.engine.store.close()


def test_what_was_paid_after_the_backup_is_not_paid_again(
    earning: Bench,
    run: Run,
    tmp_path: Path,
) -> None:
    code = asks(earning, 500)
    done = run("backup", str(tmp_path / "copy"))
    assert done.exit_code == 0, done.output
    kept = next(line.split()[-1] for line in done.output.splitlines() if "head " in line)
    earning.desk("老板").withdrawals.mark_paid(in_hand(earning, code), "PAY00001")
    late = earning.desk("王小明").withdrawals
    late_code = late.request(Money(700), Payee(Channel.WECHAT, "wx_payee", "王小明"))
    earning.desk("老板").withdrawals.mark_paid(in_hand(earning, late_code), "PAY00002")
    assert run("audit", "--head", kept).exit_code == 0

    let_go(earning)
    assert "with --yes" in run("restore", str(tmp_path / "copy")).output
    done = run("restore", str(tmp_path / "copy"), "--yes")
    assert done.exit_code == 0, done.output
    assert kept in done.output
    assert "kept in" in done.output
    asked = run("payouts", "resume")
    assert asked.exit_code == 1
    assert code in asked.output
    assert "刚从" in asked.output
    partly = run("payouts", "resume", "--nothing-besides")
    assert partly.exit_code == 1
    assert "还没说明" in partly.output
    promoter = earning.promoter_of("王小明").code
    let_go(earning)
    done = run(
        "payouts", "resume", "--paid", f"{code}=PAY00001", "--besides", f"{promoter}:7=PAY00002"
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "payouts go on" in done.output
    held = earning.desk("王小明").earnings.of(earning.promoter_of("王小明").id).balances
    assert held.paid_out == Money(1_200)
    assert run("payouts", "resume").output == "payouts are not stopped\n"
    assert run("audit", "--head", kept).exit_code == 0
    assert run("audit", "--head", f"{'f' * 64}@1").exit_code == 1
    assert "HEX@SEQ" in run("audit", "--head", "12").output


def test_the_operator_stops_payouts_by_hand(earning: Bench, run: Run) -> None:
    code = asks(earning, 500)
    assert "ok  payouts" in run("doctor").output
    assert run("payouts", "stop", "换服务器").exit_code == 0
    assert "--  payouts: stopped: 换服务器; run `flask payouts resume`" in run("doctor").output
    asked = run("payouts", "resume").output
    assert "换服务器" in asked
    assert "登记结算" not in asked
    earning.desk("老板").settings.change("payout_mode", "offline")
    assert "booked again" in run("payouts", "resume").output
    for wrong in (["--paid", code], ["--besides", "X=PAY1"]):
        assert run("payouts", "resume", *wrong).exit_code == 1
    done = run("payouts", "resume", "--not-paid", code, "--nothing-besides")
    assert done.exit_code == 0, done.output


def test_a_book_that_does_not_balance_keeps_payouts_stopped(
    earning: Bench,
    run: Run,
) -> None:
    run("payouts", "stop", "换服务器")
    with earning.house.engine.store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("UPDATE commissions SET amount = amount + 1"))
        connection.commit()
    done = run("payouts", "resume", "--nothing-besides")
    assert done.exit_code == 1
    assert "stay stopped" in done.output


def test_a_backup_overwrites_nothing_and_a_restore_takes_nothing_else(
    earning: Bench,
    run: Run,
    tmp_path: Path,
) -> None:
    (tmp_path / "there").write_text("mine")
    assert "exists already" in run("backup", str(tmp_path / "there")).output
    let_go(earning)
    assert "no file" in run("restore", str(tmp_path / "nowhere"), "--yes").output
    assert run("restore", str(tmp_path / "there"), "--yes").exit_code == 1
    assert earning.promoter_of("王小明").code


def test_restored_into_a_new_place(
    earning: Bench,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not earning.house.settings.database.startswith("sqlite"):
        return
    run("backup", str(tmp_path / "copy"))
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))
    done = run("restore", str(tmp_path / "copy"))
    assert done.exit_code == 0, done.output
    assert not list((tmp_path / "elsewhere").glob(".*"))


def test_a_restored_server_is_never_seen_with_payouts_going_on(
    earning: Bench, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if earning.house.settings.database.startswith("sqlite"):
        return  # a file is made ready before it is put back

    def died(*_: object) -> None:
        raise copies.CopyRefused("the machine went off")

    run("backup", str(tmp_path / "copy"))
    let_go(earning)
    monkeypatch.setattr(copies.Safe, "_stop", died)
    assert "went off" in run("restore", str(tmp_path / "copy"), "--yes").output
    assert earning.house.operator().reconciling.stopped()


def test_a_copy_that_another_key_belongs_to_is_not_restored(
    earning: Bench, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", str(tmp_path / "copy"))
    let_go(earning)
    monkeypatch.setenv("DATA_KEY", base64.b64encode(b"n" * 32).decode())
    done = run("restore", str(tmp_path / "copy"), "--yes")
    assert done.exit_code == 1
    assert "another DATA_KEY" in done.output
    assert earning.house.operator().reconciling.stopped() is None
    assert not list(tmp_path.glob(".*"))


def test_without_postgresqls_tools_it_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(copies.CopyRefused, match="pg_dump --format=custom"):
        copies._run("pg_dump", "--format=custom", url="postgresql://u:secret@h/db")
    with pytest.raises(copies.CopyRefused, match=r"install PostgreSQL's client$"):
        copies._run("psql", "--file=restore.sql", url="postgresql://u:secret@h/db")
    with pytest.raises(copies.CopyRefused) as refused:
        copies._run("pg_dump", url="postgresql://u:secret@h/db")
    assert "secret" not in str(refused.value)
