"""Pushes to the bot as Tencent sends them: sealed, five seconds, three tries, one person after another."""

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from bot.sandbox.chats import FAULT_TIP, system
from bot.sandbox.replies import Reply, ReplyFault, opened
from bot.sandbox.stage import Stage

CALLBACK = "/wechat"
TRIES = 3
Result = TypeVar("Result")


@dataclass(frozen=True)
class Push:
    """One message or event on its way to the bot; `unseen`: nobody looks at what comes back."""

    openid: str
    xml: str
    title: str
    unseen: bool = False


@dataclass
class Delivery:
    """One HTTP exchange: what came back, how fast, and what was wrong with it."""

    status: int = 0
    ms: int = 0
    reply: str = ""
    problem: str = ""
    retry: bool = False


@dataclass
class Outcome:
    """What became of a push."""

    deliveries: list[Delivery] = field(default_factory=list)
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the control API."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """How to deliver: `copies` of the same push, one after the other or at once."""

    copies: int = 1
    at_once: bool = False


def deliver(stage: Stage, push: Push, plan: Plan) -> Outcome:
    """Send a push until it is answered, and put what the bot replied into the chat."""
    query, body = stage.seal.push(push.xml, push.openid, int(time.time()), str(secrets.randbelow(10**10)))
    path = f"{CALLBACK}?{urlencode(query)}"
    results = _copies(stage, push, path, body, plan) if plan.copies > 1 else _tries(stage, push, path, body)
    outcome = Outcome([delivery for delivery, _ in results])
    reply = next((reply for _, reply in results if reply), None)
    if reply:
        if not push.unseen:
            stage.say(reply.line)
            _handed_over(stage, reply)
    elif any(not delivery.problem for delivery in outcome.deliveries):
        return outcome
    else:
        outcome.problem = _why(outcome.deliveries)
        if not push.unseen:
            stage.say(system(push.openid, FAULT_TIP, outcome.problem, "fault"))
    return outcome


def _handed_over(stage: Stage, reply: Reply) -> None:
    """transfer_customer_service: the person now waits for 人工客服, whom the page plays; a running session goes on."""
    with stage.lock:
        person = stage.world.people.get(reply.line.openid)
        if reply.line.type != "staff" or person is None or person.with_staff(stage.now()):
            return
        person.staff = "waiting"
        stage.person_changed(person)


Answered = tuple[Delivery, Reply | None]


def _tries(stage: Stage, push: Push, path: str, body: bytes) -> list[Answered]:
    results: list[Answered] = []
    for number in range(1, TRIES + 1):
        results.append(_once(stage, push, path, body, f"第 {number} 次"))
        if not results[-1][0].retry:
            break
        if number < TRIES:
            time.sleep(stage.config.retry_pause)
    return results


def _copies(stage: Stage, push: Push, path: str, body: bytes, plan: Plan) -> list[Answered]:
    if not plan.at_once:
        return [_once(stage, push, path, body, f"第 {n} 份") for n in range(1, plan.copies + 1)]
    results: list[Answered] = []
    threads = [
        threading.Thread(target=lambda n=n: results.append(_once(stage, push, path, body, f"同时第 {n} 份")))
        for n in range(1, plan.copies + 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _once(stage: Stage, push: Push, path: str, body: bytes, label: str) -> Answered:
    started = time.monotonic()
    delivery = Delivery()
    reply: Reply | None = None
    try:
        delivery.status, answer = stage.transport(path, body, {"Content-Type": "text/xml"})
        if time.monotonic() - started > stage.config.push_timeout:
            delivery.problem, delivery.retry = "超过 5 秒才回答", True
        elif delivery.status != 200:
            delivery.problem, delivery.retry = f"HTTP {delivery.status}", True
        else:
            reply = opened(stage, push.openid, answer)
    except ReplyFault as fault:
        delivery.problem = str(fault)
    except TimeoutError:
        delivery.problem, delivery.retry = "5 秒内没有回答", True
    except OSError as error:
        delivery.problem, delivery.retry = f"连不上机器人（{type(error).__name__}）", True
    delivery.ms = round((time.monotonic() - started) * 1000)
    delivery.reply = reply.xml if reply else ""
    stage.journal.write(
        "push",
        push.title,
        started,
        ok=not delivery.problem,
        openid=push.openid,
        note=label,
        sent=push.xml,
        status=delivery.status,
        answer=delivery.reply or ("（空）" if not delivery.problem else ""),
        problem=delivery.problem,
    )
    return delivery, reply


def _why(deliveries: list[Delivery]) -> str:
    reasons = [delivery.problem for delivery in deliveries]
    if len(set(reasons)) == 1 and len(reasons) > 1:
        return f"推送 {len(reasons)} 次：{reasons[0]}"
    return "；".join(reasons)


class Postman:
    """Runs what belongs to one person in order, and different persons side by side."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, deque[Callable[[], None]]] = {}

    def hand(self, openid: str, work: Callable[[], Result]) -> "Future[Result]":
        """Put work behind what the person already waits for."""
        future: Future[Result] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 — whoever waits must learn of it
                future.set_exception(error)

        with self._lock:
            waiting = self._queues.get(openid)
            if waiting is not None:
                waiting.append(run)
                return future
            self._queues[openid] = deque([run])
        threading.Thread(target=self._drain, args=(openid,), daemon=True).start()
        return future

    def rest(self, seconds: float) -> bool:
        """Wait until nothing is on its way; False when something still is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._lock:
                if not self._queues:
                    return True
            time.sleep(0.01)
        return False

    def _drain(self, openid: str) -> None:
        while True:
            with self._lock:
                waiting = self._queues[openid]
                if not waiting:
                    del self._queues[openid]
                    return
                run = waiting.popleft()
            run()
