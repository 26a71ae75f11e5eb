"""What a person does on a phone: follow, write, tap, press, scan, send a picture."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import media, menus, qrcodes, windows
from bot.sandbox.chats import mine, system
from bot.sandbox.pushes import Outcome, Plan, Postman, Push, deliver
from bot.sandbox.stage import Stage
from bot.sandbox.state import ChatLine, Message, Person, QrCode
from bot.sandbox.xmls import Value, write

MENU_PULL = 300
STAFF_SESSION = 1800
STAFF_ACCOUNT = "sandbox@staff"
PLATFORM = "oPlatformOfWeChat00000000000"
AUTHORIZATION = {
    "user_info_modified": "修改了微信资料",
    "user_authorization_revoke": "撤回了对公众号的授权",
    "user_authorization_cancellation": "注销了微信号",
}


class CannotDo(ValueError):
    """Something that this person's phone cannot do now, told in Chinese."""


@dataclass
class Done:
    """What a person's move led to: the first line of it in the chat, and the push if there was one."""

    before: int
    outcome: Callable[[], Outcome] | None = None
    notice: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class Phones:
    """All phones."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._postman = Postman()
        self._last_event: dict[tuple[str, str], int] = {}
        stage.report, stage.rest = self.report, self.rest

    def add(self, name: str, openid: str = "", unionid: str = "") -> Person:
        """A new person, who does not follow yet."""
        person = Person(openid or "o" + secrets.token_urlsafe(21)[:27], name.strip(), unionid)
        if not person.name:
            raise CannotDo("请给新的人起个名字")
        with self._stage.lock:
            if person.openid in self._stage.world.people:
                raise CannotDo("已经有这个 openid 了")
            self._stage.world.people[person.openid] = person
        self._stage.person_changed(person)
        return person

    def follow(self, person: Person, plan: Plan, code: QrCode | None = None) -> Done:
        """Start following, by search or through a code."""
        stage = self._stage
        with stage.lock:
            if person.following:
                raise CannotDo("已经关注了")
            before = stage.world.serial
            now = stage.now()
            person.following = True
            person.followed_at = int(now)
            person.subscribe_scene = "ADD_SCENE_QR_CODE" if code else "ADD_SCENE_SEARCH"
            person.qr_scene_str = code.scene if code and not code.numeric else ""
            person.qr_scene = int(code.scene) if code and code.numeric else 0
            windows.tap_came(person, now)
            person.menu_at = 0
        stage.say(system(person.openid, "扫码关注了公众号" if code else "关注了公众号"))
        stage.person_changed(person)
        key = {"EventKey": f"qrscene_{code.scene}", "Ticket": code.ticket} if code else {"EventKey": ""}
        return self._event(person, "subscribe", key, before, plan)

    def unfollow(self, person: Person, plan: Plan) -> Done:
        """Stop following; the account's tags and remark for this person are gone."""
        stage = self._stage
        with stage.lock:
            if not person.following:
                raise CannotDo("没有关注")
            before = stage.world.serial
            person.following = False
            person.tags, person.remark = [], ""
            person.after_message = person.after_tap = None
            person.staff, person.refuses = "", False
        stage.say(system(person.openid, "取消关注了公众号"))
        stage.person_changed(person)
        return self._event(person, "unsubscribe", {"EventKey": ""}, before, plan, unseen=True)

    def text(self, person: Person, content: str, plan: Plan, menu_id: str | None = None) -> Done:
        """Write a text; with a menu id it is a tapped line, which counts as a click."""
        self._must_follow(person)
        if not content.strip():
            raise CannotDo("不能发送空白消息")
        with self._stage.lock:
            before = self._stage.world.serial
            granted = windows.message_came if menu_id is None else windows.tap_came
            granted(person, self._stage.now())
        self._stage.say(mine(person.openid, content))
        self._stage.person_changed(person)
        if person.with_staff(self._stage.now()):
            return Done(before)
        fields: dict[str, Value] = {"MsgType": "text", "Content": content}
        if menu_id is not None:
            fields["bizmsgmenuid"] = menu_id
        return self._message(
            person, fields, f"{'点' if menu_id is not None else '发'}「{content[:40]}」", before, plan
        )

    def press(self, person: Person, button: dict[str, Any], plan: Plan) -> Done:
        """Press a menu entry: a key is pushed as CLICK, a url as VIEW."""
        self._must_follow(person)
        stage = self._stage
        with stage.lock:
            before = stage.world.serial
            menuid = stage.world.menuid
        if button.get("type") == "view" or ("url" in button and "key" not in button):
            event = {"EventKey": str(button["url"]), "MenuId": str(menuid)}
            return self._event(person, "VIEW", event, before, plan, unseen=True)
        with stage.lock:
            windows.tap_came(person, stage.now())
        label = button.get("name") or button["key"]
        stage.say(system(person.openid, f"点了菜单「{label}」", kind="menu"))
        stage.person_changed(person)
        return self._event(person, "CLICK", {"EventKey": str(button["key"])}, before, plan)

    def scan(self, person: Person, code: QrCode, plan: Plan) -> Done:
        """Scan a code: a follower's phone reports SCAN, a stranger follows through it."""
        stage = self._stage
        with stage.lock:
            before = stage.world.serial
            now = stage.now()
            if not qrcodes.live(code, now):
                stage.say(system(person.openid, "二维码已过期", "临时二维码过了有效期，微信不会推送"))
                return Done(before, notice="二维码已过期")
            if not person.following:
                return self.follow(person, plan, code)
            windows.tap_came(person, now)
        stage.say(system(person.openid, "扫了公众号的二维码"))
        stage.person_changed(person)
        return self._event(person, "SCAN", {"EventKey": code.scene, "Ticket": code.ticket}, before, plan)

    def image(self, person: Person, name: str, data: bytes, plan: Plan) -> Done:
        """Send a picture."""
        self._must_follow(person)
        stage = self._stage
        medium = media.accept(stage, "image", name, data, owner=person.openid)
        with stage.lock:
            before = stage.world.serial
            windows.message_came(person, stage.now())
        stage.say(ChatLine(person.openid, "me", "image", media=medium.id))
        stage.person_changed(person)
        if person.with_staff(self._stage.now()):
            return Done(before)
        url = f"{stage.config.api_base}/sandbox/media/{medium.id}"
        fields: dict[str, Value] = {"MsgType": "image", "PicUrl": url, "MediaId": medium.id}
        return self._message(person, fields, "发了一张图片", before, plan)

    def raw(self, openid: str, xml: str, plan: Plan) -> Done:
        """Push any XML in the name of an openid, sealed like all others."""
        push = Push(openid, xml, "自定义推送", unseen=True)
        with self._stage.lock:
            before = self._stage.world.serial
        return Done(before, self._hand(push, plan))

    def report(self, person: Person, event: str, fields: Mapping[str, Value]) -> None:
        """An event about this person that nobody waits for, such as TEMPLATESENDJOBFINISH."""
        self._event(person, event, fields, 0, Plan(), unseen=True)

    def refuse(self, person: Person, refuses: bool) -> None:
        """接收消息 off or on: WeChat tells the account nothing of it."""
        self._must_follow(person)
        with self._stage.lock:
            person.refuses = refuses
        self._stage.person_changed(person)

    def change_authorization(self, person: Person, event: str, revoked: str, plan: Plan) -> Done:
        """The person changed or took back what he had granted; the sender is the platform, he stands in OpenID."""
        if event not in AUTHORIZATION:
            raise CannotDo(f"没有这种授权变更：{event}")
        with self._stage.lock:
            before = self._stage.world.serial
        fields: dict[str, Value] = {"OpenID": person.openid, "AppID": self._stage.config.app_id}
        if event == "user_authorization_revoke":
            fields["RevokeInfo"] = revoked or "205"
        self._stage.say(system(person.openid, AUTHORIZATION[event]))
        head: dict[str, Value] = {
            "ToUserName": self._stage.original_id,
            "FromUserName": PLATFORM,
            "CreateTime": self._moment(person.openid, event),
        }
        xml = write({**head, "MsgType": "event", "Event": event, **fields})
        return self._send(person, xml, event, before, plan, unseen=True)

    def staff_says(self, person: Person, content: str) -> None:
        """人工客服 answers; with the first answer the session begins, and the bot hears no messages meanwhile."""
        if not content.strip():
            raise CannotDo("不能发送空白消息")
        self._must_follow(person)
        with self._stage.lock:
            begun = not person.with_staff(self._stage.now())
            person.staff, person.staff_until = "talking", self._stage.now() + STAFF_SESSION
        if begun:
            self._stage.say(system(person.openid, "人工客服已接入"))
            self.report(person, "kf_create_session", {"KfAccount": STAFF_ACCOUNT})
        self._stage.say(
            ChatLine(person.openid, "bot", "text", content, via="staff", parts=[{"text": content}])
        )
        self._stage.person_changed(person)

    def staff_leaves(self, person: Person) -> None:
        """The session ends; the person's messages reach the bot again."""
        with self._stage.lock:
            talked, person.staff = person.staff == "talking", ""
        self._stage.say(system(person.openid, "人工客服已结束会话"))
        if talked:
            self.report(person, "kf_close_session", {"KfAccount": STAFF_ACCOUNT})
        self._stage.person_changed(person)

    def menu(self, person: Person) -> list[dict[str, Any]]:
        """The menu bar that this person sees; with late menus the phone pulls it anew after five minutes only."""
        with self._stage.lock:
            if not person.following:
                return []
            now, world = self._stage.now(), self._stage.world
            if not world.late_menus or now - person.menu_at >= MENU_PULL:
                person.menu, person.menu_at = menus.seen_by(world, person), now
            return person.menu

    def since(self, openid: str, before: int) -> list[Message]:
        """What the chat gained after a move began."""
        return self._stage.chat(openid, before)

    def rest(self, seconds: float) -> bool:
        """Wait until no push is on its way any more."""
        return self._postman.rest(seconds)

    def _must_follow(self, person: Person) -> None:
        if not person.following:
            raise CannotDo("还没有关注公众号")

    def _message(self, person: Person, fields: dict[str, Value], title: str, before: int, plan: Plan) -> Done:
        with self._stage.lock:
            number = time.time_ns() // 1000 * 1000 + self._stage.world.next() % 1000
        head = self._head(person, int(self._stage.now()))
        return self._send(person, write({**head, **fields, "MsgId": number}), title, before, plan)

    def _event(
        self,
        person: Person,
        event: str,
        fields: Mapping[str, Value],
        before: int,
        plan: Plan,
        unseen: bool = False,
    ) -> Done:
        title = f"{event} {fields.get('EventKey', '')}".strip()
        moment = self._moment(person.openid, f"{title} {fields.get('Ticket', '')}")
        head = self._head(person, moment)
        xml = write({**head, "MsgType": "event", "Event": event, **fields})
        return self._send(person, xml, title, before, plan, unseen)

    def _send(
        self, person: Person, xml: str, title: str, before: int, plan: Plan, unseen: bool = False
    ) -> Done:
        push = Push(person.openid, xml, title, unseen)
        return Done(before, self._hand(push, plan))

    def _hand(self, push: Push, plan: Plan) -> Callable[[], Outcome]:
        """Queue the push; the pages show that the account is being asked until it has answered."""

        def work() -> Outcome:
            if push.unseen:
                return deliver(self._stage, push, plan)
            self._stage.hub.tell("asking", openid=push.openid, on=True)
            try:
                return deliver(self._stage, push, plan)
            finally:
                self._stage.hub.tell("asking", openid=push.openid, on=False)

        return self._postman.hand(push.openid, work).result

    def _head(self, person: Person, moment: int) -> dict[str, Value]:
        return {
            "ToUserName": self._stage.original_id,
            "FromUserName": person.openid,
            "CreateTime": moment,
        }

    def _moment(self, openid: str, event: str) -> int:
        """The second of an event; two equal events never share one, even while a clock stands still."""
        with self._stage.lock:
            key = (openid, event)
            moment = max(int(self._stage.now()), self._last_event.get(key, 0) + 1)
            self._last_event[key] = moment
            return moment
