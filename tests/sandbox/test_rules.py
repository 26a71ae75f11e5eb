"""WeChat's rules on quotas, tokens, templates, tags, menus, media, 人工客服 and taken-back consent."""

import pytest
import requests

from bot.sandbox import create_app, serve
from bot.sandbox.config import OwnTemplate
from tests.sandbox.conftest import APP_ID, START, Sandbox
from tests.sandbox.test_api import picture

STABLE = {"grant_type": "client_credential", "appid": APP_ID, "secret": "s3cret"}


def stable(sandbox, force=False):
    """What stable_token answers."""
    sent = {**STABLE, "force_refresh": force}
    return requests.post(f"{sandbox.base}/cgi-bin/stable_token", json=sent, timeout=20).json()


def plain_token(sandbox):
    """What the old token call answers."""
    return requests.get(f"{sandbox.base}/cgi-bin/token", params=STABLE, timeout=20).json()


def works(sandbox, token):
    """The error that a token meets; 0 while it opens."""
    return sandbox.call("getcallbackip", token=token).get("errcode", 0)


# tokens


def test_a_stable_token_stays_until_five_minutes_before_its_end(sandbox):
    first = stable(sandbox)
    assert first["expires_in"] == 7200
    sandbox.move(6899)
    assert stable(sandbox) == {"access_token": first["access_token"], "expires_in": 301}
    sandbox.move(1)
    second = stable(sandbox)["access_token"]
    assert second != first["access_token"]
    assert (works(sandbox, first["access_token"]), works(sandbox, second)) == (0, 0)
    sandbox.move(300)
    assert works(sandbox, first["access_token"]) == 42001


def test_force_voids_the_old_token_but_not_within_half_a_minute(sandbox):
    first = stable(sandbox)["access_token"]
    second = stable(sandbox, force=True)["access_token"]
    assert second != first
    assert works(sandbox, first) == 40001
    sandbox.move(30)
    assert stable(sandbox, force=True)["access_token"] == second
    sandbox.move(1)
    assert stable(sandbox, force=True)["access_token"] != second


def test_force_works_twenty_times_a_day(sandbox):
    for _ in range(20):
        sandbox.move(31)
        assert "access_token" in stable(sandbox, force=True)
    assert stable(sandbox, force=True)["errcode"] == 45009
    assert "access_token" in stable(sandbox)
    sandbox.move(24 * 3600)
    assert "access_token" in stable(sandbox, force=True)


def test_the_two_kinds_of_tokens_leave_each_other_alone(sandbox):
    kept = stable(sandbox)["access_token"]
    old = plain_token(sandbox)["access_token"]
    new = plain_token(sandbox)["access_token"]
    assert [works(sandbox, token) for token in (kept, old, new)] == [0, 0, 0]
    sandbox.move(300)
    assert [works(sandbox, token) for token in (kept, old, new)] == [0, 42001, 0]


# quotas


def used(sandbox, path):
    """Used and limit of a call, as the page shows it."""
    row = next(row for row in sandbox.get("quotas")["quotas"] if row["path"] == f"/cgi-bin/{path}")
    return row["used"], row["limit"]


def test_a_day_has_a_quota_and_ends_at_beijings_midnight(sandbox):
    sandbox.control("quotas", path="/cgi-bin/user/get", limit=2)
    assert [sandbox.call("user/get").get("errcode", 0) for _ in range(3)] == [0, 0, 45009]
    assert used(sandbox, "user/get") == (2, 2)
    sandbox.move(24 * 3600)
    assert "errcode" not in sandbox.call("user/get", token=sandbox.new_token())


def test_quotas_are_cleared_ten_times_a_month(sandbox):
    sandbox.control("quotas", path="/cgi-bin/user/get", limit=1)
    for _ in range(9):
        assert sandbox.call("clear_quota", {"appid": APP_ID})["errcode"] == 0
    assert [sandbox.call("user/get").get("errcode", 0) for _ in range(2)] == [0, 45009]
    by_secret = {"appid": APP_ID, "appsecret": "s3cret"}
    assert sandbox.call("clear_quota/v2", {**by_secret, "appsecret": "no"})["errcode"] == 40125
    assert sandbox.call("clear_quota/v2", by_secret, token="")["errcode"] == 0
    assert "errcode" not in sandbox.call("user/get")
    assert sandbox.call("clear_quota", {"appid": APP_ID})["errcode"] == 48006
    assert sandbox.call("clear_quota", {"appid": "wx0"})["errcode"] == 40013


