"""`/healthz`: 200 only while database, Redis, workers and tick are well."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify

Check = Callable[[], bool]


def health(checks: Mapping[str, Check]) -> Blueprint:
    """The blueprint of `/healthz`; each check answers whether its part is well."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> tuple[Response, int]:
        found = {name: _well(check) for name, check in checks.items()}
        return jsonify(found), 200 if all(found.values()) else 503

    return blueprint


def _well(check: Check) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001  whatever is wrong with a part, it is not well
        return False
