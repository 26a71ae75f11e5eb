"""WeChat's API: tokens, windows, templates, codes, media, menus, tags, users, faults."""

import io

import pytest
import requests
import zxingcpp
from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"


def picture(size=(8, 8), kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


def click(name="海报", key="POSTER"):
    return {"type": "click", "name": name, "key": key}


# tokens


def test_every_call_asks_for_a_live_token(sandbox):
    assert sandbox.call("tags/get", token="")["errcode"] == 41001
    bad = sandbox.call("tags/get", token="nonsense")
    assert bad["errcode"] == 40001
    assert bad["errmsg"].startswith("invalid credential, access_token is invalid or not latest")
    assert " rid: " in bad["errmsg"]
    assert sandbox.call("tags/get") == {"tags": []}
    sandbox.move(7200)
    assert sandbox.call("tags/get")["errcode"] == 42001


def test_the_stable_token_stays_and_is_renewed_five_minutes_early(sandbox):
    first = sandbox.token()
    sandbox.move(6000)
    assert sandbox.new_token() == first
    sandbox.move(901)
    second = sandbox.new_token()
    assert second != first
    assert sandbox.call("tags/get", token=first) == {"tags": []}
    assert sandbox.call("tags/get", token=second) == {"tags": []}


@pytest.mark.parametrize(
    ("change", "code"), [({"appid": "wx"}, 40013), ({"secret": "x"}, 40125), ({"grant_type": "x"}, 40002)]
)
def test_wrong_credentials_have_their_own_codes(sandbox, change, code):
    right = {"grant_type": "client_credential", "appid": "wxb11529c136998cb6", "secret": "s3cret"}
    for ask in (
        lambda sent: requests.post(f"{sandbox.base}/cgi-bin/stable_token", json=sent, timeout=20),
        lambda sent: requests.get(f"{sandbox.base}/cgi-bin/token", params=sent, timeout=20),
    ):
        assert ask({**right, **change}).json()["errcode"] == code
        assert ask(right).json()["expires_in"] == 7200


def test_a_wrong_method_and_a_broken_body_are_told(sandbox):
    assert sandbox.call("tags/create")["errcode"] == 43002
    url, params = f"{sandbox.base}/cgi-bin/tags/create", {"access_token": sandbox.token()}
    assert requests.post(url, params=params, data=b"{oops", timeout=20).json()["errcode"] == 47001
    assert requests.post(url, params=params, timeout=20).json()["errcode"] == 44002


# customer-service windows


def test_a_follow_opens_three_messages_for_a_minute(sandbox):
    carol = sandbox.person()
    assert [sandbox.say(carol, "hi")["errcode"] for _ in range(4)] == [0, 0, 0, 45047]
    sandbox.move(60)
    closed = sandbox.say(carol, "hi")
    assert closed["errcode"] == 45015
    assert closed["errmsg"].startswith("response out of time limit or subscription is canceled")


def test_a_text_opens_five_messages_for_48_hours(sandbox):
    carol = sandbox.person()
    sandbox.move(60)
    sandbox.control(f"people/{carol}/text", content="hi")
    sandbox.move(48 * 3600 - 1)
    assert [sandbox.say(carol, "hi")["errcode"] for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    sandbox.move(1)
    assert sandbox.say(carol, "hi")["errcode"] == 45015


@pytest.mark.parametrize(
    ("move", "sent"),
    [("click", {"key": "K"}), ("tap", {"content": "x", "id": "1"}), ("scan", {"scene": "s"})],
)
def test_a_tap_opens_three_messages_for_a_minute(sandbox, move, sent):
    carol = sandbox.person()
    sandbox.move(100)
    sandbox.control(f"people/{carol}/{move}", **sent)
    assert [sandbox.say(carol, "hi")["errcode"] for _ in range(4)] == [0, 0, 0, 45047]
    sandbox.move(60)
    assert sandbox.say(carol, "hi")["errcode"] == 45015


def test_the_short_window_is_used_first_and_the_page_sees_what_is_left(sandbox):
    carol = sandbox.person()
    sandbox.control(f"people/{carol}/text", content="hi")
    assert sandbox.get("people")["people"][0]["quota"]["left"] == 8
    for _ in range(3):
        sandbox.say(carol, "hi")
    sandbox.move(60)
    assert sandbox.get("people")["people"][0]["quota"]["left"] == 5


def test_opening_a_link_of_the_menu_opens_no_window(sandbox, bot):
    carol = sandbox.person()
    sandbox.move(60)
    sandbox.control(f"people/{carol}/click", url="https://example.com/")
    assert (bot.pushes[-1]["Event"], bot.pushes[-1]["EventKey"]) == ("VIEW", "https://example.com/")
    assert sandbox.say(carol, "hi")["errcode"] == 45015


def test_who_left_cannot_be_reached(sandbox):
    carol = sandbox.person()
    sandbox.control(f"people/{carol}/text", content="hi")
    sandbox.control(f"people/{carol}/unfollow")
    assert sandbox.say(carol, "hi")["errcode"] == 45015
    template = {"touser": carol, "template_id": "T", "data": {"thing1": {"value": "x"}}}
    assert sandbox.call("message/template/send", template)["errcode"] == 43004
    assert sandbox.say("oNobody", "hi")["errcode"] == 40003


def test_messages_that_are_badly_made_use_up_nothing(sandbox):
    carol = sandbox.person()

    def send(kind, content):
        return sandbox.call("message/custom/send", {"touser": carol, "msgtype": kind, kind: content})[
            "errcode"
        ]

    assert send("text", {"content": "字" * 683}) == 45002
    assert send("text", {"content": ""}) == 44004
    assert send("image", {"media_id": "nope"}) == 40007
    assert send("news", {"articles": [{}, {}]}) == 45008
    assert send("dance", {}) == 40008
    assert sandbox.get("people")["people"][0]["quota"]["left"] == 3


def test_all_kinds_of_messages_arrive(sandbox):
    carol = sandbox.person()
    media_id = sandbox.upload(picture())["media_id"]
    menu = {"head_content": "满意吗", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}
    for kind, content in [("image", {"media_id": media_id}), ("msgmenu", menu)]:
        sandbox.call("message/custom/send", {"touser": carol, "msgtype": kind, kind: content})
    news = {"articles": [{"title": "T", "url": "https://e.com"}]}
    sandbox.call("message/custom/send", {"touser": carol, "msgtype": "news", "news": news})
    image, choice, card = sandbox.chat(carol)[-3:]
    assert requests.get(sandbox.base + "/sandbox/media/" + image["media"], timeout=20).content == picture()
    assert choice["taps"] == [{"text": "满意", "content": "满意", "id": "1"}]
    assert (card["articles"][0]["title"], card["via"]) == ("T", "kf")


# templates


def test_a_template_is_shown_once_for_one_client_msg_id(sandbox):
    carol = sandbox.person()
    body = {
        "touser": carol,
        "template_id": "T1",
        "client_msg_id": "wd_1",
        "data": {"thing1": {"value": "提现已打款"}, "amount2": {"value": "¥12.30"}},
    }
    answers = [sandbox.call("message/template/send", body) for _ in range(2)]
    assert [a["errcode"] for a in answers] == [0, 0]
    cards = [m["card"] for m in sandbox.chat(carol) if m["type"] == "template"]
    assert [card["rows"][1]["value"] for card in cards] == ["¥12.30"]
    sandbox.move(600)
    sandbox.call("message/template/send", body)
    assert len([m for m in sandbox.chat(carol) if m["type"] == "template"]) == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"template_id": ""}, 40037),
        ({"data": {}}, 47003),
        ({"data": {"thing1": {"value": "字" * 21}}}, 47003),
        ({"data": {"phrase1": {"value": "六个字的短语"}}}, 47003),
    ],
)
def test_templates_are_checked(sandbox, change, code):
    carol = sandbox.person()
    body = {"touser": carol, "template_id": "T", "data": {"thing1": {"value": "x"}}}
    assert sandbox.call("message/template/send", {**body, **change})["errcode"] == code


