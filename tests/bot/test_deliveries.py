"""Deliveries on a real Redis: one run, the same bytes for all, one message of a person at a time."""

from __future__ import annotations

import hashlib
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from bot.deliveries import Deliveries, Turn
from bot.redis import connect
from engine.cipher import Cipher
from handlers.types import Kind, Message, Talk
from tests.bot.pushes import NOW

ALICE = hashlib.sha256(b"gh_1:oAlice").hexdigest()[:32]
"""How she stands in the keys of Redis."""


def message(delivery: str = "d1", openid: str = "oAlice") -> Message:
    return Message(Kind.TEXT, openid, "gh_1", NOW, delivery, text="帮助")


def turn_of(begun: Turn | bytes) -> Turn:
    assert isinstance(begun, Turn)
    return begun


def hang_up(redis: Redis) -> None:
    """Let Redis end all connections but the one that says so."""
    assert redis.client_kill_filter(_type="normal", skipme=True)


@pytest.fixture
def deliveries(redis: Redis) -> Deliveries:
    return Deliveries(redis, prefix="t:")


@pytest.fixture
def hasty(redis: Redis) -> Deliveries:
    """The same with less patience, and a lease that no slow machine outlives."""
    return Deliveries(redis, prefix="t:", lease=60, patience=0.05)


def let_leases_run_out(redis: Redis) -> None:
    """What a lease's end does: claim and lock are gone."""
    for key in [*redis.keys("t:delivery:*"), *redis.keys("t:speaking:*")]:
        redis.delete(key)


class TestRetries:
    def test_the_second_gets_what_the_first_answered(self, deliveries: Deliveries) -> None:
        turn = turn_of(deliveries.begin(message()))
        assert not turn.degraded
        deliveries.finish(turn, b"<answer/>", None)
        assert deliveries.begin(message()) == b"<answer/>"
        assert deliveries.begin(message()) == b"<answer/>"

    def test_an_empty_answer_is_an_answer(self, deliveries: Deliveries) -> None:
        deliveries.finish(turn_of(deliveries.begin(message())), b"", None)
        started = time.monotonic()
        assert deliveries.begin(message()) == b""
        assert time.monotonic() - started < 4.5

    def test_the_answer_may_be_any_bytes(self, deliveries: Deliveries) -> None:
        answer = bytes(range(256))
        deliveries.finish(turn_of(deliveries.begin(message())), answer, None)
        assert deliveries.begin(message()) == answer

    def test_three_at_once_are_one_run(self, redis: Redis) -> None:
        deliveries = Deliveries(redis, prefix="t:", lease=60, patience=60)
        runs: list[int] = []
        ready = threading.Barrier(3)

        def deliver(number: int) -> bytes:
            ready.wait()
            begun = deliveries.begin(message())
            if isinstance(begun, bytes):
                return begun
            runs.append(number)
            time.sleep(0.2)
            answer = b"answer %d" % number
            deliveries.finish(begun, answer, None)
            return answer

        with ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(deliver, range(3)))
        assert len(runs) == 1
        assert set(answers) == {b"answer %d" % runs[0]}

    def test_a_run_that_takes_too_long_leaves_the_others_empty(self, hasty: Deliveries) -> None:
        hasty.begin(message())
        assert hasty.begin(message()) == b""

    def test_a_claim_holds_without_its_persons_lock(self, hasty: Deliveries, redis: Redis) -> None:
        hasty.begin(message())
        redis.delete("t:speaking:" + ALICE)
        assert hasty.begin(message()) == b""

    def test_patience_ends_on_time(self, redis: Redis) -> None:
        deliveries = Deliveries(redis, prefix="t:", patience=0.5)
        deliveries.begin(message())
        started = time.monotonic()
        assert deliveries.begin(message()) == b""
        assert 0.5 <= time.monotonic() - started < 4.5

    def test_a_lease_ends_before_wechat_gives_up(self, deliveries: Deliveries, redis: Redis) -> None:
        deliveries.begin(message())
        for key in ("t:delivery:d1", f"t:speaking:{ALICE}"):
            assert 0 < int(redis.pttl(key)) <= 4500

    def test_a_lease_that_ran_out_is_taken_over(self, hasty: Deliveries, redis: Redis) -> None:
        dead = turn_of(hasty.begin(message()))
        let_leases_run_out(redis)
        heir = turn_of(hasty.begin(message()))
        assert heir.claim != dead.claim
        # The first was only slow: what it says now must not disturb the run that took over.
        hasty.finish(dead, b"late", Talk("late"))
        assert hasty.begin(message()) == b""
        hasty.finish(heir, b"heir", Talk("heir"))
        hasty.finish(dead, b"later", Talk("later"))
        hasty.release(dead)
        assert hasty.begin(message()) == b"heir"
        assert turn_of(hasty.begin(message("d2"))).talk == Talk("heir")

    def test_a_late_answer_counts_when_nobody_took_over(self, hasty: Deliveries, redis: Redis) -> None:
        late = turn_of(hasty.begin(message()))
        let_leases_run_out(redis)
        hasty.finish(late, b"late", Talk("late"))
        assert hasty.begin(message()) == b"late"
        # The talk is not kept: another message may have been spoken in between.
        assert turn_of(hasty.begin(message("d2"))).talk == Talk()

    def test_a_waiting_retry_takes_over(self, redis: Redis) -> None:
        deliveries = Deliveries(redis, prefix="t:", lease=0.2, patience=30)
        deliveries.begin(message())
        assert isinstance(deliveries.begin(message()), Turn)

    def test_released_means_run_again(self, deliveries: Deliveries, redis: Redis) -> None:
        deliveries.finish(turn_of(deliveries.begin(message("d0"))), b"", Talk("amount"))
        turn = turn_of(deliveries.begin(message()))
        deliveries.release(turn)
        again = turn_of(deliveries.begin(message()))
        assert again.talk == Talk("amount")
        deliveries.release(again)
        assert not redis.keys("t:delivery:d1")
        assert not redis.keys("t:speaking:*")

    def test_answers_are_kept_a_quarter_of_an_hour(self, deliveries: Deliveries, redis: Redis) -> None:
        deliveries.finish(turn_of(deliveries.begin(message())), b"x", None)
        assert 890 < int(redis.ttl("t:delivery:d1")) <= 900


