"""Starting, remembering, the clock, the stream of changes."""

import json
import re
import threading

import pytest
import requests

from bot.sandbox import ConfigError, create_app, serve
from bot.sandbox.config import from_environment

ENVIRON = {
    "WECHAT_APP_ID": "wx1",
    "WECHAT_APP_SECRET": "s",
    "WECHAT_TOKEN": "t",
    "WECHAT_AES_KEY": "a" * 43,
    "WECHAT_API_BASE": "http://127.0.0.1:8090",
}


def test_the_environment_is_read(tmp_path):
    products = '[{"sku": "A", "title": "茶", "kind": "实物", "price": 645}]'
    config = from_environment(
        {
            **ENVIRON,
            "ORDER_WEBHOOK_SECRET": "whsec_a,whsec_b",
            "DATA_DIR": str(tmp_path),
            "SANDBOX_PRODUCTS": products,
        }
    )
    assert config.listen == ("127.0.0.1", 8090)
    assert (config.order_secret, config.data_dir, config.products[0].kind) == ("whsec_a", tmp_path, "goods")


@pytest.mark.parametrize(
    "base", ["https://api.weixin.qq.com", "http://10.0.0.5:80", "http://127.evil.example"]
)
def test_only_a_loopback_address_is_played_on(base):
    with pytest.raises(ConfigError, match="loopback"):
        from_environment({**ENVIRON, "WECHAT_API_BASE": base})


@pytest.mark.parametrize(
    "change",
    [
        {"WECHAT_TOKEN": ""},
        {"WECHAT_AES_KEY": "short"},
        {"SANDBOX_PRODUCTS": '{"sku": 1}'},
        {"SANDBOX_TEMPLATES": "T1,T2"},
    ],
)
def test_wrong_settings_are_named(change):
    with pytest.raises(ConfigError, match=next(iter(change))):
        from_environment({**ENVIRON, **change})


def test_chats_pictures_and_orders_survive_a_restart(tmp_path, bot_url, make_config):
    def start():
        return serve(create_app(make_config(bot_url, data_dir=tmp_path), clock=lambda: 1.8e9))

    base, shutdown = start()
    api = base + "/sandbox/api"
    carol = requests.post(f"{api}/people", json={"name": "carol"}, timeout=20).json()["openid"]
    requests.post(f"{api}/people/{carol}/follow", json={}, timeout=20)
    png = b"\x89PNG\r\n\x1a\nx"
    requests.post(f"{api}/people/{carol}/image", files={"image": ("a.png", png)}, timeout=20)
    requests.post(f"{api}/shop/orders", json={"buyer": carol, "lines": [{"sku": "SKU1"}]}, timeout=20)

    def state():
        known = requests.get(f"{api}/state", timeout=20).json()
        return {name: known[name] for name in ("people", "last", "orders", "codes")}

    before = state()
    shutdown()
    assert not list(tmp_path.glob("*.new"))
    base, shutdown = start()
    api = base + "/sandbox/api"
    assert state() == before
    assert before["people"][0]["quota"]["left"] == 8
    picture = requests.get(f"{api}/people/{carol}/chat", timeout=20).json()["messages"][-1]["media"]
    assert requests.get(f"{base}/sandbox/media/{picture}", timeout=20).content == png
    shutdown()


def test_an_unreadable_file_is_put_aside(tmp_path, bot_url, make_config):
    (tmp_path / "sandbox.json").write_text("{half")
    client = create_app(make_config(bot_url, data_dir=tmp_path), clock=lambda: 1e9).test_client()
    assert client.get("/sandbox/api/people").get_json() == {"people": []}
    assert (tmp_path / "sandbox.unreadable.json").read_text() == "{half"


def test_the_clock_follows_the_bots(bot, bot_url, make_config):
    client = create_app(make_config(bot_url)).test_client()
    assert client.get("/sandbox/api/clock").get_json()["connected"] is True
    moved = client.post("/sandbox/api/clock", json={"add_ms": 8 * 86_400_000}).get_json()
    assert moved["offset_ms"] == bot.offset_ms == 8 * 86_400_000
    before = moved["epoch"]
    far = client.post("/sandbox/api/clock", json={"to": "2040-01-01T00:00:00+08:00"}).get_json()
    assert far["now"].startswith("2040-01-01T00:00:0")
    assert far["epoch"] > before


