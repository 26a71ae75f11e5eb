"""The control API: play the people, see the chats, bend the weather. JSON under /sandbox/api.

People
  GET  people                       → {people: [person]}
  POST people {name, openid?, unionid?} → person
  POST people/<openid>/follow | unfollow
  POST people/<openid>/text {content}
  POST people/<openid>/tap {content, id}        a tapped blue line
  POST people/<openid>/click {key} | {url} | {name}   a menu entry; `name` is looked up in the person's menu
  POST people/<openid>/scan {scene | url | ticket | picture | picture_url}  picture: a media id or a message id,
                                    picture_url: one in a page; or a multipart file `picture`; really decoded
  POST people/<openid>/image        multipart file `image`
  POST people/<openid>/browse {url, method?, fields? [[name, value]], snapshot?}  open a link in WeChat's browser as
                                    this person: → {url, kind, status, title, html, text, hops}; OAuth is gone through
  POST people/<openid>/authorize {url, snapshot?}   only the authorize page: → {location}
  POST people/<openid>/jssdk {url, appId, timestamp, nonceStr, signature} → {ok, why}: wx.config as WeChat checks it
  GET  people/<openid>/chat?after=N&wait=S → {messages: [message]}; waits up to S seconds for the first one
  GET  people/<openid>/menu         → {button: […]}
  Every move takes `async` (answer at once), `deliveries` (send the same push k times) and `at_once`, and
  answers {messages: [what the chat gained], deliveries: [{status, ms, reply, problem}], problem, notice}.
  POST people/<openid>/refuse {on}  接收消息 off or on: templates end with failed:user block, the rest with 48002
  POST people/<openid>/authorization {event, revoked?}   user_info_modified | user_authorization_revoke | …_cancellation
  POST people/<openid>/staff {content}, staff/close       人工客服 answers, or ends the session
Other
  GET/POST quotas {path, limit} | {permanent_codes}   → {quotas: [{path, used, limit}], codes, clears}
  GET/POST menus {late}             whether phones pull a menu anew after five minutes only, as WeChat's do
  POST templates {template_id, title, content}   a template of the account: 申请人：{{thing1.DATA}}
  POST verify                       the address check of 服务器配置: → {ok, status, answer}
  POST push {openid, xml}           any XML, sealed and signed
  GET  codes                        QR codes of qrcode/create, newest first
  GET  log?limit&kind&after         pushes, API calls, shop events, newest first
  GET  events                       server-sent events: message, person, log, code, menu, order, clock, reset
  GET/POST clock {add_ms | to}      → {now, epoch, offset_ms, connected}
  GET/POST/DELETE faults {path, times, errcode?, errmsg?, hang?, half?, status?, ending?}   ending: of the next
                                    template messages, failed:user block | failed: system failed
  GET  state                        everything above at once; POST reset → an empty world
Errors are {error: a Chinese sentence} with 400, 404 or 409.
"""

import json
import secrets
import time
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import fields as fields_of
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from bot.sandbox import jssdk, menus, qrcodes, quotas, templates
from bot.sandbox.browser import Wish
from bot.sandbox.chats import shown
from bot.sandbox.clock import ClockError, beijing
from bot.sandbox.crypto import sign
from bot.sandbox.errors import TEXTS, ApiError, body
from bot.sandbox.faults import ENDINGS, Fault
from bot.sandbox.orders import Shop, ShopError
from bot.sandbox.phones import CannotDo, Done, Phones
from bot.sandbox.pushes import CALLBACK, Plan
from bot.sandbox.stage import Stage
from bot.sandbox.state import Person, QrCode, Template

LONGEST_WAIT = 30.0
UNREADABLE = "请求体要是一个 JSON 对象"


class NotFound(LookupError):
    """Nobody or nothing of that name."""