def test_permanent_codes_run_out(sandbox):
    sandbox.control("quotas", permanent_codes=1)

    def made(action, scene):
        wish = {"action_name": action, "action_info": {"scene": {"scene_str": scene}}}
        return sandbox.call("qrcode/create", wish).get("errcode", 0)

    assert made("QR_LIMIT_STR_SCENE", "p:A") == 0
    assert made("QR_LIMIT_STR_SCENE", "p:B") == 45029
    assert made("QR_LIMIT_STR_SCENE", "p:A") == 0
    assert made("QR_STR_SCENE", "p:B") == 0
    assert sandbox.get("quotas")["codes"] == {"used": 1, "limit": 1}


# templates


def template(sandbox, openid, data, **more):
    """One template message."""
    fields = {name: {"value": value} for name, value in data.items()}
    body = {"touser": openid, "template_id": "T", "data": fields, **more}
    return sandbox.call("message/template/send", body)


def test_a_scene_that_no_code_carries_is_not_scanned_past_the_quota(sandbox):
    carol = sandbox.person()
    sandbox.control("quotas", permanent_codes=0)
    refused = sandbox.ask(f"people/{carol}/scan", scene="p:ABC234")
    assert (refused.status_code, refused.json()["error"]) == (
        404,
        "没有这个场景值的二维码，永久二维码也已经用完",
    )


def test_templates_of_the_settings_are_the_accounts_and_no_others(bot_url, make_config):
    own = OwnTemplate("T_of_the_settings", "提现结果", "金额：{{amount1.DATA}}")
    app = create_app(make_config(bot_url, templates=(own,)), clock=lambda: START)
    base, shutdown = serve(app)
    try:
        sandbox = Sandbox(base, app.extensions["sandbox"], lambda seconds: None)
        carol = sandbox.person()
        (listed,) = sandbox.call("template/get_all_private_template")["template_list"]
        assert (listed["template_id"], listed["content"]) == (own.template_id, own.content)
        sent = template(sandbox, carol, {"amount1": "¥1"}, template_id=own.template_id)
        assert sent["errcode"] == 0
        assert sandbox.chat(carol)[-1]["card"]["rows"] == [{"name": "金额", "value": "¥1"}]
        empty = template(sandbox, carol, {"thing1": "x"}, template_id=own.template_id)
        assert empty["errcode"] == 47003
        assert template(sandbox, carol, {"amount1": "¥1"}, template_id="T_of_nobody")["errcode"] == 40037
    finally:
        shutdown()


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("thing1", "字" * 20, "字" * 21),
        ("phrase2", "已打款", "已打款了呀哦"),
        ("phrase2", "通过", "OK"),
        ("amount3", "¥12.30元", "¥12345678901"),
        ("amount3", "12.3", "一百"),
        ("number4", "-1.5", "1,5"),
        ("character_string5", "W2F-39Q", "单号"),
        ("time6", "2026年3月2日 15:01", "明天"),
        ("time6", "15:01~16:00", "15"),
        ("date7", "2026-03-02", "3月"),
        ("phone_number8", "+86-0766-66888866", "1" * 18),
        ("car_number9", "粤A8Z888挂", "粤A8Z888888"),
        ("name10", "王小明", "王小明王小明王小明王小明"),
        ("letter11", "abc", "a1"),
        ("symbol12", "!!", "ab"),
        ("const13", "已开通", "字" * 21),
    ],
)
def test_a_field_is_checked_by_what_its_name_says(sandbox, name, good, bad):
    carol = sandbox.person()
    assert template(sandbox, carol, {name: good})["errcode"] == 0
    refused = template(sandbox, carol, {name: bad})
    assert refused["errcode"] == 47003
    assert refused["errmsg"].startswith(f"argument invalid! data.{name}.value invalid rid: ")


def test_a_template_that_is_known_wants_all_its_fields(sandbox):
    carol = sandbox.person()
    content = "单号：{{character_string1.DATA}}\n金额：{{amount2.DATA}}"
    sandbox.control("templates", template_id="T", title="提现到账通知", content=content)
    lacking = template(sandbox, carol, {"character_string1": "W1"})
    assert lacking["errmsg"].startswith("argument invalid! data.amount2.value is empty")
    assert template(sandbox, carol, {"character_string1": "W1", "amount2": "¥1.00"})["errcode"] == 0
    card = sandbox.chat(carol)[-1]["card"]
    assert card["title"] == "提现到账通知"
    assert card["rows"] == [{"name": "单号", "value": "W1"}, {"name": "金额", "value": "¥1.00"}]