# codes


def create(sandbox, action="QR_STR_SCENE", scene="p:ABC234", **more):
    name = "scene_id" if isinstance(scene, int) else "scene_str"
    body = {"action_name": action, "action_info": {"scene": {name: scene}}, **more}
    return sandbox.call("qrcode/create", body)


def test_a_code_is_drawn_with_its_url(sandbox):
    code = create(sandbox, expire_seconds=604800)
    assert code["expire_seconds"] == 604800
    assert code["url"].startswith("http://weixin.qq.com/q/")
    shown = requests.get(f"{sandbox.base}/cgi-bin/showqrcode", params={"ticket": code["ticket"]}, timeout=20)
    image = Image.open(io.BytesIO(shown.content)).convert("RGB")
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [code["url"]]
    assert sandbox.get("codes")["codes"][0]["scene"] == "p:ABC234"


def test_limits_of_codes(sandbox):
    assert create(sandbox, scene="x" * 64, expire_seconds=60).get("ticket")
    assert create(sandbox, scene="x" * 65)["errcode"] == 40053
    assert create(sandbox, scene="")["errcode"] == 40053
    assert create(sandbox, action="QR_SCENE", scene="text")["errcode"] == 40053
    assert create(sandbox, action="QR_LIMIT_SCENE", scene=100001)["errcode"] == 40053
    assert create(sandbox, action="QR_MAGIC")["errcode"] == 40052
    assert create(sandbox, expire_seconds=10**8)["expire_seconds"] == 2592000
    assert "expire_seconds" not in create(sandbox, action="QR_LIMIT_STR_SCENE")


