"""WeChat's API calls by their real paths, each a function of the stage and the call's fields."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from bot.sandbox.calls import account, codes, media, menus, messages, oauth, tags, templates, users
from bot.sandbox.stage import Stage

Handler = Callable[[Stage, dict[str, Any]], dict[str, Any] | Response]


@dataclass(frozen=True)
class Call:
    """One path: its methods, whether it needs a token, and what it does."""

    methods: tuple[str, ...]
    handler: Handler
    token: bool = True


GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")

CALLS: dict[str, Call] = {
    "/cgi-bin/token": Call(BOTH, account.token, token=False),
    "/cgi-bin/stable_token": Call(POST, account.stable_token, token=False),
    "/cgi-bin/clear_quota": Call(POST, account.clear_quota),
    "/cgi-bin/clear_quota/v2": Call(POST, account.clear_quota_by_secret, token=False),
    "/cgi-bin/openapi/quota/get": Call(POST, account.quota),
    "/cgi-bin/getcallbackip": Call(GET, account.callback_ip),
    "/cgi-bin/get_api_domain_ip": Call(GET, account.callback_ip),
    "/cgi-bin/ticket/getticket": Call(GET, account.ticket),
    "/sns/oauth2/access_token": Call(BOTH, oauth.access_token, token=False),
    "/sns/oauth2/refresh_token": Call(BOTH, oauth.refresh_token, token=False),
    "/sns/userinfo": Call(BOTH, oauth.userinfo, token=False),
    "/sns/auth": Call(BOTH, oauth.check, token=False),
    "/cgi-bin/qrcode/create": Call(POST, codes.create),
    "/cgi-bin/showqrcode": Call(GET, codes.show, token=False),
    "/cgi-bin/media/upload": Call(POST, media.upload),
    "/cgi-bin/media/get": Call(GET, media.fetch),
    "/cgi-bin/message/custom/send": Call(POST, messages.send),
    "/cgi-bin/message/custom/typing": Call(POST, messages.typing),
    "/cgi-bin/message/template/send": Call(POST, messages.send_template),
    "/cgi-bin/template/get_all_private_template": Call(GET, templates.all_of_them),
    "/cgi-bin/template/api_add_template": Call(POST, templates.add),
    "/cgi-bin/template/del_private_template": Call(POST, templates.delete),
    "/cgi-bin/menu/create": Call(POST, menus.create),
    "/cgi-bin/menu/get": Call(GET, menus.get),
    "/cgi-bin/menu/delete": Call(GET, menus.delete),
    "/cgi-bin/menu/addconditional": Call(POST, menus.add_conditional),
    "/cgi-bin/menu/delconditional": Call(POST, menus.delete_conditional),
    "/cgi-bin/menu/trymatch": Call(POST, menus.try_match),
    "/cgi-bin/get_current_selfmenu_info": Call(GET, menus.current),
    "/cgi-bin/tags/create": Call(POST, tags.create),
    "/cgi-bin/tags/get": Call(GET, tags.get),
    "/cgi-bin/tags/update": Call(POST, tags.update),
    "/cgi-bin/tags/delete": Call(POST, tags.delete),
    "/cgi-bin/tags/members/batchtagging": Call(POST, tags.tag_people),
    "/cgi-bin/tags/members/batchuntagging": Call(POST, tags.untag_people),
    "/cgi-bin/tags/getidlist": Call(POST, tags.of_person),
    "/cgi-bin/user/tag/get": Call(POST, tags.people_of),
    "/cgi-bin/user/info": Call(GET, users.info),
    "/cgi-bin/user/info/batchget": Call(POST, users.info_of_many),
    "/cgi-bin/user/info/updateremark": Call(POST, users.update_remark),
    "/cgi-bin/user/get": Call(GET, users.followers),
}
