"""What WeChat's error codes mean, and what is to be done about each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

# The codes and their words: https://developers.weixin.qq.com/doc/service/guide/dev/errcode.html
# and, for each call, the page of that call.


class Todo(Enum):
    """What helps after a refusal."""

    AGAIN = "again"
    """Try the same later: WeChat is busy or a quota is used up for now."""
    TOKEN = "token"  # noqa: S105  the name of a remedy
    """Get a fresh access_token; the client has done so once already."""
    WAIT = "wait"
    """Nothing more may be sent to this person until he is in contact again."""
    UPLOAD = "upload"
    """The picture is gone at WeChat: upload it again."""
    OPERATOR = "operator"
    """A setting of the account or the server must be changed; trying again then helps."""
    DROP = "drop"
    """This call can never succeed."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """An error code in WeChat's words, and the remedy."""

    words: str
    todo: Todo

    @property
    def permanent(self) -> bool:
        """Whether the very same call can never succeed, however long one waits."""
        return self.todo in (Todo.DROP, Todo.UPLOAD)


def _table(todo: Todo, words: Mapping[int, str]) -> dict[int, Meaning]:
    return {code: Meaning(text, todo) for code, text in words.items()}


ERRORS: Mapping[int, Meaning] = {
    **_table(
        Todo.AGAIN,
        {
            -1: "系统繁忙，请稍候再试",
            45009: "接口调用超过限制（当日或当分钟）",
            45011: "API 调用太频繁，请稍候再试",
            45066: "相同 clientmsgid 重试速度过快，请间隔1分钟重试",
            61450: "系统错误",
            9001002: "远端服务不可用",
        },
    ),
    **_table(
        Todo.TOKEN,
        {
            40001: "AppSecret 错误，或者 access_token 无效或不是最新",
            40014: "不合法的 access_token",
            41001: "缺少 access_token 参数",
            42001: "access_token 超时",
            42007: "用户修改微信密码，access_token 失效",
        },
    ),
    **_table(
        Todo.WAIT,
        {
            43004: "需要接收者关注",
            48002: "粉丝拒收消息",
            50005: "用户未关注公众号",
            45015: "回复时间超过限制（客服窗口已过，或已取消关注）",
            45047: "客服接口下行条数超过上限",
            43101: "用户未订阅该消息",
        },
    ),
    **_table(
        Todo.UPLOAD,
        {
            40007: "不合法的媒体文件 id（临时素材三天后失效）",
            46001: "不存在媒体数据",
        },
    ),
    **_table(
        Todo.OPERATOR,
        {
            40013: "不合法的 AppID",
            40125: "不合法的 AppSecret",
            40164: "服务器 IP 不在公众号后台的白名单中",
            40243: "AppSecret 已被冻结，请在公众号后台解冻",
            41002: "缺少 appid 参数",
            41004: "缺少 secret 参数",
            45029: "带参数二维码数量超过限制",
            48001: "api 功能未授权：该公众号没有此接口的权限（需认证服务号）",
            48004: "api 接口被封禁，请登录 mp.weixin.qq.com 查看详情",
            48006: "api 禁止清零调用次数，因为清零次数达到上限",
            48008: "没有该类型消息的发送权限",
            50001: "用户未授权该 api",
            50002: "用户受限，可能是违规后接口被封禁",
            50004: "禁止使用 token 接口",
            50007: "公众号已冻结",
            61024: "该公众号不能使用此接口",
            65306: "不支持个性化菜单的帐号",
            65309: "个性化菜单开关处于关闭状态",
            89503: "此 IP 调用需要管理员确认，请联系管理员",
            89506: "24 小时内该 IP 被管理员拒绝调用两次",
            89507: "1 小时内该 IP 被管理员拒绝调用一次",
            40200: "不合法的帐号类型（测试号或未认证）",
            40037: "不合法的模板 id",
        },
    ),
    **_table(
        Todo.DROP,
        {
            40003: "不合法的 OpenID，或属于其他公众号",
            40004: "不合法的媒体文件类型",
            40005: "不合法的文件类型",
            40006: "不合法的文件大小",
            40008: "不合法的消息类型",
            40009: "不合法的图片文件大小",
            40015: "不合法的菜单类型",
            40016: "不合法的按钮个数",
            40017: "不合法的按钮类型",
            40018: "不合法的按钮名字长度",
            40019: "不合法的按钮 KEY 长度",
            40020: "不合法的按钮 URL 长度",
            40023: "不合法的子菜单按钮个数",
            40024: "不合法的子菜单按钮类型",
            40025: "不合法的子菜单按钮名字长度",
            40026: "不合法的子菜单按钮 KEY 长度",
            40027: "不合法的子菜单按钮 URL 长度",
            40029: "不合法的 oauth_code",
            42003: "oauth_code 超时",
            40033: "不合法的请求字符，不能包含 \\uxxxx 格式的字符",
            40035: "不合法的参数",
            40050: "不合法的分组 id",
            40052: "不合法的二维码类型（action_name）",
            40053: "不合法的二维码参数（action_info，场景值超过 64 字节）",
            40118: "media_id 大小不合法",
            40119: "button 类型错误",
            40120: "button 类型错误",
            40121: "不合法的 media_id 类型",
            40137: "不支持的图片格式",
            40163: "oauth_code 已使用",
            41005: "缺少多媒体文件数据",
            41006: "缺少 media_id 参数",
            41009: "缺少 openid",
            43019: "需要将接收者从黑名单中移除",
            44001: "多媒体文件为空",
            44002: "POST 的数据包为空",
            44004: "文本消息内容为空",
            45001: "多媒体文件大小超过限制",
            45002: "消息内容超过限制",
            45008: "图文消息超过限制",
            45010: "创建菜单个数超过限制",
            45056: "标签数超过 100 个",
            45059: "该粉丝的标签数超过 20 个",
            45065: "相同 clientmsgid 已发送过",
            45067: "clientmsgid 长度超过限制",
            45157: "标签名已存在",
            45158: "标签名长度超过 30 个字节",
            45159: "非法的 tag_id",
            46003: "不存在的菜单数据",
            46004: "不存在的用户",
            47001: "解析 JSON/XML 内容错误",
            47003: "模板参数不合法（长度或格式）",
            65301: "不存在此 menuid 对应的个性化菜单",
            65303: "没有默认菜单，不能创建个性化菜单",
            65304: "MatchRule 信息为空",
            65305: "个性化菜单数量受限",
            65316: "菜单外跳的域名超过 3 个",
            65317: "不合法的 URL",
            65320: "个性化菜单只能按标签匹配",
        },
    ),
}

