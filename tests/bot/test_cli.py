"""The operator's commands, each run as `flask …` runs it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.cli import ScriptInfo
from sqlalchemy import text, update

from bot.app import create_app
from bot.cli import manners
from bot.doors import order_schema, price_schema
from bot.settings import SettingsError
from bot.tick import Tick
from bot.worker import worker_of
from engine.money import Money
from engine.people.authority import Role
from engine.store.actors import SYSTEM
from engine.store.tables import promoters
from handlers import notices
from tests.bot.bench import SEND, Bench, Run


def test_flask_finds_the_commands_by_the_module_alone() -> None:
    assert {"audit", "doctor", "tick", "work"} <= set(ScriptInfo("bot.cli").load_app().cli.commands)


def test_without_settings_every_command_ends_with_two_and_says_why(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WECHAT_AES_KEY")
    monkeypatch.setenv("WECHAT_TOKEN", "hidden word")
    for words in (
        ["audit"],
        ["doctor"],
        ["db", "upgrade"],
        ["menu", "publish"],
        ["merchant", "invite"],
        ["tick"],
    ):
        done = run(*words)
        assert done.exit_code == 2
        assert "WECHAT_AES_KEY: is not set" in done.output
        assert "WECHAT_TOKEN" in done.output
        assert "hidden word" not in done.output


def test_db_upgrade_makes_a_database_where_there_is_none_and_may_be_run_again(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "deep" / "data"))
    for _ in range(2):
        done = run("db", "upgrade")
        assert (done.exit_code, done.output) == (0, "the database is at the newest schema\n")
    assert (tmp_path / "deep" / "data" / "promoter.db").exists()
    assert run("audit").exit_code == 0


@pytest.mark.parametrize(
    "words", [["audit"], ["menu", "publish"], ["merchant", "invite"], ["demo", "clock", "+1d"]]
)
def test_a_database_without_tables_is_told_in_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    done = run(*words)
    assert done.exit_code == 1
    assert "flask db upgrade" in done.output
    assert len(done.output.splitlines()) == 1


def test_audit_says_that_the_book_balances(run: Run) -> None:
    done = run("audit")
    assert done.exit_code == 0
    assert "the book balances" in done.output


def test_audit_finds_a_tampered_book_and_ends_with_one(bench: Bench, run: Run) -> None:
    bench.promoter("王小明")
    bench.person("李小红").scans(f"p:{bench.promoter_of('王小明').code}")
    bench.buys("李小红", {"sku": "SKU1"})
    assert run("audit").exit_code == 0
    with bench.house.engine.store.engine.connect().execution_options(writing=True) as connection:
        tampered = connection.execute(text("UPDATE balances SET amount = amount + 1 WHERE amount > 0"))
        assert tampered.rowcount
        connection.commit()
    done = run("audit")
    assert done.exit_code == 1
    assert "DIFFERS" in done.output
    assert "the book does not balance" in done.output


def test_with_another_key_the_audit_says_so_and_no_web_starts(
    bench: Bench, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.promoter("王小明")
    bench.person("李小红").scans(f"p:{bench.promoter_of('王小明').code}")
    bench.buys("李小红", {"sku": "SKU1"})
    monkeypatch.setenv("DATA_KEY", "ZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWU=")
    done = run("audit")
    assert done.exit_code == 1
    assert "another DATA_KEY" in done.output
    with pytest.raises(SettingsError, match="DATA_KEY: the database was written with another one"):
        create_app()


def test_merchant_invite_prints_a_code_that_makes_its_scanner_the_owner(
    bench: Bench, run: Run, tmp_path: Path
) -> None:
    done = run("merchant", "invite", "--png", str(tmp_path / "owner.png"))
    assert done.exit_code == 0
    assert "█" in done.output
    assert (tmp_path / "owner.png").read_bytes().startswith(b"\x89PNG")
    url = next(line for line in done.output.splitlines() if line.startswith("http"))
    hong = bench.person("李小红")
    hong.follows()
    bench.post(f"people/{hong.openid}/scan", url=url)
    assert Role.OWNER in bench.who("李小红").roles
    late = bench.person("王小明")
    late.follows()
    bench.post(f"people/{late.openid}/scan", url=url)
    assert Role.OWNER not in bench.who("王小明").roles


def test_menu_publish_publishes_and_then_has_nothing_to_do(bench: Bench, run: Run) -> None:
    bench.house.wechat.delete_menu()
    asked = run("menu", "publish")
    assert asked.exit_code == 1, "nobody said yes"
    assert "  + 店铺海报" in asked.output
    assert "are published" in run("menu", "publish", "--yes").output
    assert run("menu", "publish").output == "the menus are in force already\n"
    assert "全部待办" in bench.person("老板").menu()


def test_menu_publish_shows_menus_of_other_tags_that_would_go(bench: Bench, run: Run) -> None:
    run("menu", "publish", "--yes")
    tag = bench.house.wechat.create_tag("别的")
    bench.house.wechat.add_conditional(
        {"button": [{"type": "click", "name": "旧", "key": "旧"}], "matchrule": {"tag_id": str(tag.id)}}
    )
    asked = run("menu", "publish")
    assert asked.exit_code == 1
    assert "别的\n  - 旧" in asked.output


def test_menu_remove_takes_all_menus_away_and_the_words_stay(bench: Bench, run: Run) -> None:
    run("menu", "publish", "--yes")
    assert run("menu", "remove").exit_code == 1, "nobody said yes"
    assert "the menus are removed" in run("menu", "remove", "--yes").output
    assert bench.house.wechat.get_menu() is None
    assert run("menu", "remove").output == "there are no menus\n"
    assert "待办" in bench.person("老板").says("全部待办")


@pytest.mark.parametrize("words", [["menu", "publish"], ["merchant", "invite"]])
def test_wechats_refusal_is_told_in_one_sentence_without_a_secret(
    bench: Bench, run: Run, words: list[str]
) -> None:
    bench.fault("*", errcode=61007, times=20)
    done = run(*words)
    assert done.exit_code == 1
    assert "WeChat: errcode=61007" in done.output
    assert "access_token=" not in done.output
    assert bench.house.settings.wechat_app_secret not in done.output


def test_commands_that_need_wechat_work_while_redis_is_away(
    bench: Bench, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/redis.sock")
    assert run("merchant", "invite").exit_code == 0
    assert run("audit").exit_code == 0


def test_doctor_says_what_is_missing_and_what_to_do(run: Run) -> None:
    done = run("doctor")
    assert done.exit_code == 1
    lines = {line[4:].split(":")[0]: line for line in done.output.splitlines()}
    assert lines["schema"].startswith("ok")
    assert lines["database"].startswith("ok")
    assert lines["redis"].startswith("ok")
    assert lines["wechat"].startswith("ok")
    assert lines["owner"].startswith("ok")
    assert "flask work messages" in lines["workers"]
    assert "flask tick" in lines["tick"]


def test_doctor_is_content_with_a_whole_bot(bench: Bench, run: Run) -> None:
    run("menu", "publish", "--yes")
    for queue in ("messages", "pictures"):
        worker_of(queue, bench.house.patient_redis).register_birth()
    # The command's clock is real, the bench's stands still in the past.
    house = manners.house()
    Tick(house).round()
    done = run("doctor")
    assert done.exit_code == 0, done.output


def test_doctor_survives_everything_away(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/redis.sock")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")
    monkeypatch.setenv("WECHAT_API_BASE", "http://127.0.0.1:9")
    done = run("doctor")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    lines = done.output.splitlines()
    # What stands in the settings alone is right, whatever is away.
    well = [line[4:] for line in lines if line.startswith("ok")]
    assert well == ["order secret", "templates", "links", "shop link"]
    # What is away is named once, and is what the others wait for.
    assert [line.split(":")[0] for line in lines if line.startswith("--")] == ["--  database", "--  redis"]
    assert "??  schema: not looked at before database is well" in lines
    assert "??  menus: not looked at before wechat is well" in lines


def test_doctor_tells_that_the_key_is_another_one(
    bench: Bench, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.promoter("王小明")
    bench.person("李小红").scans(f"p:{bench.promoter_of('王小明').code}")
    bench.buys("李小红", {"sku": "SKU1"})
    assert "ok  data key" in run("doctor").output
    monkeypatch.setenv("DATA_KEY", base64.b64encode(b"n" * 32).decode())
    assert "--  data key: the database was written with another DATA_KEY; stop all" in run("doctor").output


def test_a_worker_without_redis_ends_in_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/redis.sock")
    done = run("work", "messages")
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert "look at REDIS_URL" in done.output


def test_a_file_that_cannot_be_written_is_told_as_what_it_is(run: Run, tmp_path: Path) -> None:
    done = run("poster", "preview", str(tmp_path / "no" / "such.jpg"))
    assert done.exit_code == 1
    assert done.output.startswith("Error: [Errno 2] No such file or directory")


def test_doctor_looks_at_menus_and_tags(bench: Bench, run: Run) -> None:
    bench.house.wechat.delete_menu()
    assert "--  menus: not as it should be for everybody else, 推广员, 商家; run `flask menu publish`" in (
        run("doctor").output
    )
    run("menu", "publish", "--yes")
    assert {"ok  menus", "ok  tags"} <= set(run("doctor").output.splitlines())
    (one,) = (tag for tag in bench.house.wechat.list_tags() if tag.name == "商家")
    bench.house.wechat._api.tag.delete(one.id)
    assert "--  tags: there is no tag 商家" in run("doctor").output


def test_doctor_holds_the_templates_against_the_account(
    bench: Bench, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mistake is one that WeChat would refuse a message for: 40037, 47003."""
    unset = run("doctor").output
    assert "ok  templates" in unset
    assert "..  closed windows: WECHAT_TEMPLATE_APPLICATION, WECHAT_TEMPLATE_WITHDRAWAL" in unset
    content = "事项：{{thing1.DATA}}\n数量：{{number2.DATA}}"
    bench.post("templates", template_id="T_of_things_to_do", content=content)
    for typed, told in (
        ("T_of_things_to_do thing1=note number2=count", "ok  templates"),
        ("T_of_nothing thing1=note", "WECHAT_TEMPLATE_TODO: the account has no template T_of_nothing"),
        ("T_of_things_to_do thing1=note thing9=note", "WECHAT_TEMPLATE_TODO: its template has no thing9"),
        ("T_of_things_to_do thing1=note", "WECHAT_TEMPLATE_TODO: its template's number2 would be empty"),
    ):
        monkeypatch.setenv("WECHAT_TEMPLATE_TODO", typed)
        assert told in run("doctor").output


def test_doctor_advises_what_would_be_better_with(
    bench: Bench, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_URL_TEMPLATE")
    said = run("doctor").output
    assert "..  orders: no order was ever heard" in said
    assert "..  shop link: SHOP_URL_TEMPLATE is not set; name the shop's address with {code}" in said
    secret = bench.house.settings.order_webhook_secret
    monkeypatch.setenv("ORDER_WEBHOOK_SECRET", f"{secret},{secret}")
    monkeypatch.setenv("SHOP_URL_TEMPLATE", "https://shop.example.com/?ref={code}")
    bench.person("李小红").follows()
    bench.buys("李小红")
    said = run("doctor").output
    assert {"ok  orders", "ok  shop link"} <= set(said.splitlines())
    assert "..  order secret: 2 secrets open the order feed; take the old ones out" in said


def test_doctor_tells_of_rows_that_could_not_be_sent(bench: Bench, run: Run) -> None:
    assert "given up" not in run("doctor").output
    bench.fault("/cgi-bin/message/custom/send", errcode=40003)
    bench.promoter("王小明")
    assert "1 rows were given up, the last one: approved: errcode=40003" in run("doctor").output


@pytest.mark.parametrize(
    ("by", "length"),
    [("+8d", timedelta(days=8)), ("3h", timedelta(hours=3)), ("+20m", timedelta(minutes=20))],
)
def test_the_demos_clock_moves_forward(bench: Bench, run: Run, by: str, length: timedelta) -> None:
    assert "it is now" in run("demo", "clock", by).output
    assert bench.house.engine.leases.offset() == length


def test_the_demos_clock_refuses_what_it_cannot_do(bench: Bench, run: Run) -> None:
    for by in ("8", "d", "+d", "++8d", "-8d", "8w", "1.5d", "²d", "+9999999d", "+4000d", "", "+ 8d"):
        done = run("demo", "clock", "--", by)
        assert done.exit_code == 1, by
        assert done.output.startswith("Error: "), by
        assert "Traceback" not in done.output
        assert bench.house.engine.leases.offset() == timedelta()


def test_the_clock_of_a_real_account_cannot_be_moved(
    bench: Bench, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECHAT_API_BASE", "https://api.weixin.qq.com")
    monkeypatch.setenv("PUBLIC_URL", "https://bot.example.com")
    done = run("demo", "clock", "+8d")
    assert done.exit_code == 1
    assert "only with the sandbox" in done.output
    assert bench.house.engine.leases.offset() == timedelta()


def test_schema_is_what_the_door_checks(run: Run) -> None:
    assert run("schema").output == order_schema.published()
    assert run("schema", "prices").output == price_schema.published()


def test_work_takes_only_our_queues(run: Run) -> None:
    done = run("work", "letters")
    assert done.exit_code == 2
    assert "messages" in done.output


def test_upgrading_again_loses_nothing(bench: Bench, run: Run) -> None:
    assert run("db", "upgrade").exit_code == 0
    assert Role.OWNER in bench.who("老板").roles


def _earner(bench: Bench) -> str:
    """A promoter who has ¥5.00, given by hand; gives his code."""
    bench.promoter("bob")
    code = bench.promoter_of("bob").code
    bench.house.operator().adjustments.adjust(code, "available", Money(500), "补贴")
    bench.drain()
    return code


def test_adjust_shows_before_and_after_and_acts_only_when_told(bench: Bench, run: Run) -> None:
    code = _earner(bench)
    shown = run("adjust", code.lower(), "debt", "-7.50", "--reason", "赔付")
    assert shown.exit_code == 0, shown.output
    assert "available  ¥5.00 → ¥0.00" in shown.output
    assert "owed       ¥0.00 → ¥2.50" in shown.output
    assert "add --yes" in shown.output
    assert bench.house.operator().earnings.of(bench.promoter_of("bob").id).balances.available == Money(500)
    assert "done" in run("adjust", code, "debt", "-7.50", "--reason", "赔付", "--yes").output
    words = [notices.words(row.kind, row.payload, bench.desk("bob")) for row in bench.rows_of("adjusted")]
    assert "扣回 ¥7.50。原因：赔付" in (words[-1] or "")
    assert run("audit").exit_code == 0


def test_adjust_refuses_what_it_cannot_do_in_one_sentence(bench: Bench, run: Run) -> None:
    code = _earner(bench)
    for words, why in (
        ((code, "available", "5"), "say + or -"),
        ((code, "available", "-5.01"), "不够"),
        ((code, "pending", "+5"), "Invalid value"),
        (("ABCDEF", "available", "+5"), "没有推荐码是"),
        ((code, "available", "+x"), "不是金额"),
    ):
        refused = run("adjust", *words, "--reason", "对账", "--yes")
        assert refused.exit_code != 0
        assert why in refused.output


def test_settle_list_says_whom_the_merchant_owes_and_writes_it_down(
    bench: Bench, run: Run, tmp_path: Path
) -> None:
    code = _earner(bench)
    refused = run("settle", "list").output
    assert "现在是线上提现" in refused
    assert "<" not in refused, "a terminal has nothing to tap"
    bench.desk("老板").settings.change("payout_mode", "offline")
    shown = run("settle", "list")
    assert f"{code}          5.00  bob" in shown.output
    assert "that day counted: 1 promoters, ¥5.00" in shown.output
    file = tmp_path / "list.csv"
    assert run("settle", "list", "--to", "2026-01-31", "--csv", str(file)).exit_code == 0
    assert file.read_text("utf-8-sig").splitlines() == ["推荐码,推广员,金额", f"{code},bob,5.00"]
    assert "is there already" in run("settle", "list", "--csv", str(file)).output
    assert "is no day" in run("settle", "list", "--to", "31.3.").output
    assert bench.house.operator().bookings.all(1) == ()


def test_a_spreadsheet_takes_no_name_for_a_formula_and_no_code_for_a_number(
    bench: Bench, run: Run, tmp_path: Path
) -> None:
    _earner(bench)
    bench.desk("老板").settings.change("payout_mode", "offline")
    bob = bench.promoter_of("bob").id
    lines = []
    for number, (code, name) in enumerate((("2345E6", "＝SUM(A1)"), ("E23456", "@x"), ("23E45A", "王小明"))):
        row = update(promoters).where(promoters.c.id == bob).values(code=code)
        bench.house.engine.store.write(bench.house.shop, SYSTEM, lambda tx, row=row: tx.run(row))
        bench.desk("bob").promoters.rename(name)
        file = tmp_path / f"{number}.csv"
        assert run("settle", "list", "--csv", str(file)).exit_code == 0
        lines.append(file.read_text("utf-8-sig").splitlines()[1])
    assert lines == ['"=""2345E6""",\'＝SUM(A1),5.00', "E23456,'@x,5.00", "23E45A,王小明,5.00"]


def test_what_was_given_up_is_told_listed_and_tried_anew(bench: Bench, run: Run) -> None:
    bench.promoter("王小明")
    assert run("outbox", "list").output == "nothing was given up\n"
    row = bench.put("approved", to="王小明")
    bench.fault(SEND, errcode=40003)
    assert bench.deliver(row).state == "dead"
    assert "approved: errcode=40003" in run("doctor").output
    assert "flask outbox again" in run("doctor").output
    listed = run("outbox", "list").output
    assert row in listed
    assert "message approved  after 1 tries: errcode=40003" in listed
    assert run("outbox", "again", row).output == "tried anew: 1\n"
    bench.clock.instant = datetime.now(UTC)  # as the command's
    assert bench.deliver(row).state == "waiting"  # his window closed long ago by this clock
    for wrong in ([], [row, "--all"]):
        assert "say --all" in run("outbox", "again", *wrong).output
    assert f"{row} was not given up" in run("outbox", "again", row).output
    assert run("outbox", "again", "--all").output == "tried anew: 0\n"
