"""Pushes as Tencent sends them, their tries, and what a person sees of the answers."""

import threading
import time

import pytest

OVER = "字" * 683  # 2049 bytes


def test_a_text_is_pushed_sealed_and_the_reply_is_shown(sandbox, bot):
    carol = sandbox.person()
    bot.answer = lambda push: bot.reply(push, Content=f"你说：{push['Content']}")
    done = sandbox.control(f"people/{carol}/text", content="海报")
    assert [(m["from"], m["text"], m["via"]) for m in done["messages"]] == [
        ("me", "海报", ""),
        ("bot", "你说：海报", "passive"),
    ]
    push, query = bot.pushes[-1], bot.queries[-1]
    assert push["FromUserName"] == query["openid"] == carol
    assert push["ToUserName"].startswith("gh_")
    assert push["MsgType"] == "text"
    assert int(push["MsgId"]) > 2**40
    assert query["encrypt_type"] == "aes"
    assert abs(int(query["timestamp"]) - time.time()) < 60  # signatures carry real time
    assert push["CreateTime"] == "1795233600"  # messages carry the virtual clock


def test_follow_scan_and_unfollow_speak_wechats_words(sandbox, bot):
    carol = sandbox.person(follow=False)
    sandbox.control(f"people/{carol}/scan", scene="p:ABC234")
    sandbox.control(f"people/{carol}/scan", scene="p:ABC234")
    sandbox.control(f"people/{carol}/unfollow")
    events = [(p["Event"], p["EventKey"], bool(p.get("Ticket"))) for p in bot.pushes]
    assert events == [
        ("subscribe", "qrscene_p:ABC234", True),
        ("SCAN", "p:ABC234", True),
        ("unsubscribe", "", False),
    ]
    assert sandbox.ask(f"people/{carol}/text", content="hi").status_code == 409


def test_a_follow_by_search_has_no_scene_and_a_second_one_is_refused(sandbox, bot):
    carol = sandbox.person()
    assert bot.pushes[-1]["EventKey"] == ""
    assert "Ticket" not in bot.pushes[-1]
    refused = sandbox.ask(f"people/{carol}/follow")
    assert (refused.status_code, refused.json()["error"]) == (409, "已经关注了")


def test_a_tapped_line_sends_its_plain_text_back_with_its_id(sandbox, bot):
    carol = sandbox.person()
    line = '看 <a href="weixin://bizmsgmenu?msgmenucontent=通过 3&msgmenuid=7">通过</a> <b>x</b>'
    bot.answer = lambda push: bot.reply(push, Content=line)
    reply = sandbox.control(f"people/{carol}/text", content="待办")["messages"][-1]
    assert reply["taps"] == [{"text": "通过", "content": "通过 3", "id": "7"}]
    assert reply["parts"][-1] == {"text": " <b>x</b>"}
    tap = reply["taps"][0]
    sandbox.control(f"people/{carol}/tap", content=tap["content"], id=tap["id"])
    assert (bot.pushes[-1]["Content"], bot.pushes[-1]["bizmsgmenuid"]) == ("通过 3", "7")


def test_three_tries_then_the_tip(sandbox, bot):
    carol = sandbox.person()
    bot.answer = lambda push: bot.app.response_class("down", 503)
    done = sandbox.control(f"people/{carol}/text", content="hi")
    assert [d["status"] for d in done["deliveries"]] == [503, 503, 503]
    assert len({p["MsgId"] for p in bot.pushes[1:]}) == 1
    tip = done["messages"][-1]
    assert (tip["from"], tip["type"], tip["text"]) == (
        "system",
        "fault",
        "该公众号暂时无法提供服务，请稍后再试",
    )
    assert "503" in tip["detail"]


def test_a_slow_first_try_is_made_good_by_the_second(sandbox, bot):
    carol = sandbox.person()
    tries, second = [], threading.Event()

    def answer(push):
        tries.append(1)
        if len(tries) == 1:
            second.wait(30)
        second.set()
        return bot.reply(push, Content="在")

    bot.answer = answer
    done = sandbox.control(f"people/{carol}/text", content="在吗")
    assert [bool(d["problem"]) for d in done["deliveries"]] == [True, False]
    assert [m["text"] for m in done["messages"]] == ["在吗", "在"]


@pytest.mark.parametrize("empty", [b"", b"success"])
def test_no_reply_is_no_fault(sandbox, bot, empty):
    carol = sandbox.person()
    bot.answer = lambda push: empty
    done = sandbox.control(f"people/{carol}/text", content="hi")
    assert (len(done["deliveries"]), done["problem"], len(done["messages"])) == (1, "", 1)


