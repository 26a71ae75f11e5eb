"""create_app: what a web process loads, and what it needs to start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.bench import Bench

HERE = Path(__file__).parents[2]
ASKED = "import json, sys; print(json.dumps(sorted(sys.modules)))"
FORBIDDEN = (
    "PIL",
    "qrcode",
    "posters",
    "bot.sandbox",
    "bot.cli",
    "bot.jobs",
    "bot.studio",
    "bot.demo",
    "alembic",
)


def environment(bench: Bench) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {**kept, **bench.environment()}


def loaded(code: str, env: dict[str, str], cwd: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {ASKED}"],
        env={**env, "PYTHONPATH": str(HERE)},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_importing_the_app_loads_nothing_that_draws(tmp_path: Path) -> None:
    found = loaded("import bot.app", {"PATH": os.environ["PATH"]}, tmp_path)
    assert "bot.dispatch" in found
    assert not [name for name in found if name.startswith(FORBIDDEN)]


def test_a_whole_web_process_loads_nothing_that_draws_either(bench: Bench, tmp_path: Path) -> None:
    found = loaded(
        "import wsgi; c = wsgi.app.test_client(); assert c.get('/healthz').status_code == 503",
        environment(bench),
        tmp_path,
    )
    assert "bot.doors.health" in found
    assert not [name for name in found if name.startswith(FORBIDDEN)]


def test_without_settings_the_process_ends_with_all_mistakes_and_no_secret(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(HERE), "WECHAT_APP_SECRET": "hidden-word"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "WECHAT_AES_KEY: is not set; it must be the 43 characters" in done.stderr
    assert "DATA_KEY" in done.stderr
    assert "hidden-word" not in done.stderr


@pytest.mark.parametrize(("path", "status"), [("/", 404), ("/wechat", 403), ("/orders/events", 405)])
def test_strangers_learn_nothing(bench: Bench, path: str, status: int) -> None:
    answer = bench.app.test_client().get(path)
    assert answer.status_code == status
    assert b"Traceback" not in answer.data


def test_no_address_is_answered_by_a_way_to_a_host_of_the_callers(bench: Bench) -> None:
    for path in ("/r//ABC234", "/i//ABC234/", "/r/ABC234/SKU1/", "/wechat/", "/r/ABC234/%0d%0aX:%20y"):
        answer = bench.app.test_client().get(path, headers={"Host": "evil.example"})
        assert answer.status_code in (200, 404), path
        assert "Location" not in answer.headers, path
        assert "evil" not in answer.text, path
