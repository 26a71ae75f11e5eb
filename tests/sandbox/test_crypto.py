"""Our own AES and signatures against published vectors."""

import json
from pathlib import Path

import pytest

from bot.sandbox.crypto import Cipher, CryptoError, Seal, sign
from bot.sandbox.xmls import XmlError, read_flat, write

# Published by Tencent in its WXBizMsgCrypt samples; also in WxJava and EasyWeChat.
OWN = [
    {
        "name": "tencent-replyMsg",
        "kind": "deterministic-encrypt",
        "token": "pamtest",
        "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        "appid": "wxb11529c136998cb6",
        "random": "aaaabbbbccccdddd",
        "plaintext": "我是中文abcd123",
        "ciphertext": "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==",
    },
    {
        "name": "tencent-sample-push",
        "kind": "signed-push",
        "token": "QDG6eK",
        "aes_key": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
        "appid": "wx5823bf96d3bd56c7",
        "timestamp": "1409659813",
        "nonce": "1372623149",
        "msg_signature": "477715d11cdb4164915debcba66cb864d751f3e6",
        "ciphertext": (
            "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/"
            "sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZf"
            "JYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVG"
            "Ucallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KD"
            "YA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
        ),
        "expect_fields": {"FromUserName": "mycreate", "Content": "hello", "MsgId": "4561255354251345929"},
    },
]


def vectors():
    published = json.loads((Path(__file__).parents[1] / "bot/samples/crypto_vectors.json").read_text())
    return [pytest.param(vector, id=vector["name"]) for vector in OWN + published]


@pytest.mark.parametrize("vector", vectors())
def test_the_published_vectors(vector):
    cipher = Cipher(vector["aes_key"], vector["appid"])
    if vector["kind"] == "deterministic-encrypt":
        sealed = cipher.encrypt(vector["plaintext"].encode(), vector["random"].encode())
        assert sealed == vector["ciphertext"]
    if vector["kind"] != "sha1-signature":
        plain = cipher.decrypt(vector["ciphertext"]).decode()
        if "plaintext" in vector:
            assert plain == vector["plaintext"]
        if "expect_fields" in vector:
            fields = read_flat(plain)
            assert {k: fields[k] for k in vector["expect_fields"]} == vector["expect_fields"]
    if "msg_signature" in vector:
        stamp, nonce = vector["timestamp"], vector["nonce"]
        assert sign(vector["token"], stamp, nonce, vector["ciphertext"]) == vector["msg_signature"]
    if "signature" in vector:
        assert sign(vector["token"], vector["timestamp"], vector["nonce"]) == vector["signature"]


@pytest.mark.parametrize("size", [0, 1, 11, 12, 31, 32, 33, 2048])
def test_what_was_sealed_opens_at_every_padding(size):
    cipher = Cipher(OWN[0]["aes_key"], OWN[0]["appid"])
    assert cipher.decrypt(cipher.encrypt(b"x" * size)) == b"x" * size


@pytest.mark.parametrize(
    "text", ["", "%%%", "YWJj", OWN[1]["ciphertext"], OWN[0]["ciphertext"][:-8] + "AAAAAAA="]
)
def test_what_is_not_ours_does_not_open(text):
    with pytest.raises(CryptoError):
        Cipher(OWN[0]["aes_key"], OWN[0]["appid"]).decrypt(text)


def test_a_forged_reply_does_not_open():
    seal = Seal("t", Cipher(OWN[0]["aes_key"], OWN[0]["appid"]), "gh_1")
    encrypted = seal.cipher.encrypt(b"<xml/>")
    body = {
        "Encrypt": encrypted,
        "MsgSignature": sign("t", "1", "2", encrypted),
        "TimeStamp": 1,
        "Nonce": "2",
    }
    assert seal.open(write(body).encode()) == "<xml/>"
    with pytest.raises(CryptoError):
        seal.open(write({**body, "Nonce": "3"}).encode())


def test_a_cdata_end_stays_inside_its_element():
    nasty = "a]]></Content><MsgType>image"
    assert read_flat(write({"Content": nasty})) == {"Content": nasty}


@pytest.mark.parametrize(
    "xml", ['<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>', "<xml>", "<json/>", "<xml><A/><A/></xml>"]
)
def test_strange_xml_is_refused(xml):
    with pytest.raises(XmlError):
        read_flat(xml)
