"""我的下级: however people join, leave, return and are moved, as many are counted as are listed."""

from __future__ import annotations

from contextlib import suppress
from itertools import count

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import Engine
from engine.errors import Refusal
from tests.engine.referrals.test_handover import carry_on, leave
from tests.engine.world import World

_apps = count(1)
PROMOTERS = ("alice", "bob", "dave", "mallory")
MORE = 9

promoter, above = st.sampled_from(PROMOTERS), st.sampled_from(["", *PROMOTERS])
STEPS = st.tuples(st.sampled_from(["join", "move", "go"]), promoter, above)


class Shop(World):
    """A shop whose promoters come and go."""

    def join(self, name: str, inviter: str) -> None:
        """For the first time, or again."""
        self.recruit(name, inviter or None)

    def move(self, name: str, upline: str) -> None:
        made = self.boss.uplines.propose(self.code(name), self.code(upline) if upline else "", "调整")
        self.boss.uplines.change(made.code)

    def go(self, name: str, heir: str) -> None:
        leave(self, name, upline=heir)
        carry_on(self)

    def below(self, name: str) -> tuple[int, int]:
        """How many are counted below him, and how many are listed."""
        room, found = self.boss.earnings, self.boss.promoters.by_code(self.codes[name]).id
        return room.downline_count(found), len(room.downlines(found, 0, MORE))

    def begin(self) -> None:
        self.ready(people=PROMOTERS)
        self.codes = {name: self.code(name) for name in PROMOTERS}


@settings(max_examples=6, deadline=None)
@given(steps=st.lists(STEPS, max_size=8))
@example([("move", "dave", "bob"), ("go", "bob", "dave"), ("join", "bob", "mallory"), ("go", "mallory", "")])
@example([("move", "dave", "alice"), ("go", "alice", "dave"), ("move", "bob", ""), ("join", "alice", "bob")])
def test_as_many_are_counted_as_are_listed(shared_engine: Engine, steps: list[tuple[str, str, str]]) -> None:
    shop = Shop("", app=f"wx_downlines_{next(_apps)}", engine=shared_engine)
    shop.begin()
    assert {name: shop.below(name) for name in ("alice", "bob")} == {"alice": (1, 1), "bob": (0, 0)}
    for step, name, other in steps:
        shop.clock.move(seconds=1)
        with suppress(Refusal):  # what may not be done changes nothing
            getattr(shop, step)(name, other)
        counts = [shop.below(name) for name in PROMOTERS]
        assert all(counted == listed for counted, listed in counts), counts
    shop.audited()


def test_who_left_is_counted_until_he_is_invited_by_another(shop: World) -> None:
    alice, dave = shop.promoter("alice"), shop.promoter("dave")
    leave(shop, "bob")
    assert shop.boss.earnings.downline_count(alice) == 1
    shop.clock.move(days=1)
    shop.recruit("bob", inviter="dave")
    assert [shop.boss.earnings.downline_count(one) for one in (alice, dave)] == [0, 1]
