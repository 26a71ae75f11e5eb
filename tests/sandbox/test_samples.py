"""The sandbox's answers and errors beside WeChat's: the same texts, the same names."""

import json
import re
from pathlib import Path

import pytest
import requests

from bot.sandbox.calls import CALLS
from bot.sandbox.errors import TEXTS, body
from bot.wechat.errors import ERRORS
from tests.sandbox.conftest import APP_ID

SAMPLES = json.loads((Path(__file__).parent / "samples" / "api.json").read_text())
OLD = {"country", "province", "city", "sex", "nickname", "headimgurl", "language", "expire_seconds"}
"""Names that WeChat no longer fills, or sends where there is something to say."""
RID = re.compile(r"( rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}| hint: \[.*\])+$")
IP = re.compile(r"[0-9:.a-f]*\d+\.\d+\.\d+\.\d+")


def plain(text):
    """An errmsg without what differs from call to call."""
    return IP.sub("IP", RID.sub("", text))


@pytest.mark.parametrize("captured", SAMPLES["errors"], ids=lambda e: f"{e['errcode']}-{e['errmsg'][-8:]}")
def test_errors_read_as_wechats(captured):
    detail = "data.phone_number6.value invalid" if captured["errcode"] == 47003 else ""
    ours = body(captured["errcode"], detail)
    assert RID.search(ours["errmsg"]), "every error carries its rid"
    # An older capture of 40001 is the beginning of the newer one.
    assert plain(ours["errmsg"]).startswith(plain(captured["errmsg"]))


def test_every_error_that_may_be_answered_has_a_text():
    source = "\n".join(path.read_text() for path in Path("bot/sandbox").rglob("*.py"))
    raised = {int(code) for code in re.findall(r"ApiError\((-?\d+)", source)}
    assert raised - TEXTS.keys() == set()


def test_what_the_client_knows_can_be_played_in_wechats_words():
    unworded = {40243, 50007, 61024, 61450, 65317, 89503, 89506, 89507, 9001002}
    assert ERRORS.keys() - TEXTS.keys() == unworded, "no English text of these is public"


@pytest.fixture
def answers(sandbox):
    """One good answer of every call that a sample is known of."""
    carol = sandbox.person(unionid="u1")
    sandbox.control("quotas", path="/cgi-bin/menu/get", limit=9)
    found = {}

    def call(path, sent=None, **query):
        found[f"/cgi-bin/{path}"] = sandbox.call(path, sent, **query)
        return found[f"/cgi-bin/{path}"]

    query = {"grant_type": "client_credential", "appid": APP_ID, "secret": "s3cret"}
    found["/cgi-bin/token"] = requests.get(f"{sandbox.base}/cgi-bin/token", params=query, timeout=20).json()
    call("ticket/getticket", type="jsapi")
    call("getcallbackip")
    wish = {"expire_seconds": 60, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "a"}}}
    call("qrcode/create", wish)
    found["/cgi-bin/media/upload"] = sandbox.upload(b"\x89PNG\r\n\x1a\n")
    tag = call("tags/create", {"tag": {"name": "推广员"}})["tag"]["id"]
    call("tags/members/batchtagging", {"openid_list": [carol], "tagid": tag})
    call("tags/get")
    call("user/tag/get", {"tagid": tag})
    button = [{"type": "click", "name": "海报", "key": "K"}]
    call("menu/create", {"button": button})
    call("menu/addconditional", {"button": button, "matchrule": {"tag_id": tag}})
    call("menu/get")
    call("menu/trymatch", {"user_id": carol})
    call("get_current_selfmenu_info")
    call("user/get")
    call("user/info", openid=carol)
    call("user/info/batchget", {"user_list": [{"openid": carol}]})
    call("openapi/quota/get", {"cgi_path": "/cgi-bin/menu/get"})
    made = call("template/api_add_template", {"template_id_short": "TM1", "keyword_name_list": ["单号"]})
    call("template/get_all_private_template")
    sent = {"touser": carol, "template_id": made["template_id"], "data": {"thing1": {"value": "x"}}}
    call("message/template/send", sent)
    url = f"{sandbox.base}/connect/oauth2/authorize?appid={APP_ID}&redirect_uri={sandbox.base}&response_type=code"
    where = sandbox.control(
        f"people/{carol}/authorize", url=f"{url}&scope=snsapi_userinfo&state=1", snapshot=True
    )
    code = re.findall(r"code=([^&]+)", where["location"])[0]

    def sns(path, **query):
        found[f"/sns/{path}"] = requests.get(f"{sandbox.base}/sns/{path}", params=query, timeout=20).json()
        return found[f"/sns/{path}"]

    query = {"appid": APP_ID, "secret": "s3cret", "code": code, "grant_type": "authorization_code"}
    held = sns("oauth2/access_token", **query)
    sns("userinfo", access_token=held["access_token"], openid=held["openid"])
    wish = {"appid": APP_ID, "grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    sns("oauth2/refresh_token", **wish)
    return found


def test_answers_carry_wechats_names(answers):
    assert SAMPLES["answers"].keys() <= answers.keys()
    for path, names in SAMPLES["answers"].items():
        assert path in CALLS
        ours, theirs = set(answers[path]) | OLD, set(names) | OLD
        optional = {"errcode", "errmsg"}
        assert theirs - ours - optional == set(), f"{path} lacks names: {answers[path]}"
        assert ours - theirs - optional == set(), f"{path} has names of its own: {answers[path]}"