def bad_answers(bot, push):
    good = bot.reply(push, Content="hi")
    swapped = dict(push, FromUserName=push["ToUserName"], ToUserName=push["FromUserName"])
    return {
        "plain": b"<xml><Content>hi</Content></xml>",
        "json": b'{"ok": true}',
        "forged": good.replace(b"<TimeStamp>1<", b"<TimeStamp>2<"),
        "too long": bot.reply(push, Content=OVER),
        "empty text": bot.reply(push, Content=""),
        "wrong people": bot.reply(swapped, Content="hi"),
        "twice": bot.sealed("<xml><A>1</A><A>2</A></xml>"),
        "broken": bot.sealed("<xml><Content>hi</xml>"),
        "unknown media": bot.reply(push, "image", Image={"MediaId": "nope"}),
        "unknown type": bot.reply(push, "dance", Content="hi"),
    }


@pytest.mark.parametrize(
    "kind",
    [
        "plain",
        "json",
        "forged",
        "too long",
        "empty text",
        "wrong people",
        "twice",
        "broken",
        "unknown media",
        "unknown type",
    ],
)
def test_an_invalid_reply_is_shown_as_a_fault_and_not_tried_again(sandbox, bot, kind):
    carol = sandbox.person()
    bot.answer = lambda push: bad_answers(bot, push)[kind]
    done = sandbox.control(f"people/{carol}/text", content="hi")
    assert len(done["deliveries"]) == 1
    assert done["messages"][-1]["type"] == "fault"


def test_a_text_of_exactly_2048_bytes_passes(sandbox, bot):
    carol = sandbox.person()
    bot.answer = lambda push: bot.reply(push, Content=OVER[:-1] + "ab")
    assert sandbox.control(f"people/{carol}/text", content="hi")["messages"][-1]["from"] == "bot"


def test_news_replies_are_cards(sandbox, bot):
    carol = sandbox.person()
    item = {"Title": "招募", "Description": "加入", "PicUrl": "", "Url": "https://example.com/"}
    bot.answer = lambda push: bot.reply(push, "news", ArticleCount=1, Articles={"item": item})
    message = sandbox.control(f"people/{carol}/text", content="hi")["messages"][-1]
    assert (message["type"], message["articles"][0]["title"]) == ("news", "招募")


@pytest.mark.parametrize("at_once", [False, True])
def test_the_same_push_can_be_delivered_several_times(sandbox, bot, at_once):
    carol = sandbox.person()
    bot.answer = lambda push: bot.reply(push, Content="一次")
    bot.pushes.clear()
    done = sandbox.control(f"people/{carol}/text", content="hi", deliveries=4, at_once=at_once)
    assert len(done["deliveries"]) == len(bot.pushes) == 4
    assert len({str(p) for p in bot.pushes}) == 1
    assert [m["text"] for m in done["messages"]] == ["hi", "一次"]


def test_one_person_is_served_in_order_and_others_do_not_wait(sandbox, bot, until):
    carol, dave = sandbox.person(), sandbox.person("dave")
    gate = threading.Event()

    def answer(push):
        if push["Content"] == "慢":
            gate.wait(30)
        return "success"

    bot.pushes.clear()
    bot.answer = answer
    sandbox.control(f"people/{carol}/text", content="慢", **{"async": True})
    until(lambda: bot.pushes)
    sandbox.control(f"people/{carol}/text", content="后", **{"async": True})
    sandbox.control(f"people/{dave}/text", content="别人")
    assert [p["Content"] for p in bot.pushes] == ["慢", "别人"]
    gate.set()
    until(lambda: len(bot.pushes) == 3)


def test_equal_events_in_one_second_are_still_two(sandbox, bot):
    carol = sandbox.person()
    sandbox.control(f"people/{carol}/click", key="MENU")
    sandbox.control(f"people/{carol}/click", key="MENU")
    assert bot.pushes[-1]["CreateTime"] != bot.pushes[-2]["CreateTime"]


def test_any_xml_can_be_pushed(sandbox, bot):
    xml = "<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><MsgType>voice</MsgType></xml>"
    done = sandbox.control("push", openid="oX", xml=xml)
    assert bot.pushes[-1]["MsgType"] == "voice"
    assert done["deliveries"][0]["status"] == 200


def test_an_unreachable_bot_is_a_fault_in_the_chat(make_config):
    from bot.sandbox import create_app

    client = create_app(make_config("http://127.0.0.1:9"), clock=lambda: 1e9).test_client()
    openid = client.post("/sandbox/api/people", json={"name": "carol"}).get_json()["openid"]
    done = client.post(f"/sandbox/api/people/{openid}/follow", json={}).get_json()
    assert len(done["deliveries"]) == 3
    assert "连不上机器人" in done["messages"][-1]["detail"]


def test_the_log_tells_pushes_and_keeps_secrets(sandbox, bot):
    carol = sandbox.person()
    sandbox.control(f"people/{carol}/text", content="hi")
    sandbox.token()
    rows = sandbox.get("log")["log"]
    assert [row["kind"] for row in rows[:2]] == ["api", "push"]
    assert "s3cret" not in str(rows)
    assert sandbox.token() not in str(rows)
    assert "<Content><![CDATA[hi]]></Content>" in rows[1]["sent"]
