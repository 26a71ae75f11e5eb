"""The demo begins and ends as a whole: nothing is left, nothing is lost, taken ports are no matter."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.processes.live import HERE, Demo, Process, until

pytestmark = pytest.mark.slow


EVERYBODY = ("granian", "bot.sandbox", "work messages", "work pictures", "flask tick", "redis-server")


def test_it_ends_with_all_its_own_and_a_second_start_keeps_the_data_on_other_ports(folder: Path) -> None:
    demo = Demo(folder)
    try:
        demo.start()
        demo.open_shop()
        demo.joins("王小明")
        said = demo.person("王小明").says("我的收益")
        everybody = demo.tree()
        assert [name for name in EVERYBODY if not any(name in one.command for one in everybody)] == []
        assert demo.stop() == 0
        assert [one.command for one in everybody if one.lives] == []

        ports = [urlsplit(demo.env[name]).port for name in ("BOT_URL", "WECHAT_API_BASE")]
        with closing(_taken(ports[0])), closing(_taken(ports[1])):
            demo.start()
            assert urlsplit(demo.env["BOT_URL"]).port not in ports
            assert urlsplit(demo.env["WECHAT_API_BASE"]).port not in ports
            assert demo.person("王小明").says("我的收益") == said
    finally:
        demo.clean_up()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=["Ctrl-C", "terminal closed"])
def test_it_ends_with_its_terminal(folder: Path, number: signal.Signals) -> None:
    demo = Demo(folder)
    try:
        demo.start()
        everybody = demo.tree()
        assert demo.stop(number) == 0
        assert [one.command for one in everybody if one.lives] == []
    finally:
        demo.clean_up()


def test_a_second_demo_in_the_same_folder_is_refused_and_the_first_goes_on(folder: Path) -> None:
    demo = Demo(folder)
    try:
        demo.start()
        done = subprocess.run(
            [sys.executable, "-m", "bot.demo"],
            env={"PYTHONPATH": str(HERE), "DEMO_DIR": str(folder / "demo"), "PATH": "/usr/bin:/bin"},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 2
        assert "already" in done.stderr
        assert demo.is_well()
    finally:
        demo.clean_up()


def test_after_a_kill_the_next_start_has_its_redis_to_itself(folder: Path) -> None:
    demo = Demo(folder)
    left: list[Process] = []
    try:
        demo.start()
        left = [one for one in demo.tree() if one.pid != demo.process.pid]
        old = demo.one("redis-server")
        demo.process.kill()
        demo.process.wait(30)
        demo.forget_the_log()
        demo.start()
        assert not old.lives
        assert len(demo.processes("redis-server")) == 1
        until(demo.is_well, demo.said)
    finally:
        demo.clean_up()
        for one in left:
            if one.lives:
                one.signal(signal.SIGKILL)


@pytest.mark.parametrize(
    ("name", "value"),
    [("WECHAT_API_BASE", "https://api.weixin.qq.com"), ("WECHAT_AES_KEY", "short"), ("DATA_KEY", "x")],
)
def test_a_setting_that_cannot_be_is_told_and_nothing_is_left_running(
    folder: Path, name: str, value: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.demo"],
        env={"PYTHONPATH": str(HERE), "DEMO_DIR": str(folder / "demo"), "PATH": "/usr/bin:/bin", name: value},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "demo" / "redis" / "redis.sock").exists()


def _taken(port: int | None) -> socket.socket:
    """Somebody else listens there."""
    assert port
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken
