"""`python -m bot.sandbox`: read the environment, refuse what is not loopback, serve."""

import signal
import sys
import threading

from bot.sandbox.app import create_app, serve
from bot.sandbox.config import ConfigError, from_environment
from bot.sandbox.stage import Stage


def main() -> int:
    """Run until ended; 2 when the settings do not allow it."""
    try:
        config = from_environment()
    except ConfigError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    if config.data_dir:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    app = create_app(config)
    stage: Stage = app.extensions["sandbox"]
    stage.clock.follow(lambda: stage.hub.tell("clock"))
    host, port = config.listen
    address, shutdown = serve(app, host, port)
    print(f"sandbox: WeChat is played at {address}, the bot is expected at {config.bot_url}", flush=True)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    ended.wait()
    shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
