"""WeChat's own browser: links opened as a person, 网页授权, snapshot pages, and the JS-SDK's signature."""

import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from flask import Response, redirect, request

APP_ID = "wxb11529c136998cb6"


def authorize(sandbox, back, scope="snsapi_base", state="s1", **more):
    """The address that a site sends a visitor to."""
    query = {"appid": APP_ID, "redirect_uri": back, "response_type": "code", "scope": scope, "state": state}
    return f"{sandbox.base}/connect/oauth2/authorize?{urlencode(query | more)}#wechat_redirect"


def code_for(sandbox, openid, **more):
    """A fresh code for this person."""
    url = authorize(sandbox, "http://127.0.0.1:1/r/X", **more)
    where = sandbox.control(f"people/{openid}/authorize", url=url)["location"]
    return parse_qs(urlsplit(where).query)["code"][0]


def sns(sandbox, path, **query):
    """A call of 网页授权 as a site makes it."""
    return requests.get(f"{sandbox.base}/sns/{path}", params=query, timeout=20).json()


def buy(sandbox, code, **more):
    """A web token for a code."""
    query = {"appid": APP_ID, "secret": "s3cret", "code": code, "grant_type": "authorization_code"}
    return sns(sandbox, "oauth2/access_token", **query | more)


@pytest.fixture
def site(bot, sandbox):
    """A site at the bot's: /r/X wants to know who comes, then greets; what it got is kept."""
    seen = []

    def page():
        seen.append(dict(request.headers))
        if "code" not in request.args:
            answer = redirect(authorize(sandbox, request.url))
            answer.set_cookie("visit", "7")
            return answer
        openid = buy(sandbox, request.args["code"])["openid"]
        return Response(f"<html><head><title>店 &amp; 铺</title></head><body>{openid}</body></html>")

    def form():
        return f"<p>{request.method} {request.values.get('agree', '')}</p>"

    bot.app.add_url_rule("/r/X", "r", page)
    bot.app.add_url_rule("/form", "form", form, methods=["GET", "POST"])
    bot.app.add_url_rule("/loop", "loop", lambda: redirect("/loop"))
    bot.app.add_url_rule("/qr.png", "qr", lambda: Response(b"\x89PNG", mimetype="image/png"))
    bot.app.add_url_rule("/out", "out", lambda: redirect("https://shop.example/x"))
    return seen


def browse(sandbox, openid, url, **more):
    address = f"{sandbox.base}/sandbox/api/people/{openid}/browse"
    return requests.post(address, json={"url": url, **more}, timeout=20).json()


def test_a_link_is_opened_as_the_person_with_wechats_user_agent_and_cookies(sandbox, bot_url, site):
    carol = sandbox.person()
    page = browse(sandbox, carol, f"{bot_url}/r/X")
    assert (page["kind"], page["status"], page["title"]) == ("page", 200, "店 & 铺")
    assert carol in page["html"]
    assert [hop["status"] for hop in page["hops"]] == [302, 302, 200]
    assert page["hops"][1]["scope"] == "snsapi_base"
    assert parse_qs(urlsplit(page["url"]).query)["state"] == ["s1"]
    assert all("MicroMessenger/" in headers["User-Agent"] for headers in site)
    assert [headers.get("Cookie") for headers in site] == [None, "visit=7"]
    bob = sandbox.person("bob")
    browse(sandbox, bob, f"{bot_url}/r/X")
    assert site[2].get("Cookie") is None


def test_the_page_keeps_its_base_and_gets_our_jssdk(sandbox, bot, bot_url):
    source = '<!doctype html><html><head><script src="https://res.wx.qq.com/open/js/jweixin-1.6.0.js">'
    bot.app.add_url_rule("/sdk", "sdk", lambda: source)
    html = browse(sandbox, sandbox.person(), f"{bot_url}/sdk")["html"]
    assert html.startswith(f'<!doctype html><html><head><base href="{bot_url}/sdk">')
    assert "res.wx.qq.com" not in html
    for script in ("inpage.js", "jweixin.js"):
        assert f"{sandbox.base}/sandbox/static/{script}" in html
        assert requests.get(f"{sandbox.base}/sandbox/static/{script}", timeout=20).status_code == 200


