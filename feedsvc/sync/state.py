"""What a pull remembers, kept in step with what it does: each observation decided on and saved once."""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from feedsvc.store import sites
from feedsvc.sync.plan import decide
from feedsvc.sync.site_store import SiteStore
from feedsvc.sync.steps import Action, Observation


@dataclass(slots=True)
class StateKeeper:
    """The state of one site during a pull, and what the pull has still to do."""

    store: SiteStore
    sweep_interval: timedelta
    to_do: deque[Action] = field(default_factory=deque, init=False)

    def settle(self, connection: Connection, observation: Observation) -> None:
        """Decide on an observation and save the state, in the transaction of what was done.

        What the decision asks for comes before all that is still to do.
        """
        state = sites.load_sync_state(connection, self.store.site_id)
        decision = decide(state, observation, self.sweep_interval)
        if decision.state != state:
            sites.save_sync_state(connection, self.store.site_id, decision.state)
        self.to_do.extendleft(reversed(decision.actions))

    def settle_alone(self, observation: Observation) -> None:
        """Decide on an observation about which nothing is to be written but the state, if that changes."""
        state = self.store.load_state()
        decision = decide(state, observation, self.sweep_interval)
        if decision.state == state:  # then no write lock is taken
            self.to_do.extendleft(reversed(decision.actions))
            return
        with self.store.transaction() as connection:
            self.settle(connection, observation)
