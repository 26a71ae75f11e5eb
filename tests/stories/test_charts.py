"""收益图, 排行图 and 经营图 arrive as pictures; asking again is an answer at once, and a new figure a new picture."""

from __future__ import annotations

from tests.stories.world import World


def test_charts_arrive_and_are_drawn_once_until_a_figure_changes(world: World) -> None:
    world.joins("alice")
    bob = world.joins("bob", invited_by="alice")
    carol = world.follower("carol")
    carol.scans_poster_of("bob")
    world.buys("carol")
    owner = world.person("老板")
    for someone, word in ((bob, "收益图"), (bob, "排行图"), (owner, "经营图")):
        before = len(someone.pictures())
        assert "正在画图" in someone.says(word)
        world.work()
        assert len(someone.pictures()) == before + 1
    bob.says("收益图")
    assert bob.pictures()[-1]["media"] == bob.pictures()[0]["media"], (
        "asked for again: the same upload, at once"
    )
    world.buys("carol")
    assert "正在画图" in bob.says("收益图")
    world.audited()