def test_a_snapshot_page_shows_a_virtual_visitor(sandbox, bot_url, site):
    carol = sandbox.person(unionid="u1")
    assert carol not in browse(sandbox, carol, f"{bot_url}/r/X", snapshot=True)["html"]
    url = authorize(sandbox, "http://127.0.0.1:1/", scope="snsapi_userinfo")
    where = sandbox.control(f"people/{carol}/authorize", url=url, snapshot=True)["location"]
    told = buy(sandbox, parse_qs(urlsplit(where).query)["code"][0])
    assert told["is_snapshotuser"] == 1
    assert told["openid"] != carol
    assert told["unionid"] != "u1"


def test_forms_loops_pictures_and_what_lies_outside(sandbox, bot_url, site):
    carol = sandbox.person()
    posted = browse(sandbox, carol, f"{bot_url}/form", method="post", fields=[["agree", "yes"]])
    assert "<p>POST yes</p>" in posted["html"]
    asked = browse(sandbox, carol, f"{bot_url}/form?old=1", method="get", fields=[["agree", "no"]])
    assert "<p>GET no</p>" in asked["html"]
    assert asked["url"] == f"{bot_url}/form?agree=no"
    assert browse(sandbox, carol, f"{bot_url}/loop")["text"] == "重定向次数过多"
    assert browse(sandbox, carol, f"{bot_url}/qr.png")["kind"] == "picture"
    outside = browse(sandbox, carol, f"{bot_url}/out")
    assert (outside["kind"], outside["url"]) == ("outside", "https://shop.example/x")
    assert "没有人应答" in browse(sandbox, carol, "http://127.0.0.1:9/")["text"]
    assert browse(sandbox, carol, f"{bot_url}/gone")["status"] == 404
    assert sandbox.get("log?kind=page")["log"][0]["ok"] is False


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"appid": "wx0"}, "AppID 参数错误"),
        ({"response_type": "token"}, "response_type"),
        ({"scope": "snsapi_login"}, "10005"),
        ({"redirect_uri": "https://elsewhere.example/"}, "10003"),
        ({"state": "a-b"}, "state"),
    ],
)
def test_the_authorize_page_refuses(sandbox, change, words):
    carol = sandbox.person()
    page = browse(sandbox, carol, authorize(sandbox, "http://127.0.0.1:1/", **change))
    assert page["kind"] == "error"
    assert words in page["text"]
    plain = requests.get(authorize(sandbox, "http://127.0.0.1:1/", **change), timeout=20)
    assert words in plain.text


def test_an_ordinary_browser_is_asked_who_it_is(sandbox):
    carol = sandbox.person()
    url = authorize(sandbox, "http://127.0.0.1:1/r/X").partition("#")[0]
    assert f"sandbox_person={carol}" in requests.get(url, timeout=20).text
    answer = requests.get(f"{url}&sandbox_person={carol}", timeout=20, allow_redirects=False)
    assert answer.status_code == 302
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    assert buy(sandbox, code)["openid"] == carol


def test_a_code_works_once_and_five_minutes(sandbox):
    carol = sandbox.person(unionid="u1")
    code = code_for(sandbox, carol)
    told = buy(sandbox, code)
    assert {**told, "access_token": 0, "refresh_token": 0} == {
        "access_token": 0, "expires_in": 7200, "refresh_token": 0, "openid": carol, "scope": "snsapi_base",
    }  # fmt: skip
    again = buy(sandbox, code)
    assert again["errcode"] == 40163
    assert again["errmsg"].startswith("code been used")
    late = code_for(sandbox, carol)
    sandbox.move(300)
    assert buy(sandbox, late)["errcode"] == 42003
    assert buy(sandbox, "nonsense")["errcode"] == 40029
    assert buy(sandbox, "")["errcode"] == 41008
    assert buy(sandbox, "x", secret="no")["errcode"] == 40125
    assert buy(sandbox, "x", appid="no")["errcode"] == 40013
    assert buy(sandbox, "x", grant_type="no")["errcode"] == 40002


