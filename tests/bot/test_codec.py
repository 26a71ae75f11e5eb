"""The codec: held against published vectors, against wechatpy on real pushes, and against anything at all."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import wechatpy
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.codec import (
    TEXT_LIMIT,
    Box,
    Codec,
    ImageOut,
    Nothing,
    Pushed,
    Rejected,
    TextOut,
    Unreadable,
    fit,
    flat,
)
from handlers.types import Kind, Message
from tests.bot.pushes import (
    APP_ID,
    KEY,
    NOW,
    OLD_KEY,
    SAMPLES,
    TOKEN,
    event,
    fields_xml,
    opened,
    push,
    real_pushes,
    signature,
    text,
)

VECTORS: list[dict[str, Any]] = json.loads((SAMPLES / "crypto_vectors.json").read_text("utf-8"))
CODEC = Codec(token=TOKEN, aes_key=KEY, app_id=APP_ID)


def decoded(xml: str | bytes, **how: Any) -> Pushed:
    body, query = push(xml, **how)
    return CODEC.decode(body, query, NOW)


def vectors(kind: str) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in VECTORS if vector["kind"] == kind]


class TestPublishedVectors:
    @pytest.mark.parametrize("vector", vectors("signed-push"))
    def test_a_published_push_is_read(self, vector: dict[str, Any]) -> None:
        codec = Codec(token=vector["token"], aes_key=vector["aes_key"], app_id=vector["appid"])
        body = f"<xml><Encrypt><![CDATA[{vector['ciphertext']}]]></Encrypt></xml>".encode()
        query = {name: vector[name] for name in ("timestamp", "nonce", "msg_signature")}
        then = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
        message = codec.decode(body, query, then)
        expected = vector["expect_fields"]
        assert message.text == expected["Content"]
        assert message.openid == expected.get("FromUserName", message.openid)
        assert message.account == expected.get("ToUserName", message.account)

    @pytest.mark.parametrize("vector", vectors("deterministic-encrypt"))
    def test_published_ciphertext_is_made_to_the_letter(self, vector: dict[str, Any]) -> None:
        box = Box(vector["aes_key"], vector["appid"])
        sealed = box.seal(vector["plaintext"].encode(), vector["random"].encode())
        assert sealed.decode() == vector["ciphertext"]
        assert box.open(base64.b64decode(sealed)).decode() == vector["plaintext"]

    @pytest.mark.parametrize("vector", vectors("signed-echostr"))
    def test_an_encrypted_echo_opens(self, vector: dict[str, Any]) -> None:
        box = Box(vector["aes_key"], vector["appid"])
        assert box.open(base64.b64decode(vector["ciphertext"])).isdigit()


class TestAgainstWechatpy:
    @pytest.mark.parametrize("path", real_pushes(), ids=lambda path: path.stem)
    def test_a_real_push_is_read_as_wechatpy_reads_it(self, path: Path) -> None:
        xml = path.read_bytes()
        ours = decoded(xml)
        try:
            theirs = wechatpy.parse_message(xml.decode())
        except (AttributeError, KeyError, TypeError):
            # Where wechatpy falls over (no or an empty MsgType or Event, or one twice) we answer nothing.
            assert ours.kind is Kind.OTHER or ours.text
            return
        whose = "OpenID" if ours.kind is Kind.REVOKED else "FromUserName"
        assert ours.openid == (theirs._data.get(whose) or "")
        assert ours.account == (theirs._data.get("ToUserName") or "")
        created = theirs._data["CreateTime"]
        if len(created) < 12:
            assert ours.sent_at == datetime.fromtimestamp(int(created), UTC)
        if ours.kind is Kind.TEXT:
            content = theirs._data.get("Content") or ""
            assert ours.text == (content[0] if isinstance(content, list) else content)
        if ours.kind is Kind.IMAGE:
            assert ours.picture == (theirs.media_id or "")
        if ours.kind is Kind.CLICK:
            assert ours.text == theirs.key
        if ours.kind is Kind.SCAN:
            assert ours.scene == theirs.scene_id
        if ours.scene and ours.kind is Kind.FOLLOW:
            assert (theirs.event, ours.scene) == ("subscribe_scan", theirs.scene_id)
        # wechatpy does not know what the platform tells of a person
        if "Encrypt" not in theirs._data and ours.openid and ours.kind is not Kind.REVOKED:
            assert ours.kind is _kind_of(theirs)

    @pytest.mark.parametrize(
        "content", ["好的", "a ]]> b", "<a href='x'>y</a>", "]]>]]>", "& &amp; 🎉", "一\n二"]
    )
    def test_wechatpy_reads_our_reply(self, content: str) -> None:
        reply = CODEC.encode(TextOut(content), decoded(text("hi")), NOW, "77")
        fields = opened(reply)
        assert fields == {
            "ToUserName": "oAlice",
            "FromUserName": "gh_1",
            "CreateTime": str(int(NOW.timestamp())),
            "MsgType": "text",
            "Content": content,
        }

    def test_a_picture_goes_by_its_media_id(self) -> None:
        fields = opened(CODEC.encode(ImageOut("Zk9"), decoded(text("hi")), NOW, "77"))
        assert fields["MsgType"] == "image"
        assert fields["Image"] == {"MediaId": "Zk9"}


def sent(status: str, number: str = "7001") -> str:
    """How the sending of a template message ended."""
    return event("TEMPLATESENDJOBFINISH", MsgID=number, Status=status)


def _kind_of(theirs: Any) -> Kind:
    by_event = {
        "subscribe": Kind.FOLLOW,
        "subscribe_scan": Kind.FOLLOW,
        "subscribe_scan_product": Kind.FOLLOW,
        "unsubscribe": Kind.UNFOLLOW,
        "scan": Kind.SCAN,
        "click": Kind.CLICK,
    }
    if theirs.type == "event":
        if theirs.event == "templatesendjobfinish" and theirs._data["Status"].startswith("failed"):
            return Kind.BOUNCED
        return by_event.get(theirs.event.lower(), Kind.OTHER)
    unread = dict.fromkeys(("voice", "video", "shortvideo", "location", "link"), Kind.UNREAD)
    return {"text": Kind.TEXT, "image": Kind.IMAGE, **unread}.get(theirs.type, Kind.OTHER)


class TestKinds:
    @pytest.mark.parametrize(
        ("xml", "kind", "said", "scene"),
        [
            (event("subscribe"), Kind.FOLLOW, "", ""),
            (event("subscribe", "qrscene_p:ABC", Ticket="t"), Kind.FOLLOW, "", "p:ABC"),
            (sent("failed:user block"), Kind.BOUNCED, "7001 user block", ""),
            (sent("failed: system failed"), Kind.BOUNCED, "7001 system failed", ""),
            (sent("Failed"), Kind.BOUNCED, "7001 no reason", ""),
            (sent("success"), Kind.OTHER, "", ""),
            (sent("failed:x", "7001x"), Kind.OTHER, "", ""),
            (event("subscribe", "qrscene_qrscene_p"), Kind.FOLLOW, "", "qrscene_p"),
            (event("Subscribe", "qrscene_p:ABC"), Kind.FOLLOW, "", "p:ABC"),
            (event("subscribe", "last_trade_no_42000"), Kind.FOLLOW, "", ""),
            (event("subscribe", "scanbarcode|a|b"), Kind.FOLLOW, "", ""),
            (event("SCAN", "p:ABC", Ticket="t"), Kind.SCAN, "", "p:ABC"),
            (event("SCAN", "qrscene_p:ABC"), Kind.SCAN, "", "qrscene_p:ABC"),
            (event("scan", ""), Kind.SCAN, "", ""),
            (event("CLICK", "my_earnings"), Kind.CLICK, "my_earnings", ""),
            (event("unsubscribe"), Kind.UNFOLLOW, "", ""),
            (event("VIEW", "https://shop.example"), Kind.OTHER, "", ""),
            (event("user_info_modified"), Kind.OTHER, "", ""),
            (event(""), Kind.OTHER, "", ""),
            (text("帮助"), Kind.TEXT, "帮助", ""),
            (text(""), Kind.TEXT, "", ""),
            (text("  帮助 \n"), Kind.TEXT, "帮助", ""),
            (text("hi").replace("text", "TEXT"), Kind.TEXT, "hi", ""),
            (text("hi", openid=""), Kind.OTHER, "", ""),
            (text("hi").replace("</xml>", "<Encrypt>x</Encrypt></xml>"), Kind.OTHER, "", ""),
            (text("hi").replace("</xml>", "<Encrypt/></xml>"), Kind.OTHER, "", ""),
            (fields_xml(FromUserName="o", MsgType="text"), Kind.TEXT, "", ""),
            ("<xml/>", Kind.OTHER, "", ""),
        ],
    )
    def test_what_a_push_is(self, xml: str, kind: Kind, said: str, scene: str) -> None:
        message = decoded(xml)
        assert (message.kind, message.text, message.scene) == (kind, said, scene)

    def test_only_the_fields_right_below_the_root_count(self) -> None:
        xml = "<xml><Deep><Content>no</Content><Event>SCAN</Event></Deep><Content>a<b>no</b>c</Content></xml>"
        assert flat(xml.encode()) == {"Deep": "", "Content": "ac"}

    def test_a_field_that_stands_twice_counts_once(self) -> None:
        assert flat(b"<xml><A>1</A><A>2</A></xml>") == {"A": "1"}

    @pytest.mark.parametrize("created", ["", "soon", "-5", "9" * 40, "²", "1e9"])
    def test_a_time_that_is_none_is_now(self, created: str) -> None:
        assert decoded(fields_xml(FromUserName="o", MsgType="text", CreateTime=created)).sent_at == NOW

    def test_a_tapped_line_is_known(self) -> None:
        assert decoded(text("海报").replace("</xml>", "<bizmsgmenuid>1</bizmsgmenuid></xml>")).tapped
        assert not decoded(text("海报")).tapped

    def test_the_log_gets_wechats_name_of_it(self) -> None:
        assert decoded(event("VIEW")).sort == "event.view"
        assert decoded(fields_xml(FromUserName="o", MsgType="voice")).sort == "voice"


class TestDelivery:
    BASE = {  # noqa: RUF012  never written to
        "ToUserName": "gh_1",
        "FromUserName": "oAlice",
        "CreateTime": "1",
        "MsgType": "event",
        "MsgId": "2",
        "MsgID": "3",
        "Event": "SCAN",
        "EventKey": "p:A",
        "Ticket": "t",
    }

    @pytest.mark.parametrize("name", BASE)
    def test_each_field_makes_another_delivery(self, name: str) -> None:
        other = {**self.BASE, name: self.BASE[name] + "x"}
        assert decoded(fields_xml(**other)).delivery != decoded(fields_xml(**self.BASE)).delivery

    def test_a_retry_is_the_same_delivery_whatever_its_nonce(self) -> None:
        xml = fields_xml(**self.BASE)
        later = decoded(xml, at=NOW + timedelta(seconds=5), nonce="9")
        assert later.delivery == decoded(xml).delivery

    def test_what_the_platform_tells_of_two_people_are_two_deliveries(self) -> None:
        told = {"FromUserName": "oPlatform", "CreateTime": "1", "MsgType": "event", "RevokeInfo": "205, 8"}
        one = decoded(fields_xml(**told, Event="user_authorization_revoke", OpenID="oAlice"))
        two = decoded(fields_xml(**told, Event="user_authorization_revoke", openid="oBob"))
        gone = decoded(fields_xml(**told, Event="USER_AUTHORIZATION_CANCELLATION", OpenID="oAlice"))
        assert (one.kind, one.openid, one.text) == (Kind.REVOKED, "oAlice", "205,8")
        assert (two.openid, gone.text) == ("oBob", "cancellation")
        assert len({one.delivery, two.delivery, gone.delivery}) == 3
        assert decoded(fields_xml(**told, Event="user_authorization_revoke")).kind is Kind.OTHER
        assert decoded(fields_xml(**told, Event="user_info_modified", OpenID="oAlice")).kind is Kind.OTHER

    def test_fields_do_not_run_into_each_other(self) -> None:
        one = fields_xml(FromUserName="oA", CreateTime="12", MsgType="x")
        two = fields_xml(FromUserName="oA1", CreateTime="2", MsgType="x")
        assert decoded(one).delivery != decoded(two).delivery


class TestRefusals:
    def refused(self, body: bytes, query: dict[str, str]) -> tuple[int, str]:
        with pytest.raises(Rejected) as caught:
            CODEC.decode(body, query, NOW)
        return caught.value.status, caught.value.reason

    def unreadable(self, body: bytes, query: dict[str, str]) -> str:
        with pytest.raises(Unreadable) as caught:
            CODEC.decode(body, query, NOW)
        return caught.value.reason

    def test_plain_mode_is_not_spoken(self) -> None:
        _, query = push(text("x"))
        assert self.refused(text("批准提现 9").encode(), query) == (403, "unencrypted")
        assert self.refused(b"", {}) == (403, "unencrypted")
        assert self.refused(b"<xml><Encrypt></Encrypt></xml>", query) == (403, "unencrypted")
        assert self.refused(b"</Encrypt><Encrypt>", query) == (403, "unencrypted")

    def test_no_signature(self) -> None:
        body, query = push(text("x"))
        del query["msg_signature"]
        assert self.refused(body, query) == (403, "unsigned")

    @pytest.mark.parametrize("name", ["timestamp", "nonce", "msg_signature"])
    def test_each_signed_part_counts(self, name: str) -> None:
        body, query = push(text("x"))
        assert self.refused(body, {**query, name: query[name] + "1"}) == (403, "forged")
        assert self.refused(body, {**query, name: "签名\ud800"}) == (403, "forged")

    def test_another_ciphertext_under_a_good_signature(self) -> None:
        _, query = push(text("x"))
        other, _ = push(text("批准提现 9"))
        assert self.refused(other, query) == (403, "forged")

    def test_the_signature_of_the_address_is_not_enough(self) -> None:
        """`signature` covers no body: whoever saw one URL could forge any message."""
        body, query = push(text("x"), token="somebody-elses")
        query["signature"] = signature(TOKEN, query["timestamp"], query["nonce"])
        assert self.refused(body, query) == (403, "forged")

    def test_another_account(self) -> None:
        assert self.refused(*push(text("x"), app_id="wx0000000000000000")) == (403, "appid")

    @pytest.mark.parametrize(("seconds", "read"), [(-301, False), (-300, True), (300, True), (301, False)])
    def test_five_minutes_either_way(self, seconds: int, read: bool) -> None:
        body, query = push(text("x"), at=NOW + timedelta(seconds=seconds))
        if read:
            assert CODEC.decode(body, query, NOW).text == "x"
        else:
            assert self.unreadable(body, query) == "stale"

    def test_a_key_we_do_not_have(self) -> None:
        assert self.unreadable(*push(text("x"), key=OLD_KEY)) == "padding"

    @pytest.mark.parametrize(
        ("xml", "reason"),
        [
            (b"", "xml"),
            (b"not xml", "xml"),
            (b"<xml><A>", "xml"),
            (b"<xml>\xff\xfe</xml>", "xml"),
            (b"<xml>&nope;</xml>", "xml"),
            (b"<other/>", "root"),
            (b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>', "doctype"),
            (b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>', "doctype"),
            (b'<?xml version="1.0" encoding="utf-7"?><!DOCTYPE xml><xml/>', "doctype"),
        ],
    )
    def test_signed_nonsense(self, xml: bytes, reason: str) -> None:
        assert self.unreadable(*push(xml)) == reason

    def test_a_declared_encoding_is_not_followed(self) -> None:
        xml = text("帮助").replace("<xml>", '<?xml version="1.0" encoding="gbk"?><xml>', 1)
        assert decoded(xml).text == "帮助"

    def test_a_deep_push_is_only_deep(self) -> None:
        assert decoded(b"<xml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</xml>").kind is Kind.OTHER

    @pytest.mark.parametrize("sealed", ["q", "qqq=q", "q83v", "q83v" * 7])
    def test_signed_but_no_ciphertext(self, sealed: str) -> None:
        assert self.unreadable(*signed(sealed.encode())) in {"base64", "length"}

    @pytest.mark.parametrize(
        "plain",
        [
            b"\0" * 64,
            b"\0" * 63 + b"\x21",
            b"\0" * 30 + b"\x01\x02",
            b"\0" * 16 + b"\xff\xff\xff\xff" + b"\0" * 11 + b"\x01",
            b"\0" * 16 + b"\0\0\0\x00" + b"\x20" * 12,
            b"\x20" * 32,
            b"\0" * 20 + APP_ID.encode() + b"\x2a" * 0x2A,
        ],
    )
    def test_wrong_padding_and_lengths(self, plain: bytes) -> None:
        assert self.unreadable(*signed(base64.b64encode(encrypted(plain)))) == "padding"


def encrypted(plain: bytes) -> bytes:
    key = binascii.a2b_base64(KEY + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def signed(sealed: bytes) -> tuple[bytes, dict[str, str]]:
    """Any ciphertext under a good signature: what only WeChat, or who knows the token, can send."""
    timestamp = str(int(NOW.timestamp()))
    by = signature(TOKEN, timestamp, "1", sealed.strip())
    query = {"timestamp": timestamp, "nonce": "1", "msg_signature": by}
    return b"<xml><Encrypt>" + sealed + b"</Encrypt></xml>", query


class TestNothingElseEscapes:
    """Decode answers with a message, Rejected or Unreadable, whatever the bytes."""

    def outcome(self, body: bytes, query: dict[str, str]) -> Message | None:
        try:
            return CODEC.decode(body, query, NOW)
        except (Rejected, Unreadable):
            return None

    @given(body=st.binary(max_size=400), query=st.dictionaries(st.text(max_size=8), st.text(max_size=50)))
    @settings(deadline=None, max_examples=150)
    def test_random_bytes(self, body: bytes, query: dict[str, str]) -> None:
        assert self.outcome(body, query) is None

    @given(
        values=st.fixed_dictionaries(
            {name: st.text(max_size=30) for name in ("timestamp", "nonce", "msg_signature")}
        ),
        sealed=st.binary(max_size=200),
    )
    @settings(deadline=None, max_examples=150)
    def test_random_queries(self, values: dict[str, str], sealed: bytes) -> None:
        assert self.outcome(b"<xml><Encrypt>" + sealed + b"</Encrypt></xml>", values) is None

    @given(sealed=st.binary(min_size=1, max_size=300))
    @settings(deadline=None, max_examples=200)
    def test_signed_random_ciphertext(self, sealed: bytes) -> None:
        assert self.outcome(*signed(sealed)) is None

    @given(plain=st.binary(max_size=12).flatmap(lambda head: st.sampled_from([head * n for n in (4, 8, 16)])))
    @settings(deadline=None, max_examples=200)
    def test_signed_random_plaintext(self, plain: bytes) -> None:
        plain = plain[: len(plain) // 16 * 16]
        if plain:
            assert self.outcome(*signed(base64.b64encode(encrypted(plain)))) is None

    @given(xml=st.binary(max_size=300) | st.text(alphabet="<>/xml&;![]CDATAE -?'\"=\n", max_size=120))
    @settings(deadline=None, max_examples=300)
    def test_sealed_random_payload(self, xml: bytes | str) -> None:
        raw = xml if isinstance(xml, bytes) else xml.encode()
        self.outcome(*signed(Box(KEY, APP_ID).seal(raw, b"0" * 16)))

    @given(data=st.data())
    @settings(deadline=None, max_examples=300)
    def test_sealed_mutated_push(self, data: st.DataObject) -> None:
        xml = bytearray(event("subscribe", "qrscene_p:ABC", Ticket="t").encode())
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(xml) - 1))
            end = data.draw(st.integers(at, min(at + 30, len(xml))))
            xml[at:end] = data.draw(
                st.binary(max_size=12) | st.sampled_from([b"]]>", b"<xml>", b"<a>", b"&#0;"])
            )
            if not xml:
                break
        self.outcome(*signed(Box(KEY, APP_ID).seal(bytes(xml), b"0" * 16)))

    @given(cut=st.integers(0, 700))
    @settings(deadline=None, max_examples=100)
    def test_a_truncated_push(self, cut: int) -> None:
        body, query = push(text("帮助" * 20))
        assert self.outcome(body[: min(cut, len(body) - 11)], query) is None


class TestKeyRotation:
    BOTH = Codec(token=TOKEN, aes_key=KEY, app_id=APP_ID, previous_aes_key=OLD_KEY)

    @pytest.mark.parametrize("key", [KEY, OLD_KEY])
    def test_the_reply_uses_the_key_that_opened(self, key: str) -> None:
        body, query = push(text("帮助"), key=key)
        message = self.BOTH.decode(body, query, NOW)
        assert opened(self.BOTH.encode(TextOut("好"), message, NOW, "1"), key=key)["Content"] == "好"

    def test_the_key_does_not_show(self) -> None:
        body, query = push(text("帮助"), key=OLD_KEY)
        old = self.BOTH.decode(body, query, NOW)
        body, query = push(text("帮助"), key=KEY)
        assert self.BOTH.decode(body, query, NOW) == old
        assert "box" not in repr(old)

    def test_a_message_from_elsewhere_gets_the_current_key(self) -> None:
        message = Message(Kind.TEXT, "oBob", "gh_1", NOW, "d")
        assert opened(self.BOTH.encode(TextOut("好"), message, NOW, "1"))["ToUserName"] == "oBob"


class TestReplies:
    def test_nothing_is_no_bytes(self) -> None:
        message = decoded(text("x"))
        assert CODEC.encode(Nothing(), message, NOW, "1") == b""
        assert CODEC.encode(TextOut(" \x00\n"), message, NOW, "1") == b""

    @given(content=st.text(max_size=3000))
    @settings(deadline=None, max_examples=200)
    def test_any_text_arrives_readable_and_short(self, content: str) -> None:
        reply = CODEC.encode(TextOut(content + "。"), decoded(text("x")), NOW, "1")
        fields = opened(reply)
        assert set(fields) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}
        assert len(fields["Content"].encode()) <= TEXT_LIMIT

    def test_every_reply_is_salted(self) -> None:
        message = decoded(text("x"))
        assert CODEC.encode(TextOut("好"), message, NOW, "1") != CODEC.encode(
            TextOut("好"), message, NOW, "1"
        )


class TestFit:
    def test_what_fits_is_left_alone(self) -> None:
        exact = "好" * 682 + "ab"
        assert len(exact.encode()) == TEXT_LIMIT
        assert fit(exact) == exact

    def test_it_is_cut_at_a_line_end(self) -> None:
        lines = [f"{number}. " + "订单" * 12 for number in range(60)]
        cut = fit("\n".join(lines))
        assert cut.endswith("\n…")
        assert cut.split("\n")[:-1] == lines[: cut.count("\n")]
        assert len(cut.encode()) > TEXT_LIMIT - 100

    def test_one_long_line_is_cut_between_characters(self) -> None:
        cut = fit("好" * 2000)
        assert set(cut) == set("好\n…")
        assert TEXT_LIMIT - 3 <= len(cut.encode()) <= TEXT_LIMIT

    def test_it_is_never_cut_inside_a_link(self) -> None:
        link = '<a href="weixin://bizmsgmenu?msgmenucontent=通过 1&msgmenuid=1">通过 1 号申请</a>'
        for before in range(1900, 2048, 3):
            cut = fit("x" * before + link + "y" * 500)
            assert cut.count("<a ") == cut.count("</a>") == cut.count("msgmenuid")
            assert "<" not in re.sub(r"<a [^<>]*>[^<]*</a>", "", cut)

    def test_a_less_than_sign_is_no_tag(self) -> None:
        assert "1 < 2" in fit("1 < 2 " + "好" * 1000)

    @given(
        st.lists(
            st.sampled_from(
                [
                    "好",
                    "\n",
                    "a ",
                    '<a href="x?y=1">',
                    "</a>",
                    "<",
                    ">",
                    "🎉",
                    "]]>",
                    "\x08",
                    "\r\n",
                    "\ud800",
                ]
            ),
            max_size=1500,
        )
    )
    @settings(deadline=None, max_examples=150)
    def test_it_always_fits_and_only_leaves_out(self, pieces: list[str]) -> None:
        whole = "".join(pieces)
        cut = fit(whole)
        assert len(cut.encode()) <= TEXT_LIMIT
        assert not set(cut) & {"\x08", "\ud800"}
        kept = cut.removesuffix("\n…").rstrip()
        clean = whole.replace("\r\n", "\n").replace("\x08", "").replace("\ud800", "")
        assert clean.startswith(kept)
        assert fit(cut) == cut


class TestEcho:
    QUERY = {"timestamp": "1795262400", "nonce": "5", "echostr": "8046105127"}  # noqa: RUF012  never written to

    def test_the_address_is_verified(self) -> None:
        by = signature(TOKEN, "1795262400", "5")
        assert CODEC.echo({**self.QUERY, "signature": by}) == "8046105127"

    @pytest.mark.parametrize("by", ["", "0" * 40, "签名", "\ud800"])
    def test_somebody_else_is_not(self, by: str) -> None:
        with pytest.raises(Rejected) as caught:
            CODEC.echo({**self.QUERY, "signature": by})
        assert caught.value.status == 403


class TestSettings:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"token": ""},
            {"app_id": ""},
            {"aes_key": ""},
            {"aes_key": KEY[:-1]},
            {"aes_key": KEY + "="},
            {"aes_key": "-" * 43},
            {"previous_aes_key": "short"},
        ],
    )
    def test_a_codec_that_would_let_anybody_in_is_not_made(self, wrong: dict[str, str]) -> None:
        with pytest.raises(ValueError, match=r"."):
            Codec(**{"token": TOKEN, "aes_key": KEY, "app_id": APP_ID, **wrong})