class TestOnePersonAtATime:
    def test_the_second_message_waits_and_finds_the_talk(self, redis: Redis) -> None:
        patient = Deliveries(redis, prefix="t:", lease=60, patience=60)
        first = turn_of(patient.begin(message("d1")))

        def speak() -> Turn | bytes:
            return patient.begin(message("d2"))

        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(speak)
            time.sleep(0.15)
            assert not second.done()
            patient.finish(first, b"1", Talk("amount", {"to": "王姐"}))
            assert turn_of(second.result(60)).talk == Talk("amount", {"to": "王姐"})

    def test_other_people_do_not_wait(self, hasty: Deliveries) -> None:
        turn_of(hasty.begin(message("d1", "oAlice")))
        turn_of(hasty.begin(message("d2", "oBob")))

    def test_a_person_who_waits_too_long_gets_nothing(self, hasty: Deliveries) -> None:
        turn_of(hasty.begin(message("d1")))
        assert hasty.begin(message("d2")) == b""

    def test_the_talk_is_renewed_for_half_an_hour(self, deliveries: Deliveries, redis: Redis) -> None:
        for delivery in ("d1", "d2"):
            deliveries.finish(turn_of(deliveries.begin(message(delivery))), b"", Talk("amount"))
            assert 1790 < int(redis.ttl("t:talk:" + ALICE)) <= 1800
            redis.expire("t:talk:" + ALICE, 5)

    def test_no_talk_closes_it(self, deliveries: Deliveries, redis: Redis) -> None:
        deliveries.finish(turn_of(deliveries.begin(message("d1"))), b"", Talk("amount"))
        deliveries.finish(turn_of(deliveries.begin(message("d2"))), b"", None)
        assert turn_of(deliveries.begin(message("d3"))).talk == Talk()
        assert not redis.keys("t:talk:*")

    def test_garbage_in_redis_is_no_talk(self, deliveries: Deliveries, redis: Redis) -> None:
        redis.set("t:talk:" + ALICE, b"\xff{")
        assert turn_of(deliveries.begin(message())).talk == Talk()

    def test_a_flush_in_between_loses_the_talk_only(self, deliveries: Deliveries, redis: Redis) -> None:
        turn = turn_of(deliveries.begin(message()))
        redis.flushdb()
        redis.script_flush()
        deliveries.finish(turn, b"x", Talk("amount"))
        assert deliveries.begin(message()) == b"x"
        assert turn_of(deliveries.begin(message("d2"))).talk == Talk()


