"""Parametric QR codes: made for the account, drawn, found again, and read out of pictures."""

import base64
import io
import secrets

import qrcode
from PIL import Image, UnidentifiedImageError
from qrcode.constants import ERROR_CORRECT_M

from bot.sandbox import quotas
from bot.sandbox.errors import ApiError
from bot.sandbox.stage import Stage
from bot.sandbox.state import QrCode

try:
    import zxingcpp
except ImportError:  # the rest of the sandbox is useful without a QR reader
    zxingcpp = None  # type: ignore[assignment]

LONGEST = 30 * 24 * 3600
DEFAULT_SECONDS = 60
TEMPORARY = {"QR_SCENE": True, "QR_STR_SCENE": False}
PERMANENT = {"QR_LIMIT_SCENE": True, "QR_LIMIT_STR_SCENE": False}


class NoReader(RuntimeError):
    """No QR reader is installed here."""


def make(stage: Stage, action: str, scene: str, seconds: int, *, numeric: bool) -> QrCode:
    """Make a code; zero seconds is for ever, and a permanent scene made twice is the same code."""
    now = stage.now()
    with stage.lock:
        if not seconds:
            for code in stage.world.codes.values():
                if code.scene == scene and code.action == action:
                    return code
            if sum(not code.until for code in stage.world.codes.values()) >= quotas.permanent_limit(
                stage.world
            ):
                raise ApiError(45029)
        tail = secrets.token_urlsafe(15)
        ticket = base64.b64encode(b"\x81\x07" + secrets.token_bytes(20) + tail.encode()).decode()
        code = QrCode(
            ticket=ticket,
            url=f"http://weixin.qq.com/q/{tail}",
            action=action,
            scene=scene,
            at=now,
            until=now + seconds if seconds else 0,
            numeric=numeric,
        )
        stage.world.codes[ticket] = code
    stage.changed("code", code=code_json(stage, code))
    return code


def checked(action: object, info: object, expire: object) -> tuple[str, str, bool, int]:
    """Action, scene, numeric?, seconds of a qrcode/create body; raises 40052, 40053."""
    if not isinstance(action, str) or action not in TEMPORARY | PERMANENT:
        raise ApiError(40052)
    numeric = (TEMPORARY | PERMANENT)[action]
    scene = info.get("scene") if isinstance(info, dict) else None
    value = scene.get("scene_id" if numeric else "scene_str") if isinstance(scene, dict) else None
    if numeric:
        top = 100000 if action in PERMANENT else 2**32 - 1
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= top:
            raise ApiError(40053)
    elif not isinstance(value, str) or not 1 <= len(value.encode()) <= 64:
        raise ApiError(40053)
    if action in PERMANENT:
        return action, str(value), numeric, 0
    seconds = DEFAULT_SECONDS if expire is None else expire
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
        raise ApiError(40035, "expire_seconds")
    return action, str(value), numeric, min(seconds, LONGEST)


def of_scene(stage: Stage, scene: str) -> QrCode:
    """The newest live code of a scene; if the account never made one, an old printed one appears."""
    now = stage.now()
    with stage.lock:
        found = [code for code in stage.world.codes.values() if code.scene == scene and live(code, now)]
    if found:
        return found[-1]
    return make(stage, "QR_LIMIT_STR_SCENE", scene, 0, numeric=False)


def of_url(stage: Stage, url: str) -> QrCode | None:
    """The code that a scanned address belongs to."""
    tail = url.strip().partition("weixin.qq.com/q/")[2]
    with stage.lock:
        return next((c for c in stage.world.codes.values() if tail and c.url.endswith("/" + tail)), None)


def live(code: QrCode, now: float) -> bool:
    """Whether a scan of it still works."""
    return not code.until or now < code.until


def drawn(text: str) -> bytes:
    """A PNG of the code, as showqrcode gives it."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=10, border=4)
    symbol.add_data(text)
    out = io.BytesIO()
    symbol.make_image().save(out)
    return out.getvalue()


def read(picture: bytes) -> list[str]:
    """The texts of all QR codes in a picture; raises NoReader, or ValueError for no picture."""
    if zxingcpp is None:
        raise NoReader("这里没有装二维码识别库（zxing-cpp），请改用场景值或网址")
    try:
        with Image.open(io.BytesIO(picture)) as image:
            found = zxingcpp.read_barcodes(image.convert("RGB"))
    except (UnidentifiedImageError, OSError) as error:
        raise ValueError("这不是一张图片") from error
    return [code.text for code in found if code.text]


def code_json(stage: Stage, code: QrCode) -> dict[str, object]:
    """A code as the control API shows it."""
    return {
        "ticket": code.ticket,
        "url": code.url,
        "scene": code.scene,
        "action": code.action,
        "permanent": not code.until,
        "until": code.until,
        "live": live(code, stage.now()),
        "at": code.at,
        "picture": "/cgi-bin/showqrcode?ticket=" + code.ticket.replace("+", "%2B").replace("=", "%3D"),
    }
