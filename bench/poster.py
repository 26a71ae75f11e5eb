"""What one personal poster costs, against one JPEG encode of that size in the same run; in processor time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from qrcode.main import QRCode
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from bench.table import Row, Sample, interleaved, shown
from bot import embedded
from bot.worker import worker_of
from posters import jpeg, layout, qr, splicing, templates
from posters.geometry import Box
from posters.render import render, stage
from posters.spec import Hero, PosterSpec

ROUNDS = 60
JOBS = 5
"""Posters of one round that go through the queue."""
LOOK = "plain"
"""The one that a shop has until it chooses another; its card is the larger one."""
URL = "http://weixin.qq.com/q/02abcDEF_ghij-KLMN{:05d}01234567"

_FLOOR = "one JPEG encode (floor)"
_FUNCTION = "poster, in the function"
_QUEUED = "poster, through rq and its worker"
_GOALS = {_FUNCTION: 1.0, _QUEUED: 4.0}
_CHANGED = Box(272, 1104, 816, 1808)
"""The cells that a poster with an everyday name changes."""


def poster(number: int, template: str = LOOK) -> PosterSpec:
    """Another promoter of the same shop."""
    return PosterSpec(
        Hero("老张烘焙坊", "每天清晨六点，现烤现卖。招牌海盐卷、全麦欧包、手工曲奇，附近三公里免费送。"),
        name=f"王姐{number}",
        code=f"K7M{number:03d}",
        qr_url=URL.format(number),
        valid_until="有效期至 12月21日",
        template=template,
    )


def job(number: int) -> None:
    """What a worker does."""
    render(poster(number))


def main() -> str:
    """Every step once a round, then some posters through a queue and its worker."""
    with _worker() as through:
        taken = interleaved(_steps() | {_QUEUED: through}, ROUNDS, time.process_time)
    taken[_QUEUED] = Sample(tuple(value / JOBS for value in taken[_QUEUED].values))
    rows = [Row(name, sample, "ms", 1000, taken[_FLOOR], _GOALS.get(name)) for name, sample in taken.items()]
    return shown("One personal poster 1080 × 1920, its QR read back (processor time)", rows)


def _steps() -> dict[str, Callable[[int], object]]:
    page = Image.open(BytesIO(render(poster(0)).jpeg)).convert("RGB")
    spec, look = poster(1), templates.named(LOOK)
    shop = stage(spec.hero, look)
    strip = page.crop(_CHANGED.as_tuple())
    code = qr.write(spec.qr_url)
    big = qr.enlarge(code, code.width * 12)
    return {
        _FLOOR: lambda _: page.save(BytesIO(), "JPEG", quality=85, subsampling="4:2:0"),
        _FUNCTION: lambda number: render(poster(number)),
        "— laid out": lambda number: layout.band(poster(number + 500), look, code.width),
        "— QR written, fixed mask": lambda number: qr.write(URL.format(number)),
        "— QR read": lambda _: qr.says(big, spec.qr_url),
        "— encoded and spliced": lambda _: splicing.spliced(shop.cells, strip, _CHANGED, [_CHANGED]),
        "instead: QR with the mask chosen": lambda number: _chosen(URL.format(number)),
        "instead: the whole page encoded": lambda _: jpeg.encode(page),
        "once for all: a shop's half": lambda number: _staged(poster(number)),
    }


def _chosen(url: str) -> None:
    code = QRCode()
    code.add_data(url, optimize=0)
    code.make()


def _staged(spec: PosterSpec) -> None:
    stage.__wrapped__(spec.hero, templates.named(LOOK))


@contextmanager
def _worker() -> Iterator[Callable[[int], object]]:
    """Enqueues some posters and works until they are done."""
    with tempfile.TemporaryDirectory() as folder:
        server, address = embedded.start(Path(folder))
        redis = Redis.from_url(address)
        queue = Queue("posters", connection=redis, serializer=JSONSerializer)
        worker = worker_of(queue.name, redis)

        def through(number: int) -> None:
            for one in range(JOBS):
                queue.enqueue(job, 1000 + number * JOBS + one)
            worker.work(burst=True, logging_level="ERROR")

        try:
            yield through
        finally:
            server.terminate()
            server.wait()
