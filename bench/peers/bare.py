"""Bare Flask and wechatpy: opens the push, echoes its text, seals the reply; the unit of the door's table."""

from flask import Flask, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

from bench.account import AES_KEY, APP_ID, TOKEN

app = Flask("bare")
crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)


@app.post("/wechat")
def wechat() -> str:
    """One message."""
    told = request.args
    xml = crypto.decrypt_message(request.data, told["msg_signature"], told["timestamp"], told["nonce"])
    message = parse_message(xml)
    sealed: str = crypto.encrypt_message(
        create_reply(message.content, message).render(), told["nonce"], told["timestamp"]
    )
    return sealed