UNKNOWN = Meaning("未知错误", Todo.AGAIN)
"""A code that we have not met: tried again, a limited number of times."""

BAD_TOKEN = frozenset({40001, 40014, 42001})
BUSY = -1
NO_MENU = 46003
CODES_USED_UP = 45029
TAG_EXISTS = 45157


class WeChatError(Exception):
    """A call to WeChat that brought nothing."""


class WeChatRefused(WeChatError):
    """WeChat answered, with an error code."""

    def __init__(self, errcode: int, errmsg: str, permanent: bool, rid: str = "") -> None:
        super().__init__(errcode, errmsg, permanent, rid)
        self.errcode = errcode
        self.errmsg = errmsg
        self.permanent = permanent
        self.rid = rid

    def __str__(self) -> str:
        return f"errcode={self.errcode} errmsg={self.errmsg!r}"

    @property
    def todo(self) -> Todo:
        """What helps."""
        return meaning(self.errcode).todo


class WeChatUnreachable(WeChatError):
    """No answer, a 5xx, or something that is no JSON: nobody knows whether the call had its effect."""


def meaning(errcode: int) -> Meaning:
    """What the code means."""
    return ERRORS.get(errcode, UNKNOWN)


def refused(errcode: int, errmsg: str) -> WeChatRefused:
    """The exception for an error code, with the words of WeChat made safe to log."""
    found = _RID.search(errmsg)
    return WeChatRefused(errcode, scrub(errmsg), meaning(errcode).permanent, found.group(1) if found else "")


def scrub(text: str) -> str:
    """The text with every token and secret blotted out, also those inside an address or a JSON body."""
    return _SECRET.sub(r"\1***", text)


_RID = re.compile(r"rid: ?([\w-]+)")
_SECRET = re.compile(
    r"""((?:access_token|secret|appsecret|refresh_token|ticket)["']?\s*[=:]\s*["']?)[^&\s"',}]+""", re.I
)