def test_a_scan_by_picture_url_or_ticket_is_the_same_scan(sandbox, bot):
    carol = sandbox.person()
    code = create(sandbox, action="QR_LIMIT_STR_SCENE")
    png = requests.get(
        f"{sandbox.base}/cgi-bin/showqrcode", params={"ticket": code["ticket"]}, timeout=20
    ).content
    media_id = sandbox.upload(png)["media_id"]
    message = {"touser": carol, "msgtype": "image", "image": {"media_id": media_id}}
    sandbox.call("message/custom/send", message)
    line = sandbox.chat(carol)[-1]["id"]
    bot.pushes.clear()
    for sent in (
        {"picture": media_id},
        {"picture": str(line)},
        {"url": code["url"]},
        {"ticket": code["ticket"]},
    ):
        sandbox.control(f"people/{carol}/scan", **sent)
    sandbox.control(f"people/{carol}/scan", files={"picture": ("q.png", png)})
    assert [(p["Event"], p["EventKey"], p["Ticket"]) for p in bot.pushes] == [
        ("SCAN", "p:ABC234", code["ticket"])
    ] * 5


def test_pictures_without_a_code_and_foreign_links_are_told(sandbox):
    carol = sandbox.person()
    media_id = sandbox.upload(picture())["media_id"]
    refused = sandbox.ask(f"people/{carol}/scan", picture=media_id)
    assert (refused.status_code, refused.json()["error"]) == (409, "图中没有认出二维码")
    assert sandbox.control(f"people/{carol}/scan", url="https://e.com/")["link"] == "https://e.com/"


def test_a_temporary_code_dies(sandbox, bot):
    carol = sandbox.person()
    code = create(sandbox, expire_seconds=60)
    bot.pushes.clear()
    sandbox.move(60)
    assert sandbox.control(f"people/{carol}/scan", url=code["url"])["notice"] == "二维码已过期"
    assert bot.pushes == []


# media


def test_media_are_checked_and_live_three_days(sandbox):
    medium = sandbox.upload(picture(), "poster.png")
    assert medium["type"] == "image"
    query = {"access_token": sandbox.token(), "media_id": medium["media_id"]}
    assert requests.get(f"{sandbox.base}/cgi-bin/media/get", params=query, timeout=20).content == picture()
    assert sandbox.upload(b"hello")["errcode"] == 40005
    assert sandbox.upload(b"")["errcode"] == 44001
    assert sandbox.upload(PNG + b"x" * 2 * 1024 * 1024)["errcode"] == 40009
    assert sandbox.upload(picture(), kind="poem")["errcode"] == 40004
    sandbox.move(3 * 24 * 3600)
    assert (
        sandbox.call("media/get", token=sandbox.new_token(), media_id=medium["media_id"])["errcode"] == 40007
    )


def test_a_persons_picture_can_be_fetched_by_the_bot(sandbox, bot):
    carol = sandbox.person()
    done = sandbox.control(f"people/{carol}/image", files={"image": ("me.jpg", picture(kind="JPEG"))})
    push = bot.pushes[-1]
    assert done["messages"][0]["media"] == push["MediaId"]
    query = {"access_token": sandbox.token(), "media_id": push["MediaId"]}
    assert (
        requests.get(f"{sandbox.base}/cgi-bin/media/get", params=query, timeout=20)
        .headers["Content-Type"]
        .startswith("image/jpeg")
    )
    assert sandbox.ask(f"people/{carol}/image", files={"image": ("x.txt", b"hi")}).status_code == 409


# menus and tags


