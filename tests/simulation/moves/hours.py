"""Time goes by."""

from __future__ import annotations

from tests.simulation.moves.room import Room, Wishes
from tests.simulation.oracle.known import DAY, HOUR
from tests.simulation.world import World


class Hours(Room):
    """The clock jumps, and likes to stop where something falls due."""

    def wishes(self) -> Wishes:
        return ((8, self.jump),)

    def jump(self, world: World) -> None:
        """Seconds, hours or days go by; now and then exactly until something falls due."""
        luck = self.random.random()
        if luck < 0.15:
            rows = world.rows(
                "SELECT min(due_at) FROM commissions WHERE state = 'pending' AND due_at > ?", world.now
            )
            due = rows[0][0]
            if due and due - world.now < 40 * DAY:
                world.move(milliseconds=due - world.now - self.random.choice((0, 0, 1)))
                self.instants.append(due)
                return
        span = self.random.choices((60_000, HOUR, 12 * HOUR, 3 * DAY, 20 * DAY), (20, 20, 10, 5, 1))[0]
        world.move(milliseconds=self.random.randrange(span))