def test_old_fields_are_taken_but_not_shown(sandbox):
    carol = sandbox.person()
    data = {"first": "恭喜", "keyword1": "字" * 25, "remark": "再见"}
    assert template(sandbox, carol, data)["errcode"] == 0
    assert sandbox.chat(carol)[-1]["card"]["rows"] == [{"name": "keyword1", "value": "字" * 20 + "…"}]


def test_an_account_has_25_templates(sandbox):
    carol = sandbox.person()
    for number in range(25):
        assert template(sandbox, carol, {"thing1": "x"}, template_id=f"T{number}")["errcode"] == 0
    assert template(sandbox, carol, {"thing1": "x"}, template_id="T25")["errcode"] == 40037
    assert sandbox.call("template/api_add_template", {"template_id_short": "TM1"})["errcode"] == 45026
    assert sandbox.call("template/del_private_template", {"template_id": "T0"})["errcode"] == 0
    assert template(sandbox, carol, {"thing1": "x"}, template_id="T25")["errcode"] == 0


def test_the_end_of_a_template_is_told(sandbox, bot, until):
    carol = sandbox.person()
    number = template(sandbox, carol, {"thing1": "x"})["msgid"]
    push = until(lambda: next((p for p in bot.pushes if p.get("MsgID") == str(number)), None))
    assert (push["Event"], push["Status"], push["FromUserName"]) == (
        "TEMPLATESENDJOBFINISH",
        "success",
        carol,
    )


def test_who_refuses_messages_is_reached_by_nothing(sandbox, bot, until):
    carol = sandbox.person()
    sandbox.control(f"people/{carol}/refuse", on=True)
    assert sandbox.say(carol, "hi")["errcode"] == 48002
    number = template(sandbox, carol, {"thing1": "x"})["msgid"]
    push = until(lambda: next((p for p in bot.pushes if p.get("MsgID") == str(number)), None))
    assert push["Status"] == "failed:user block"
    assert not [m for m in sandbox.chat(carol) if m["type"] == "template"]
    sandbox.control(f"people/{carol}/refuse", on=False)
    assert sandbox.say(carol, "hi")["errcode"] == 0


@pytest.mark.parametrize("ending", ["failed: system failed", "failed:user block"])
def test_a_template_that_was_taken_may_end_badly(sandbox, bot, until, ending):
    carol = sandbox.person()
    path = "/cgi-bin/message/template/send"
    sandbox.control("faults", path=path, ending=ending)
    assert sandbox.call("tags/get") == {"tags": []}, "no other call is touched by it"
    lost = template(sandbox, carol, {"thing1": "提现已打款"})
    assert lost["errcode"] == 0
    push = until(lambda: next((p for p in bot.pushes if p.get("MsgID") == str(lost["msgid"])), None))
    assert push["Status"] == ending
    assert [m for m in sandbox.chat(carol) if m["type"] == "template"] == []
    row = sandbox.chat(carol)[-1]
    assert (row["type"], row["detail"]) == ("undelivered", "模板消息「提现已打款」")
    assert row["text"].startswith(f"{ending}：")
    assert sandbox.get("faults")["faults"] == []
    template(sandbox, carol, {"thing1": "又一次"})
    assert sandbox.chat(carol)[-1]["type"] == "template"
    assert sandbox.ask("faults", path=path, ending="lost").status_code == 409


# what did not arrive


def test_the_chat_says_why_something_did_not_arrive(sandbox):
    carol = sandbox.person()
    sandbox.move(61)
    for _ in range(2):
        sandbox.say(carol, "你的提现已打款")
    rows = [m for m in sandbox.chat(carol) if m["type"] == "undelivered"]
    assert [(row["text"], row["detail"]) for row in rows] == [
        ("45015：窗口已关，未送达", "客服消息「你的提现已打款」")
    ]
    template(sandbox, carol, {"phrase1": "太长的短语了"})
    assert sandbox.chat(carol)[-1]["text"] == "47003：模板字段不合要求，未送达"
    sandbox.control("faults", path="/cgi-bin/message/custom/send", errcode=-1)
    sandbox.say(carol, "hi")
    assert sandbox.chat(carol)[-1]["text"] == "-1：系统繁忙，未送达"


# menus and tags


def test_conditional_menus_lead_to_three_domains(sandbox):
    tag = sandbox.call("tags/create", {"tag": {"name": "推广员"}})["tag"]["id"]
    sandbox.call("menu/create", {"button": [{"type": "click", "name": "a", "key": "a"}]})

    def add(*hosts):
        button = [{"type": "view", "name": "a", "url": f"https://{host}/"} for host in hosts]
        return sandbox.call("menu/addconditional", {"button": button, "matchrule": {"tag_id": tag}})

    assert "menuid" in add("a.example", "b.example")
    assert "menuid" in add("b.example", "c.example")
    assert add("d.example")["errcode"] == 65316


