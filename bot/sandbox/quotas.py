"""How often each call may be made in a day of Beijing's, as WeChat counts it for a new account."""

from typing import Any

from bot.sandbox.clock import beijing
from bot.sandbox.errors import ApiError
from bot.sandbox.state import World

# https://developers.weixin.qq.com/doc/offiaccount/Message_Management/API_Call_Limits.html
DAILY = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/ticket/getticket": 1_000_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1_000,
    "/cgi-bin/menu/addconditional": 2_000,
    "/cgi-bin/menu/delconditional": 2_000,
    "/cgi-bin/menu/trymatch": 20_000,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/user/get": 500,
}
PERMANENT_CODES = 100_000
CODES = "permanent_codes"
FORCED = "force_refresh"
CLEARS_A_MONTH = 10


def spend(world: World, path: str, now: float) -> None:
    """Count one call; raises 45009 when the day's are used up."""
    _turn(world, now)
    limit = limit_of(world, path)
    if limit is None:
        return
    if world.used.get(path, 0) >= limit:
        raise ApiError(45009)
    world.used[path] = world.used.get(path, 0) + 1


def limit_of(world: World, path: str) -> int | None:
    """A day's calls of a path, None where WeChat names no limit."""
    return world.limits.get(path, DAILY.get(path))


def forced(world: World, now: float, most: int) -> None:
    """Count a forced refresh of the stable token; raises 45009 past the day's."""
    _turn(world, now)
    if world.used.get(FORCED, 0) >= world.limits.get(FORCED, most):
        raise ApiError(45009)
    world.used[FORCED] = world.used.get(FORCED, 0) + 1


def clear(world: World, now: float) -> None:
    """Count anew from here on; ten times a month."""
    _turn(world, now)
    month = beijing(now)[:7]
    if world.cleared.get(month, 0) >= CLEARS_A_MONTH:
        raise ApiError(48006)
    world.cleared = {month: world.cleared.get(month, 0) + 1}
    world.used = {name: count for name, count in world.used.items() if name == FORCED}


def permanent_limit(world: World) -> int:
    """How many permanent codes the account may have."""
    return world.limits.get(CODES, PERMANENT_CODES)


def shown(world: World, now: float) -> dict[str, Any]:
    """Every limited path with what is used today, and the permanent codes."""
    _turn(world, now)
    paths = sorted({*DAILY, *(name for name in world.limits if name.startswith("/"))})
    rows = [{"path": path, "used": world.used.get(path, 0), "limit": limit_of(world, path)} for path in paths]
    codes = sum(not code.until for code in world.codes.values())
    month = beijing(now)[:7]
    return {
        "quotas": rows,
        "codes": {"used": codes, "limit": permanent_limit(world)},
        "clears": {"used": world.cleared.get(month, 0), "limit": CLEARS_A_MONTH},
    }


def _turn(world: World, now: float) -> None:
    """At Beijing's midnight all counts begin anew."""
    day = beijing(now)[:10]
    if world.day != day:
        world.day, world.used = day, {}