class Control:
    """The routes of the control API."""

    def __init__(self, stage: Stage, phones: Phones, shop: Shop) -> None:
        self._stage = stage
        self._phones = phones
        self._shop = shop

    def blueprint(self) -> Blueprint:
        """All routes under /sandbox/api."""
        door = Blueprint("control", __name__, url_prefix="/sandbox/api")
        door.add_url_rule("/people", "people", self.people, methods=["GET"])
        door.add_url_rule("/people", "add", self.add, methods=["POST"])
        door.add_url_rule("/people/<openid>/chat", "chat", self.chat, methods=["GET"])
        door.add_url_rule("/people/<openid>/menu", "menu", self.menu, methods=["GET"])
        for move in ("follow", "unfollow", "text", "tap", "click", "scan", "image"):
            door.add_url_rule(f"/people/<openid>/{move}", move, getattr(self, move), methods=["POST"])
        for move in ("browse", "authorize", "jssdk", "refuse", "authorization", "staff"):
            door.add_url_rule(f"/people/<openid>/{move}", move, getattr(self, move), methods=["POST"])
        door.add_url_rule("/people/<openid>/staff/close", "staff_close", self.staff_close, methods=["POST"])
        door.add_url_rule("/quotas", "quotas", self.quotas, methods=["GET", "POST"])
        door.add_url_rule("/menus", "menus", self.menus, methods=["GET", "POST"])
        door.add_url_rule("/templates", "templates", self.template, methods=["POST"])
        door.add_url_rule("/verify", "verify", self.verify, methods=["POST"])
        door.add_url_rule("/push", "push", self.push, methods=["POST"])
        door.add_url_rule("/codes", "codes", self.codes, methods=["GET"])
        door.add_url_rule("/log", "log", self.log, methods=["GET"])
        door.add_url_rule("/events", "events", self.events, methods=["GET"])
        door.add_url_rule("/clock", "clock", self.clock, methods=["GET", "POST"])
        door.add_url_rule("/faults", "faults", self.faults, methods=["GET", "POST", "DELETE"])
        door.add_url_rule("/state", "state", self.state, methods=["GET"])
        door.add_url_rule("/reset", "reset", self.reset, methods=["POST"])
        refuse_kindly(door)
        return door

    def people(self) -> Response:
        """Everybody."""
        with self._stage.lock:
            return jsonify(people=[self._stage.person_json(p) for p in self._stage.world.people.values()])

    def add(self) -> Response:
        """A new person."""
        wish = asked()
        person = self._phones.add(
            str(wish.get("name", "")), str(wish.get("openid", "")), str(wish.get("unionid", ""))
        )
        return jsonify(self._stage.person_json(person))

    def follow(self, openid: str) -> Response:
        """Follow by search."""
        person = self._person(openid)
        return self._answer(person.openid, self._phones.follow(person, plan()))

    def unfollow(self, openid: str) -> Response:
        """Stop following."""
        person = self._person(openid)
        return self._answer(person.openid, self._phones.unfollow(person, plan()))

    def text(self, openid: str) -> Response:
        """Write a text."""
        person = self._person(openid)
        return self._answer(openid, self._phones.text(person, str(asked().get("content", "")), plan()))

    def tap(self, openid: str) -> Response:
        """Tap a blue line."""
        person, wish = self._person(openid), asked()
        content, menu_id = str(wish.get("content", "")), str(wish.get("id", ""))
        return self._answer(openid, self._phones.text(person, content, plan(), menu_id))

    def click(self, openid: str) -> Response:
        """Press a menu entry by key, url or name."""
        person, wish = self._person(openid), asked()
        button: dict[str, Any] | None = wish
        if "key" not in wish and "url" not in wish:
            button = menus.find(self._phones.menu(person), str(wish.get("name", "")))
            if button is None:
                raise NotFound(f"菜单里没有「{wish.get('name', '')}」")
        return self._answer(openid, self._phones.press(person, button or {}, plan()))

    def scan(self, openid: str) -> Response:
        """Scan a code by scene, url, ticket or picture; an ordinary link is only told."""
        person, wish = self._person(openid), asked()
        text = self._read_picture(person, wish)
        if text is not None:
            wish = {"url": text}
        code = self._code(wish)
        if code is None:
            url = str(wish.get("url", ""))
            return jsonify(link=url, messages=[], deliveries=[], problem="", notice="这个二维码不是公众号的")
        return self._answer(openid, self._phones.scan(person, code, plan()), scene=code.scene)

    def image(self, openid: str) -> Response:
        """Send a picture."""
        person, file = self._person(openid), request.files.get("image")
        if file is None:
            raise CannotDo("没有选择图片")
        try:
            done = self._phones.image(person, file.filename or "picture", file.read(), plan())
        except ApiError as error:
            raise CannotDo(f"这张图片不能发送：{body(error.code)['errmsg']}") from error
        return self._answer(openid, done)

    def browse(self, openid: str) -> Response:
        """Open a link as this person."""
        wish = asked()
        fields = tuple((str(name), str(value)) for name, value in wish.get("fields") or [])
        person, started = self._person(openid), time.monotonic()
        page = self._stage.browser.open(
            person,
            Wish(
                str(wish.get("url", "")),
                str(wish.get("method") or "GET"),
                fields,
                wants("snapshot"),
                request.host_url.rstrip("/"),
            ),
        )
        ok = page.status < 400 and page.kind != "error"
        facts = {
            "openid": openid,
            "sent": page.hops,
            "status": page.status,
            "answer": page.title or page.text,
        }
        self._stage.journal.write("page", page.url, started, ok=ok, **facts)
        return jsonify(page.as_json())

    def authorize(self, openid: str) -> Response:
        """Where the authorize page sends this person."""
        query = dict(parse_qsl(urlsplit(str(asked().get("url", ""))).query, keep_blank_values=True))
        return jsonify(location=self._stage.oauth.authorize(self._person(openid), query, wants("snapshot")))

    def jssdk(self, openid: str) -> Response:
        """Check what wx.config was given, as WeChat does."""
        self._person(openid)
        why = jssdk.refusal(self._stage.config.app_id, self._stage.tokens.ticket("jsapi")[0], asked())
        return jsonify(ok=not why, why=why)

    def refuse(self, openid: str) -> Response:
        """Switch 接收消息 off (`on`: refuse) or on again."""
        person = self._person(openid)
        self._phones.refuse(person, wants("on"))
        return jsonify(self._stage.person_json(person))

    def authorization(self, openid: str) -> Response:
        """Change what the person had granted."""
        person, wish = self._person(openid), asked()
        event, revoked = str(wish.get("event", "")), str(wish.get("revoked") or "")
        return self._answer(openid, self._phones.change_authorization(person, event, revoked, plan()))

    def staff(self, openid: str) -> Response:
        """人工客服 answers."""
        person = self._person(openid)
        self._phones.staff_says(person, str(asked().get("content", "")))
        return jsonify(self._stage.person_json(person))

    def staff_close(self, openid: str) -> Response:
        """人工客服 ends the session."""
        person = self._person(openid)
        self._phones.staff_leaves(person)
        return jsonify(self._stage.person_json(person))

    def quotas(self) -> Response:
        """What is used today of each call; another limit makes the end of one come sooner."""
        stage = self._stage
        with stage.lock:
            if request.method == "POST":
                wish = asked()
                if quotas.CODES in wish:
                    stage.world.limits[quotas.CODES] = int(wish[quotas.CODES])
                else:
                    stage.world.limits[str(wish["path"])] = int(wish["limit"])
                stage.changed("quotas")
            return jsonify(quotas.shown(stage.world, stage.now()))

    def menus(self) -> Response:
        """Whether a changed menu is seen late."""
        if request.method == "POST":
            self._stage.world.late_menus = wants("late")
            self._stage.changed("menu")
        return jsonify(late=self._stage.world.late_menus)

    def template(self) -> Response:
        """Name a template of the account; from then on fields that it has must be there."""
        wish = asked()
        given = Template(str(wish["template_id"]), str(wish.get("title", "")), str(wish.get("content", "")))
        try:
            templates.add(self._stage, given)
        except ApiError as error:
            raise CannotDo(f"最多 {templates.MOST} 个模板") from error
        return jsonify(templates=[vars(one) for one in self._stage.world.templates.values()])

    def chat(self, openid: str) -> Response:
        """The chat as this person sees it."""
        self._person(openid)
        wait = min(float(request.args.get("wait", 0)), LONGEST_WAIT)
        lines = self._stage.chat(openid, int(request.args.get("after", 0)), wait)
        return jsonify(messages=[shown(line, self._stage.config.api_base) for line in lines])

    def menu(self, openid: str) -> Response:
        """The menu bar as this person sees it."""
        return jsonify(button=self._phones.menu(self._person(openid)))

    def verify(self) -> Response:
        """Ask the bot as WeChat does when its address is entered: it must give the echostr back, and nothing else."""
        stage = self._stage
        stamp, nonce, echo = str(int(time.time())), secrets.token_hex(5), str(secrets.randbelow(10**18))
        query = {"signature": sign(stage.config.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        address = f"{stage.config.bot_url}{CALLBACK}?{urlencode({**query, 'echostr': echo})}"
        started = time.monotonic()
        try:
            status, _, raw = stage.browser.fetch("GET", address, None, {"User-Agent": "Mozilla/4.0"})
        except OSError as error:
            raise CannotDo(f"连不上机器人（{type(error).__name__}）") from error
        answer = raw.decode("utf-8", "replace")
        ok = status == 200 and answer == echo
        stage.journal.write(
            "push", "服务器配置验证", started, ok=ok, sent=query, status=status, answer=answer
        )
        return jsonify(ok=ok, status=status, answer=answer)

    def push(self) -> Response:
        """Any XML in the name of an openid."""
        wish = asked()
        openid = str(wish.get("openid", ""))
        return self._answer(openid, self._phones.raw(openid, str(wish.get("xml", "")), plan()))

    def codes(self) -> Response:
        """QR codes newest first."""
        return jsonify(codes=self._codes_json())

    def log(self) -> Response:
        """What went over the wire."""
        limit, after = int(request.args.get("limit", 200)), int(request.args.get("after", 0))
        return jsonify(log=self._stage.journal.newest(limit, request.args.get("kind", ""), after))

    def events(self) -> Response:
        """The stream of changes."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(self._stage.hub.stream(), mimetype="text/event-stream", headers=headers)

    def clock(self) -> Response:
        """Read or move the clock."""
        if request.method == "POST":
            wish = asked()
            if "to" in wish:
                target = datetime.fromisoformat(str(wish["to"])).timestamp()
                self._stage.clock.move(round((target - self._stage.now()) * 1000))
            else:
                self._stage.clock.move(int(wish.get("add_ms", 0)))
            self._stage.changed("clock", clock=self.clock_json())
        else:
            self._stage.clock.refresh()
        return jsonify(self.clock_json())

    def faults(self) -> Response:
        """Bad weather: read, add, clear."""
        if request.method == "POST":
            names = {field.name for field in fields_of(Fault)}
            wish = {name: value for name, value in asked().items() if name in names}
            if not wish.get("path"):
                raise CannotDo("请写明接口路径，例如 /cgi-bin/message/custom/send")
            if wish.get("ending") and wish["ending"] not in ENDINGS:
                raise CannotDo(f"模板消息只会这样结束：{'、'.join(ENDINGS)}")
            if wish.get("errcode") is not None and wish["errcode"] not in TEXTS and not wish.get("errmsg"):
                raise CannotDo(f"不知道微信怎么说 {wish['errcode']}，请写明 errmsg")
            often, slow = int(wish.get("times", 1)), float(wish.get("hang", 0))
            self._stage.faults.add(Fault(**{**wish, "times": often, "hang": slow}))
        elif request.method == "DELETE":
            self._stage.faults.clear()
        return jsonify(faults=self._stage.faults.waiting())

    def state(self) -> Response:
        """Everything a page needs to begin."""
        stage = self._stage
        with stage.lock:
            people = [stage.person_json(person) for person in stage.world.people.values()]
            last = {key: lines[-1].id for key, lines in stage.world.messages.items() if lines}
        return jsonify(
            people=people,
            last=last,
            codes=self._codes_json(),
            orders=self._shop.orders(),
            products=[vars(product) for product in stage.config.products],
            clock=self.clock_json(),
            faults=stage.faults.waiting(),
            late_menus=stage.world.late_menus,
            original_id=stage.original_id,
        )

    def reset(self) -> Response:
        """An empty world."""
        self._stage.reset()
        return jsonify(ok=True)

    def clock_json(self) -> dict[str, Any]:
        """The clock as the page shows it."""
        clock, now = self._stage.clock, self._stage.now()
        return {"now": beijing(now), "epoch": now, "offset_ms": clock.offset_ms, "connected": clock.connected}

    def _answer(self, openid: str, done: Done, **extra: Any) -> Response:
        facts: dict[str, Any] = {"deliveries": [], "problem": "", "notice": done.notice, **extra}
        if done.outcome and not wants("async"):
            try:
                facts |= done.outcome().as_json()
            except TookTooLong:
                facts["problem"] = "还在推送"
        lines = self._phones.since(openid, done.before)
        return jsonify(messages=[shown(line, self._stage.config.api_base) for line in lines], **facts)

    def _person(self, openid: str) -> Person:
        person = self._stage.world.people.get(openid)
        if person is None:
            raise NotFound("没有这个人")
        return person

    def _code(self, wish: dict[str, Any]) -> QrCode | None:
        if wish.get("scene"):
            try:
                return qrcodes.of_scene(self._stage, str(wish["scene"]))
            except ApiError as error:
                raise NotFound("没有这个场景值的二维码，永久二维码也已经用完") from error
        if wish.get("ticket"):
            code = self._stage.world.codes.get(str(wish["ticket"]))
            if code is None:
                raise NotFound("没有这个二维码")
            return code
        if wish.get("url"):
            return qrcodes.of_url(self._stage, str(wish["url"]))
        raise CannotDo("请给出场景值、网址、ticket 或图片")

    def _read_picture(self, person: Person, wish: dict[str, Any]) -> str | None:
        data = self._picture(person, wish)
        if data is None:
            return None
        try:
            texts = qrcodes.read(data)
        except (qrcodes.NoReader, ValueError) as error:
            raise CannotDo(str(error)) from error
        if not texts:
            raise CannotDo("图中没有认出二维码")
        return next((t for t in texts if qrcodes.of_url(self._stage, t)), texts[0])

    def _picture(self, person: Person, wish: dict[str, Any]) -> bytes | None:
        """The bytes of an uploaded picture, of one in a chat, or of one in a page; None without any."""
        file = request.files.get("picture")
        if file is not None:
            sent: bytes = file.read()
            return sent
        if wish.get("picture_url"):
            try:
                return self._stage.browser.picture(person, str(wish["picture_url"]))
            except OSError as error:
                raise NotFound("这张图片打不开") from error
        if not wish.get("picture"):
            return None
        data = self._stage.shelf.get(self._media_id(str(wish["picture"])))
        if data is None:
            raise NotFound("没有这张图片")
        return data

    def _media_id(self, wanted: str) -> str:
        if not wanted.isdigit():
            return wanted
        with self._stage.lock:
            lines = [line for chat in self._stage.world.messages.values() for line in chat]
        return next((line.media for line in lines if line.id == int(wanted)), wanted)

    def _codes_json(self) -> list[dict[str, object]]:
        with self._stage.lock:
            codes = list(self._stage.world.codes.values())
        return [qrcodes.code_json(self._stage, code) for code in reversed(codes)]


def asked() -> dict[str, Any]:
    """The body of a control call: a JSON object, whatever it is called in Content-Type, or a form."""
    if request.mimetype.startswith("multipart/"):
        return request.form.to_dict()
    raw = request.get_data().strip()
    if not raw or not (request.is_json or raw.startswith(b"{")):
        return request.form.to_dict()
    try:
        data = json.loads(raw)
        json.dumps(data, ensure_ascii=False).encode()  # half a character is no text
    except ValueError as error:
        raise ValueError(UNREADABLE) from error
    if not isinstance(data, dict):
        raise TypeError(UNREADABLE)
    return data


def wants(name: str) -> bool:
    """A flag in the query or the body."""
    value = request.args.get(name, asked().get(name))
    return value not in (None, False, "", "0", "false")


def plan() -> Plan:
    """How often, and how, to deliver the push of this move."""
    copies = int(asked().get("deliveries", request.args.get("deliveries", 1)))
    return Plan(max(1, min(copies, 50)), wants("at_once"))


def nowhere(error: HTTPException) -> tuple[Response, int] | HTTPException:
    """What is not there, or not in this way, is told in JSON too."""
    if not request.path.startswith("/sandbox/api/"):
        return error
    return jsonify(error=f"没有这个接口：{request.method} {request.path}"), error.code or 404


def refuse_kindly(door: Blueprint) -> None:
    """Expected mistakes become {error: …}."""

    def refused(status: int) -> Any:
        return lambda error: (jsonify(error=str(error)), status)

    door.register_error_handler(NotFound, refused(404))
    door.register_error_handler(CannotDo, refused(409))
    door.register_error_handler(ShopError, refused(409))
    door.register_error_handler(ClockError, refused(409))
    door.register_error_handler(KeyError, refused(400))
    door.register_error_handler(ValueError, refused(400))
    door.register_error_handler(TypeError, refused(400))