def test_the_menu_follows_the_last_tag(sandbox):
    carol = sandbox.person()
    assert sandbox.call("menu/get")["errcode"] == 46003
    tags = [sandbox.call("tags/create", {"tag": {"name": n}})["tag"]["id"] for n in ("推广员", "商家")]
    rule = {"button": [click("甲")], "matchrule": {"tag_id": tags[0]}}
    assert sandbox.call("menu/addconditional", rule)["errcode"] == 65303
    assert sandbox.call("menu/create", {"button": [click("大家")]})["errcode"] == 0
    menus = [
        sandbox.call("menu/addconditional", {"button": [click(name)], "matchrule": {"tag_id": tag}})["menuid"]
        for name, tag in (("甲", tags[0]), ("乙", tags[1]), ("丙", tags[1]))
    ]

    def seen():
        return sandbox.get(f"people/{carol}/menu")["button"][0]["name"]

    def give(tag, verb="batchtagging"):
        answer = sandbox.call(f"tags/members/{verb}", {"openid_list": [carol], "tagid": tag})
        assert answer["errcode"] == 0

    assert seen() == "大家"
    give(tags[1])
    assert seen() == "丙"  # the newest of two for one tag
    give(tags[0])
    assert seen() == "甲"
    give(tags[0], "batchuntagging")
    sandbox.call("menu/delconditional", {"menuid": menus[2]})
    assert seen() == "乙"
    assert sandbox.call("menu/trymatch", {"user_id": carol})["button"][0]["name"] == "乙"
    assert [m["menuid"] for m in sandbox.call("menu/get")["conditionalmenu"]] == [
        int(menus[1]),
        int(menus[0]),
    ]
    sandbox.control(f"people/{carol}/unfollow")
    sandbox.control(f"people/{carol}/follow")
    assert seen() == "大家"
    assert sandbox.call("menu/delete")["errcode"] == 0
    assert sandbox.get(f"people/{carol}/menu")["button"] == []


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], 40016),
        ([click()] * 4, 40016),
        ([click("名字超过十六字节")], 40018),
        ([click(key="K" * 129)], 40019),
        ([{"type": "view", "name": "商城", "url": "ftp://x"}], 40020),
        ([{"type": "dance", "name": "商城"}], 40017),
        ([{"name": "我的", "sub_button": [click()] * 6}], 40023),
        ([{"name": "我的", "sub_button": [click("字" * 21)]}], 40025),
        ([{"name": "我的", "sub_button": [click(key="")]}], 40026),
    ],
)
def test_limits_of_menus(sandbox, buttons, code):
    assert sandbox.call("menu/create", {"button": buttons})["errcode"] == code


def test_a_menu_comes_as_utf_8(sandbox):
    query = {"access_token": sandbox.token()}
    for written, code in ((r'"\u6d77\u62a5"', 40033), (r'"\\u6d77"', 0), (r'"\u000a海报"', 0), ('"海报"', 0)):
        body = f'{{"button": [{{"type": "click", "name": {written}, "key": "K"}}]}}'.encode()
        answer = requests.post(
            f"{sandbox.base}/cgi-bin/menu/create", params=query, data=body, timeout=20
        ).json()
        assert answer["errcode"] == code, written


def test_a_menu_entry_can_be_pressed_by_its_name(sandbox, bot):
    carol = sandbox.person()
    sub = [click("店铺海报", "POSTER"), {"type": "view", "name": "商城", "url": "https://shop.example/"}]
    sandbox.call("menu/create", {"button": [{"name": "推广", "sub_button": sub}]})
    sandbox.control(f"people/{carol}/click", name="店铺海报")
    assert (bot.pushes[-1]["Event"], bot.pushes[-1]["EventKey"]) == ("CLICK", "POSTER")
    sandbox.control(f"people/{carol}/click", name="商城")
    assert bot.pushes[-1]["MenuId"].isdigit()
    assert sandbox.ask(f"people/{carol}/click", name="没有").status_code == 404
    shape = sandbox.call("get_current_selfmenu_info")["selfmenu_info"]["button"][0]
    assert shape["sub_button"]["list"][0] == click("店铺海报", "POSTER")


def test_tags_are_counted_renamed_and_deleted(sandbox):
    carol = sandbox.person()
    tag = sandbox.call("tags/create", {"tag": {"name": "推广员"}})["tag"]["id"]
    assert sandbox.call("tags/create", {"tag": {"name": "推广员"}})["errcode"] == 45157
    assert sandbox.call("tags/create", {"tag": {"name": "字" * 31}})["errcode"] == 45158
    sandbox.call("tags/members/batchtagging", {"openid_list": [carol], "tagid": tag})
    assert sandbox.call("tags/get")["tags"] == [{"id": tag, "name": "推广员", "count": 1}]
    assert sandbox.call("tags/getidlist", {"openid": carol}) == {"tagid_list": [tag]}
    assert sandbox.call("user/tag/get", {"tagid": tag})["data"] == {"openid": [carol]}
    assert sandbox.call("tags/update", {"tag": {"id": tag, "name": "分销员"}})["errcode"] == 0
    assert sandbox.get("people")["people"][0]["tags"] == ["分销员"]
    assert sandbox.call("tags/delete", {"tag": {"id": tag}})["errcode"] == 0
    assert sandbox.call("tags/getidlist", {"openid": carol}) == {"tagid_list": []}
    many = {"openid_list": [carol] * 51, "tagid": tag}
    assert sandbox.call("tags/members/batchtagging", many)["errcode"] == 45159