def test_without_the_bot_the_clock_shows_real_time_and_says_so(make_config):
    client = create_app(make_config("http://127.0.0.1:9")).test_client()
    clock = client.get("/sandbox/api/clock").get_json()
    assert (clock["offset_ms"], clock["connected"]) == (0, False)
    assert client.post("/sandbox/api/clock", json={"add_ms": 1}).status_code == 409


def test_changes_are_streamed(sandbox):
    seen = []
    ready = threading.Event()

    def listen():
        with requests.get(f"{sandbox.base}/sandbox/api/events", stream=True, timeout=20) as stream:
            for line in stream.iter_lines(decode_unicode=True):
                if line.startswith(":"):
                    ready.set()
                if line.startswith("data: "):
                    seen.append(json.loads(line[6:]))
                if any(event["kind"] == "message" and event["message"]["from"] == "me" for event in seen):
                    return

    thread = threading.Thread(target=listen)
    thread.start()
    assert ready.wait(20)
    carol = sandbox.person()
    sandbox.control(f"people/{carol}/text", content="hi")
    thread.join(20)
    assert {"person", "message", "log"} <= {event["kind"] for event in seen}


def test_a_chat_can_be_waited_for(sandbox):
    carol = sandbox.person()
    last = sandbox.chat(carol)[-1]["id"]
    assert sandbox.get(f"people/{carol}/chat?after={last}&wait=0.05")["messages"] == []
    timer = threading.Timer(0.1, lambda: sandbox.say(carol, "来了"))
    timer.start()
    assert sandbox.get(f"people/{carol}/chat?after={last}&wait=20")["messages"][0]["text"] == "来了"
    timer.join()


def test_a_reset_leaves_nobody(sandbox):
    sandbox.control(f"people/{sandbox.person()}/text", content="hi")
    token = sandbox.token()
    sandbox.control("reset")
    assert sandbox.get("people") == {"people": []}
    assert sandbox.call("tags/get", token=token)["errcode"] == 40001


def test_people_need_a_name_and_must_exist(sandbox):
    assert sandbox.ask("people", name=" ").status_code == 409
    assert sandbox.ask("people/oNobody/text", content="hi").status_code == 404
    carol = sandbox.person()
    assert sandbox.ask(f"people/{carol}/text", content="  ").status_code == 409
    assert sandbox.ask("people", name="x", openid=carol).status_code == 409


def test_a_call_by_hand_is_understood_or_told_what_is_wrong(sandbox):
    api = f"{sandbox.base}/sandbox/api"
    made = requests.post(f"{api}/people", data='{"name": "王小明"}'.encode(), timeout=5)
    assert '"name":"王小明"' in made.text, "JSON is known without its Content-Type, and Chinese can be read"
    assert requests.post(f"{api}/people", data={"name": "form"}, timeout=5).json()["name"] == "form"
    for body, status in (("{oops", 400), ('{"name": "x"', 400), (r'{"name": "\ud800"}', 400)):
        wrong = requests.post(f"{api}/people", data=body, timeout=5)
        assert (wrong.status_code, wrong.json()) == (status, {"error": "请求体要是一个 JSON 对象"})
    listed = requests.post(f"{api}/people", json=["x"], timeout=5)
    assert (listed.status_code, listed.json()) == (400, {"error": "请求体要是一个 JSON 对象"})
    for answer, status in (
        (requests.get(f"{api}/nothing", timeout=5), 404),
        (requests.get(f"{api}/reset", timeout=5), 405),
    ):
        assert answer.status_code == status
        assert answer.json()["error"].startswith("没有这个接口：GET /sandbox/api/")
    assert requests.get(f"{sandbox.base}/nothing", timeout=5).status_code == 404


def test_another_site_may_not_play_with_these_people(sandbox):
    url = f"{sandbox.base}/sandbox/api/reset"
    assert requests.post(url, headers={"Origin": "https://evil.example"}, timeout=20).status_code == 403
    assert requests.post(url, headers={"Origin": sandbox.base}, timeout=20).status_code == 200


def test_the_page_and_its_files_come_from_here_alone(sandbox):
    page = requests.get(sandbox.base + "/", timeout=20)
    assert page.status_code == 200
    names = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert names
    for name in names:
        assert requests.get(sandbox.base + name, timeout=20).status_code == 200
