"""Links passed on in WeChat: who opens one counts like who scans, and nobody counts who saw nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.doors.states import LIFE, States
from tests.stories.world import World

HOME = "http://127.0.0.1:1"
SHOP = "https://shop.example.com/p/?ref={code}&item={sku}"
WECHAT = {"User-Agent": "Mozilla/5.0 (iPhone) Mobile/15E148 MicroMessenger/8.0.50"}


def visits(world: World) -> int:
    return world.house.operator().reports.overview().today.visits


def plain(page: Any) -> str:
    """What a person reads on a page."""
    html = page["html"] if isinstance(page, dict) else page.text
    body = re.sub(r"<(style|script).*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_a_link_in_wechat_counts_and_goes_on_to_the_shop(world: World) -> None:
    bob, carol = world.joins("bob"), world.follower("carol")
    link = f"{HOME}/r/{world.code('bob')}"
    assert link in bob.says("推广链接")
    assert f"{link}/SKU2" in bob.says("推广商品 SKU2")
    page = carol.opens(f"{link}/SKU2")
    assert page["url"] == SHOP.format(code=world.code("bob"), sku="SKU2")
    assert carol.openid not in page["url"]
    world.work()
    assert "bob 向你推荐了青禾小店" in carol.told()
    assert "bob" in carol.says("我的推荐人")
    assert "不算 bob 推荐的" in carol.says("不是")

    stranger = world.person("dave")
    assert stranger.opens(link)["url"] == SHOP.format(code=world.code("bob"), sku="")
    stranger.follows()
    world.buys("dave", {"sku": "SKU1"})
    assert "1." in bob.says("我的客户")

    before = visits(world)
    own = bob.opens(link)
    assert "这是你自己的推广链接" in plain(own)
    shown = plain(carol.opens(link, snapshot=True))
    assert "使用完整服务" in shown
    assert visits(world) == before
    world.freezes("bob")
    frozen = carol.opens(link)
    assert "暂时不可用" in plain(frozen)
    assert SHOP.format(code="", sku="").replace("&", "&amp;") in frozen["html"]
    assert visits(world) == before


def test_outside_wechat_the_page_shows_a_code_that_a_worker_drew(world: World) -> None:
    carol = world.person("carol")
    world.joins("bob")
    code, browser = world.code("bob"), world.app.test_client()
    first = browser.get(f"/r/{code}")
    assert first.status_code == 200
    assert "二维码正在生成" in plain(first)
    world.work()
    ready = browser.get(f"/r/{code}")
    name = re.findall(r'<img src="(/pictures/[0-9a-f]{64}\.png)"', ready.text)[0]
    picture = browser.get(name)
    assert picture.data.startswith(b"\x89PNG")
    assert "immutable" in picture.headers["Cache-Control"]
    assert visits(world) == 0
    assert "bob 向你推荐了青禾小店" in carol.scans(f"p:{code}")
    for path in ("/r/ZZZZZZ", "/r/..%2f..", "/i/x", "/m/ABCDEFGH23", "/pictures/../x", "/pictures/x.png"):
        answer = browser.get(path)
        assert answer.status_code in (200, 404), path
        assert "Traceback" not in answer.text


def test_what_a_cheat_tries_with_the_state(world: World) -> None:
    mallory = world.follower("mallory")
    world.joins("bob")
    path, browser = f"/r/{world.code('bob')}", world.app.test_client()
    away = browser.get(path, headers=WECHAT)
    query = parse_qs(urlsplit(away.headers["Location"]).query)
    assert (query["redirect_uri"], query["scope"]) == ([f"{HOME}{path}"], ["snsapi_base"])
    back = mallory_is_sent_back(world, mallory.openid, away.headers["Location"])
    before = visits(world)

    forged = browser.get(f"{path}?code=x&state={'0' * 64}", headers=WECHAT)
    assert (forged.status_code, "不完整" in plain(forged)) == (400, True)
    elsewhere = browser.get(f"/i/{world.code('bob')}?{urlsplit(back).query}", headers=WECHAT)
    assert elsewhere.status_code == 400
    states = States(world.house.engine.store.cipher)
    old = states.make(path, datetime.fromtimestamp(datetime.now(UTC).timestamp() - LIFE - 1, UTC))
    assert browser.get(f"{path}?code=x&state={old}", headers=WECHAT).headers["Location"] == path
    fresh = states.make(path, datetime.now(UTC))
    assert "再点一次" in plain(browser.get(f"{path}?code=nonsense&state={fresh}", headers=WECHAT))
    framed = browser.get(path, headers={**WECHAT, "Sec-Fetch-Dest": "iframe"})
    assert framed.status_code == 200
    assert browser.head(path, headers=WECHAT).status_code == 200
    assert visits(world) == before

    counted = browser.get(back.removeprefix(HOME), headers=WECHAT)
    assert counted.headers["Location"].startswith("https://shop.example.com/")
    assert counted.headers["Referrer-Policy"] == "no-referrer"
    assert visits(world) == before + 1
    again = browser.get(back.removeprefix(HOME), headers=WECHAT)
    assert again.headers["Location"] == path
    assert visits(world) == before + 1
    for sku in ("//evil.example", "https:%2F%2Fevil.example", "SKU1%0d%0aSet-Cookie:x", "..%2F..%2Fx"):
        away = browser.get(f"{path}/{sku}", headers=WECHAT)
        if away.status_code == 302:
            assert urlsplit(away.headers["Location"]).path.endswith(("/connect/oauth2/authorize", path))
            assert "\r" not in away.headers["Location"]


def test_the_merchants_own_invitation_and_a_promoters(world: World) -> None:
    boss = world.person("老板")
    bob, carol, dave = world.joins("bob"), world.person("carol"), world.person("dave")
    page = carol.opens(f"{HOME}/i/{world.code('bob')}")
    assert "bob 邀请你一起做推广员" in plain(page)
    assert "免费加入，无需购买任何商品" in plain(page)
    signed = dict(re.findall(r'"(appId|nonceStr|signature)": "([^"]+)"', page["html"]))
    stamp = int(re.findall(r'"timestamp": (\d+)', page["html"])[0])
    checked = world.post(f"people/{carol.openid}/jssdk", url=page["url"], timestamp=stamp, **signed)
    assert checked["ok"], checked
    assert f'"link": "{HOME}/i/{world.code("bob")}"' in page["html"]
    assert "这是你自己的邀请链接" in plain(bob.opens(f"{HOME}/i/{world.code('bob')}"))
    boss.says("分组 加 门店员工")
    boss.says("设置 招募 关")
    assert "邀请做好了" in boss.says("邀请成员 门店员工")
    link = re.findall(r"http\S+/m/\w+", boss.raw())[0]
    assert "加入「门店员工」" in plain(dave.opens(link))
    boss.says("邀请成员")
    boss.taps("进「门店员工」")
    before = len(boss.pictures())
    assert "正在制作邀请海报" in boss.taps("拿海报")
    world.work()
    assert len(boss.pictures()) == before + 1
    erin = world.person("erin")
    assert "邀请你做推广员，通过后加入「门店员工」" in erin.scans_picture(boss.pictures()[-1]["media"])
    dave.follows()
    world.applies(dave)
    boss.says("推广员审核")
    assert "商家邀请：门店员工" in boss.taps("dave")
    boss.taps("通过")
    world.work()
    assert "1" in boss.says("分组 门店员工")


def mallory_is_sent_back(world: World, openid: str, address: str) -> str:
    """Where WeChat's authorize page sends this person's browser."""
    return str(world.post(f"people/{openid}/authorize", url=address)["location"])