def test_user_info_tells_no_name_but_the_scene(sandbox):
    carol = sandbox.person(follow=False, unionid="u1")
    assert sandbox.call("user/info", openid=carol)["subscribe"] == 0
    sandbox.control(f"people/{carol}/scan", scene="p:ABC234")
    info = sandbox.call("user/info", openid=carol)
    assert (info["nickname"], info["qr_scene_str"], info["subscribe_scene"]) == (
        "",
        "p:ABC234",
        "ADD_SCENE_QR_CODE",
    )
    assert info["unionid"] == "u1"
    assert sandbox.call("user/info/updateremark", {"openid": carol, "remark": "王姐"})["errcode"] == 0
    assert sandbox.call("user/info", openid=carol)["remark"] == "王姐"
    assert sandbox.call("user/get")["data"]["openid"] == [carol]
    assert sandbox.call("user/info", openid="oNobody")["errcode"] == 40003


def test_who_follows_again_begins_anew(sandbox, bot):
    carol = sandbox.person(follow=False)
    sandbox.control(f"people/{carol}/scan", scene="p:ABC234")
    tag = sandbox.call("tags/create", {"tag": {"name": "推广员"}})["tag"]["id"]
    sandbox.call("tags/members/batchtagging", {"openid_list": [carol], "tagid": tag})
    sandbox.call("user/info/updateremark", {"openid": carol, "remark": "王姐"})
    sandbox.control(f"people/{carol}/text", content="hi")
    sandbox.control(f"people/{carol}/unfollow")
    assert sandbox.say(carol, "x")["errcode"] == 45015
    assert sandbox.call("user/get")["total"] == 0
    sandbox.move(10)
    sandbox.control(f"people/{carol}/follow")
    info = sandbox.call("user/info", openid=carol)
    assert (info["tagid_list"], info["remark"], info["qr_scene_str"]) == ([], "", "")
    assert info["subscribe_scene"] == "ADD_SCENE_SEARCH"
    assert [sandbox.say(carol, "x")["errcode"] for _ in range(4)] == [0, 0, 0, 45047]
    assert bot.pushes[-1]["EventKey"] == ""


# faults


def test_an_error_speaks_wechats_words_or_those_that_are_given(sandbox):
    sandbox.control("faults", path="/cgi-bin/tags/get", errcode=40014)
    assert sandbox.call("tags/get")["errmsg"].startswith("invalid access_token rid: ")
    assert sandbox.ask("faults", path="/cgi-bin/tags/get", errcode=1234567).status_code == 409
    sandbox.control("faults", path="/cgi-bin/tags/get", errcode=1234567, errmsg="never heard of")
    assert sandbox.call("tags/get") == {"errcode": 1234567, "errmsg": "never heard of"}


def test_faults_happen_as_often_as_told(sandbox):
    sandbox.control("faults", path="/cgi-bin/tags/get", errcode=-1, times=2)
    assert [sandbox.call("tags/get").get("errcode", 0) for _ in range(3)] == [-1, -1, 0]
    assert sandbox.ask("faults", path="/cgi-bin/tags/get", errcode=-1, times="twice").status_code == 400


def test_a_half_answer_a_gateway_error_and_a_slow_one(sandbox):
    token = sandbox.token()
    sandbox.control("faults", path="*", half=True)
    with pytest.raises(requests.exceptions.RequestException):
        sandbox.call("tags/get", token=token)
    sandbox.control("faults", path="*", status=502)
    with pytest.raises(ValueError, match="Expecting value"):
        sandbox.call("tags/get", token=token)
    sandbox.control("faults", path="*", hang=0.2)
    assert requests.get(f"{sandbox.base}/cgi-bin/tags/get", timeout=20).elapsed.total_seconds() >= 0.2
    sandbox.control("faults", path="*", errcode=45009)
    assert sandbox.ask("faults", "DELETE").json() == {"faults": []}
    assert sandbox.call("tags/get", token=token) == {"tags": []}