class TestRedisIsGone:
    @pytest.fixture
    def nowhere(self) -> Iterator[Redis]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        client = connect(f"redis://127.0.0.1:{port}")
        yield client
        client.close()

    @pytest.fixture
    def deaf(self) -> Iterator[Redis]:
        """Somebody takes the connection and never says a word."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            client = connect(f"redis://127.0.0.1:{server.getsockname()[1]}")
            yield client
            client.close()

    def test_messages_run_without_it(self, nowhere: Redis) -> None:
        deliveries = Deliveries(nowhere, prefix="t:")
        started = time.monotonic()
        for _ in range(5):
            turn = turn_of(deliveries.begin(message()))
            assert turn.degraded
            assert turn.talk == Talk()
            deliveries.finish(turn, b"x", Talk("amount"))
            deliveries.release(turn)
        assert time.monotonic() - started < 4.5

    def test_a_redis_that_hangs_costs_a_moment(self, deaf: Redis) -> None:
        started = time.monotonic()
        assert turn_of(Deliveries(deaf, prefix="t:").begin(message())).degraded
        # One time-out of 200 ms: redis-py by itself would wait 5 s.
        assert time.monotonic() - started < 4.5

    def test_it_may_go_between_begin_and_finish(self, redis: Redis, nowhere: Redis) -> None:
        turn = turn_of(Deliveries(redis, prefix="t:").begin(message()))
        gone = Deliveries(nowhere, prefix="t:")
        gone.finish(turn, b"x", None)
        gone.release(turn)

    def test_a_connection_that_redis_closed_is_made_anew(self, redis: Redis) -> None:
        deliveries = Deliveries(redis, prefix="t:")
        turn = turn_of(deliveries.begin(message()))
        hang_up(redis)
        deliveries.finish(turn, b"x", None)
        hang_up(redis)
        assert deliveries.begin(message()) == b"x"

    def test_it_is_told_once_in_ten_seconds(self, nowhere: Redis, caplog: pytest.LogCaptureFixture) -> None:
        now = [100.0]
        deliveries = Deliveries(nowhere, prefix="t:", monotonic=lambda: now[0])
        with caplog.at_level(logging.WARNING):
            for now[0] in (100.0, 105.0, 109.9, 110.0, 111.0):
                deliveries.begin(message())
        assert len([line for line in caplog.messages if "redis=gone" in line]) == 2


def test_a_half_filled_form_lies_sealed_in_redis(redis: Redis) -> None:
    cipher = Cipher((b"k" * 32,))
    deliveries = Deliveries(redis, prefix="t:", cipher=cipher)
    asked, answered = message("first"), message("second")
    turn = deliveries.begin(asked)
    assert isinstance(turn, Turn)
    deliveries.finish(turn, b"reply", Talk("apply.name", {"phone": "13800138000"}))
    kept = b"".join(redis.dump(key) or b"" for key in redis.keys("t:talk:*"))
    assert kept
    assert b"13800138000" not in kept
    again = deliveries.begin(answered)
    assert isinstance(again, Turn)
    assert again.talk.memory == {"phone": "13800138000"}
