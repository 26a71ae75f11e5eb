"""Calls with something odd in one place: each is answered in WeChat's way, and what was kept can still be read."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox.app import create_app
from bot.sandbox.calls import CALLS
from tests.sandbox.conftest import APP_ID, START, settings

ODD = (None, True, -1, 2**70, 1.5, "", "x" * 3000, "\ud800", "²", [], {}, [None], [{}])
BUTTONS = [
    {"name": "甲", "type": "click", "key": "K"},
    {"name": "乙", "sub_button": [{"type": "view", "name": "丙", "url": "https://a.example"}]},
]
TEXT = {"touser": "oC", "msgtype": "text", "text": {"content": "a"}}
MENU = {
    "touser": "oC",
    "msgtype": "msgmenu",
    "msgmenu": {"head_content": "h", "list": [{"id": "1", "content": "a"}]},
}
NEWS = {"touser": "oC", "msgtype": "news", "news": {"articles": [{"title": "a", "url": "b"}]}}
TEMPLATE = {"touser": "oC", "template_id": "T1", "client_msg_id": "x", "data": {"thing1": {"value": "a"}}}
CALLED = (
    ("stable_token", {"grant_type": "client_credential", "appid": APP_ID, "secret": "s3cret"}),
    ("clear_quota/v2", {"appid": APP_ID, "appsecret": "s3cret"}),
    ("openapi/quota/get", {"cgi_path": "/cgi-bin/menu/get"}),
    ("qrcode/create", {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "a"}}}),
    ("qrcode/create", {"action_name": "QR_SCENE", "expire_seconds": 9, "action_info": {"scene": {"scene_id": 1}}}),
    ("message/custom/send", TEXT),
    ("message/custom/send", MENU),
    ("message/custom/send", NEWS),
    ("message/template/send", TEMPLATE),
    ("template/api_add_template", {"template_id_short": "a", "keyword_name_list": ["a"]}),
    ("menu/create", {"button": BUTTONS}),
    ("menu/addconditional", {"button": BUTTONS, "matchrule": {"tag_id": 100}}),
    ("menu/delconditional", {"menuid": "1"}),
    ("menu/trymatch", {"user_id": "oC"}),
    ("tags/create", {"tag": {"name": "丁"}}),
    ("tags/update", {"tag": {"id": 100, "name": "戊"}}),
    ("tags/members/batchtagging", {"openid_list": ["oC"], "tagid": 100}),
    ("user/tag/get", {"tagid": 100, "next_openid": ""}),
    ("user/info/batchget", {"user_list": [{"openid": "oC"}]}),
    ("user/info/updateremark", {"openid": "oC", "remark": "a"}),
)  # fmt: skip
READ = ("menu/get", "get_current_selfmenu_info", "tags/get", "template/get_all_private_template", "user/get")


@pytest.fixture(scope="module")
def wechat() -> Any:
    """A sandbox without a network: a function of path, body and query."""
    app = create_app(settings(""), clock=lambda: START, transport=lambda *_: (200, b""))
    client = app.test_client()
    client.post("/sandbox/api/people", json={"name": "carol", "openid": "oC"})
    client.post("/sandbox/api/people/oC/follow", json={})
    token = client.post("/cgi-bin/stable_token", json=CALLED[0][1]).json["access_token"]

    def call(path: str, body: Any = None) -> Any:
        where = f"/cgi-bin/{path}?access_token={token}"
        # As UTF-8: WeChat makes no menu of JSON with escapes in it.
        sent = json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")
        return client.get(where) if body is None else client.post(where, data=sent)

    call("tags/create", {"tag": {"name": "推广员"}})
    call("menu/create", {"button": BUTTONS})
    return call


def odd(whole: Any) -> Iterator[Any]:
    """The body with each odd value in each of its places."""
    for where in places(whole):
        for value in ODD:
            changed = [copy.deepcopy(whole)]
            inner: Any = changed
            for step in (0, *where[:-1]) if where else ():
                inner = inner[step]
            inner[where[-1] if where else 0] = value
            yield changed[0]


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a JSON value."""
    yield here
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*here, key))


@pytest.mark.parametrize(("path", "body"), CALLED)
def test_an_odd_value_is_answered_in_json_and_breaks_nothing(wechat: Any, path: str, body: Any) -> None:
    assert f"/cgi-bin/{path}" in CALLS
    for sent in odd(body):
        answer = wechat(path, sent)
        assert (answer.status_code, type(answer.json)) == (200, dict), (path, sent)
    for read in READ:
        assert wechat(read).json.get("errcode", 0) == 0, (path, read)


def test_a_path_that_is_not_there_is_told_as_wechat_tells_it(sandbox: Any) -> None:
    for answer in (sandbox.call("message/mass/send", {"touser": []}), sandbox.call("freepublish/get")):
        assert (answer["errcode"], answer["errmsg"][:12]) == (40066, "invalid url ")
    assert sandbox.get("log?kind=api")["log"][0]["title"] == "/cgi-bin/freepublish/get"