def test_userinfo_tells_the_name_only_to_snsapi_userinfo(sandbox):
    carol = sandbox.person(unionid="u1")
    base = buy(sandbox, code_for(sandbox, carol))
    assert "unionid" not in base
    assert sns(sandbox, "userinfo", access_token=base["access_token"], openid=carol)["errcode"] == 48001
    held = buy(sandbox, code_for(sandbox, carol, scope="snsapi_userinfo"))
    told = sns(sandbox, "userinfo", access_token=held["access_token"], openid=carol)
    assert (told["nickname"], told["unionid"], told["sex"], told["city"]) == ("carol", "u1", 0, "")
    assert held["unionid"] == "u1"
    assert sns(sandbox, "auth", access_token=held["access_token"], openid=carol)["errcode"] == 0
    assert sns(sandbox, "auth", access_token=held["access_token"], openid="oNo")["errcode"] == 40003
    assert sns(sandbox, "auth", access_token="x", openid=carol)["errcode"] == 40001
    assert sns(sandbox, "auth", openid=carol)["errcode"] == 41001
    sandbox.move(7200)
    assert sns(sandbox, "auth", access_token=held["access_token"], openid=carol)["errcode"] == 42001
    wish = {"appid": APP_ID, "grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    fresh = sns(sandbox, "oauth2/refresh_token", **wish)
    assert sns(sandbox, "auth", access_token=fresh["access_token"], openid=carol)["errcode"] == 0
    sandbox.move(30 * 24 * 3600)
    assert sns(sandbox, "oauth2/refresh_token", **wish)["errcode"] == 42002


def test_a_stranger_is_asked_before_a_site_learns_the_name(sandbox, bot_url, site):
    stranger = sandbox.person(follow=False)
    url = authorize(sandbox, f"{bot_url}/r/X", scope="snsapi_userinfo").partition("#")[0]
    assert "你的微信昵称、头像" in browse(sandbox, stranger, url)["html"]
    assert stranger in browse(sandbox, stranger, f"{url}&sandbox_consent=1")["html"]


def test_the_jssdk_signature_is_checked_against_the_ticket(sandbox):
    carol = sandbox.person()
    ticket = sandbox.call("ticket/getticket", type="jsapi")
    assert ticket["expires_in"] == 7200
    assert sandbox.call("ticket/getticket", type="jsapi")["ticket"] == ticket["ticket"]
    signed = f"jsapi_ticket={ticket['ticket']}&noncestr=n&timestamp=1&url=http://x/r?a=1"
    given = {
        "url": "http://x/r?a=1#top", "appId": APP_ID, "timestamp": 1, "nonceStr": "n",
        "signature": hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest(),
    }  # fmt: skip
    assert sandbox.control(f"people/{carol}/jssdk", **given)["ok"]
    assert sandbox.control(f"people/{carol}/jssdk", **{**given, "url": "http://x/"}) == {
        "ok": False, "why": "config:invalid signature",
    }  # fmt: skip
    assert (
        sandbox.control(f"people/{carol}/jssdk", **{**given, "appId": "wx0"})["why"] == "config:invalid appid"
    )
    sandbox.move(7200)
    assert sandbox.call("ticket/getticket", token=sandbox.new_token())["ticket"] != ticket["ticket"]


def test_the_bots_address_is_checked_as_wechat_does(sandbox, bot):
    bot.app.add_url_rule("/wechat", "echo", lambda: request.args["echostr"], methods=["GET"])
    assert sandbox.control("verify")["ok"]
    bot.app.view_functions["echo"] = lambda: "success"
    assert sandbox.control("verify") == {"ok": False, "status": 200, "answer": "success"}
