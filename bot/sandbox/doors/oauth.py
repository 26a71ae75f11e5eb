"""The authorize page (open.weixin.qq.com): asked from an ordinary browser it wants to know who is holding the phone."""

import html

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bot.sandbox.oauth import AUTHORIZE, AuthorizeRefused
from bot.sandbox.stage import Stage

PERSON = "sandbox_person"
PAGE = (
    "<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>微信</title><style>body{{font:16px/1.7 sans-serif;max-width:420px;margin:12vh auto;padding:0 24px}}"
    "a{{display:block;padding:10px 14px;margin:8px 0;border:1px solid #e3e3e3;border-radius:8px;color:#191919;"
    "text-decoration:none}}small{{color:#8a8a8a}}</style>{body}</html>"
)


def blueprint(stage: Stage) -> Blueprint:
    """`/connect/oauth2/authorize`, in the sandbox's place for open.weixin.qq.com."""
    door = Blueprint("authorize", __name__)

    def authorize() -> AnyResponse:
        query = dict(request.args)
        openid, snapshot = query.pop(PERSON, ""), query.pop("sandbox_snapshot", "") == "1"
        person = stage.world.people.get(openid)
        try:
            if person is not None:
                return redirect(stage.oauth.authorize(person, query, snapshot))
            stage.oauth.checked(query)
        except AuthorizeRefused as refused:
            return Response(PAGE.format(body=f"<h3>微信</h3><p>{html.escape(str(refused))}</p>"))
        return Response(PAGE.format(body=_choice(stage)))

    door.add_url_rule(AUTHORIZE, "authorize", authorize)
    return door


def _choice(stage: Stage) -> str:
    """WeChat says 请在微信客户端打开链接 here; the sandbox lets you say who you are."""
    address = request.full_path
    people = "".join(
        f'<a href="{html.escape(f"{address}&{PERSON}={person.openid}")}">{html.escape(person.name)}</a>'
        for person in stage.world.people.values()
    )
    hint = "<small>微信在这里会说：请在微信客户端打开链接。沙盒让你选一个人继续。</small>"
    return f"<h3>以谁的身份打开？</h3>{people}{hint}"