def test_a_changed_menu_is_seen_after_five_minutes(sandbox):
    sandbox.control("menus", late=True)
    carol = sandbox.person()
    assert sandbox.get(f"people/{carol}/menu")["button"] == []
    sandbox.call("menu/create", {"button": [{"type": "click", "name": "海报", "key": "K"}]})
    sandbox.move(299)
    assert sandbox.get(f"people/{carol}/menu")["button"] == []
    sandbox.move(1)
    assert sandbox.get(f"people/{carol}/menu")["button"][0]["name"] == "海报"
    sandbox.call("menu/delete")
    sandbox.control(f"people/{carol}/unfollow")
    sandbox.control(f"people/{carol}/follow")
    assert sandbox.get(f"people/{carol}/menu")["button"] == []


def test_tags_of_wechat_itself_and_names_by_bytes(sandbox):
    assert sandbox.call("tags/delete", {"tag": {"id": 2}})["errcode"] == 45058
    assert sandbox.call("tags/update", {"tag": {"id": 2, "name": "x"}})["errcode"] == 45058
    assert sandbox.call("tags/create", {"tag": {"name": "字" * 11}})["errcode"] == 45158
    assert "tag" in sandbox.call("tags/create", {"tag": {"name": "字" * 10}})


# media


def test_media_by_kind(sandbox):
    amr, mp4 = b"#!AMR\n" + b"x" * 10, b"\0\0\0\x18ftypmp42"
    assert sandbox.upload(amr, kind="voice")["type"] == "voice"
    assert sandbox.upload(mp4, kind="video")["type"] == "video"
    assert sandbox.upload(mp4, kind="voice")["errcode"] == 40005
    assert sandbox.upload(amr + b"x" * 2 * 1024 * 1024, kind="voice")["errcode"] == 40010
    assert sandbox.upload(picture(), kind="dance")["errcode"] == 40004
    thumb = b"\xff\xd8\xff" + b"x" * 64 * 1024
    assert sandbox.upload(thumb, kind="thumb")["errcode"] == 40012


# 人工客服, and consent taken back


def test_who_is_handed_over_talks_to_staff_until_they_leave(sandbox, bot, until):
    carol = sandbox.person()
    bot.answer = lambda push: bot.reply(push, "transfer_customer_service")
    sandbox.control(f"people/{carol}/text", content="人工客服")
    assert sandbox.get("people")["people"][0]["staff"] == "waiting"
    bot.answer = lambda push: bot.reply(push, Content="bot")
    sandbox.control(f"people/{carol}/staff", content="您好")
    assert [m["text"] for m in sandbox.chat(carol)[-2:]] == ["人工客服已接入", "您好"]
    assert sandbox.chat(carol)[-1]["via"] == "staff"
    until(lambda: any(p.get("Event") == "kf_create_session" for p in bot.pushes))
    heard = len(bot.pushes)
    sandbox.control(f"people/{carol}/text", content="在吗")
    assert len(bot.pushes) == heard
    sandbox.control(f"people/{carol}/click", key="K")
    assert bot.pushes[-1]["Event"] == "CLICK"
    sandbox.control(f"people/{carol}/staff/close")
    until(lambda: any(p.get("Event") == "kf_close_session" for p in bot.pushes))
    sandbox.control(f"people/{carol}/text", content="再见")
    assert bot.pushes[-1]["Content"] == "再见"


def test_a_session_that_nobody_ends_ends_after_half_an_hour(sandbox, bot):
    carol = sandbox.person()
    sandbox.control(f"people/{carol}/staff", content="您好")
    sandbox.move(1800)
    sandbox.control(f"people/{carol}/text", content="在吗")
    assert bot.pushes[-1]["Content"] == "在吗"


def test_taken_back_consent_comes_from_the_platform_and_names_the_person(sandbox, bot):
    carol = sandbox.person()
    for event in ("user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"):
        sandbox.control(f"people/{carol}/authorization", event=event)
        push = bot.pushes[-1]
        assert (push["Event"], push["OpenID"], push["AppID"]) == (event, carol, APP_ID)
        assert push["FromUserName"] != carol
    assert bot.pushes[-2]["RevokeInfo"] == "205"
    assert sandbox.ask(f"people/{carol}/authorization", event="dance").status_code == 409
