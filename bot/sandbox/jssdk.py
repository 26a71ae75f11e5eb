"""What wx.config of a page was given, checked as WeChat checks it."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urldefrag


def refusal(app_id: str, ticket: str, given: Mapping[str, Any]) -> str:
    """Why WeChat would refuse this wx.config, or nothing."""
    if given.get("appId") != app_id:
        return "config:invalid appid"
    url, _ = urldefrag(str(given.get("url", "")))
    signed = "&".join(
        f"{name}={value}"
        for name, value in (
            ("jsapi_ticket", ticket),
            ("noncestr", given.get("nonceStr", "")),
            ("timestamp", given.get("timestamp", "")),
            ("url", url),
        )
    )
    wanted = hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
    return "" if wanted == given.get("signature") else "config:invalid signature"
