"""Which posts repeat which: each group under its canonical post. On two levels, each of which is a star.

Within a site, in the order of publication, a post is under the earliest post within the window before it
that it repeats and that is under none itself; else it leads. What a site says of its dates decides among
its own posts alone: leaders of several sites are compared in the order in which they came to stand here
(`posts.standing`), and where that tells nothing, since the store was filled from nothing, by their dates,
then in the order of the sites. A leader is under the first one in this order that it repeats and that is
under none itself; else it is canonical. So a copy on another site joins the group, whatever date it claims,
and a chain of ever later copies does not stretch the window.

The outcome depends on the posts and on how they stand, not on the order in which they are decided. Repeats
are marked, never deleted: `dedupe=off` shows all of them, and `site=x` shows the leader of x.

A post that came, that changed or that lost what it was under is undecided: its `leader_key`, or as a leader
its `canonical_key`, is null. `decide_groups` decides it, and those that its decision releases.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from feedsvc.store.comparables import Comparable, load_comparables, save_sketches
from feedsvc.store.keys import SLOT_BITS
from feedsvc.store.stars import Budget, ComparedPosts, StarLevel
from feedsvc.store.tables import facts, post_terms, posts, sketches
from feedsvc.text import similarity

_BATCH_SIZE = 100
"""Posts that are looked up at once."""

_MAX_UNDECIDED = 1000
"""Posts that are decided at a time, as far as they lie in the store."""

_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_OF_POST: BindParameter[int] = bindparam("of_post")

_SELECT_UNDECIDED = (
    select(posts.c.key)
    .where(posts.c.site_id == bindparam("of_site"), posts.c.leader_key.is_(None))
    .limit(_MAX_UNDECIDED)
)
_SELECT_UNDECIDED_LEADERS = (
    select(posts.c.key)
    .where(posts.c.canonical_key.is_(None), posts.c.leader_key == posts.c.key)
    .limit(_MAX_UNDECIDED)
)
_SELECT_SITE_MEMBERS = select(posts.c.key, posts.c.leader_key, posts.c.canonical_key).where(
    posts.c.leader_key.in_(_KEYS), posts.c.leader_key != posts.c.key
)
_SELECT_LEADERS_UNDER = select(posts.c.key, posts.c.leader_key, posts.c.canonical_key).where(
    posts.c.canonical_key.in_(_KEYS),
    posts.c.canonical_key != posts.c.key,
    posts.c.leader_key == posts.c.key,
)
_SELECT_STANDING = (
    select(posts.c.leader_key, func.min(posts.c.standing))
    .where(posts.c.leader_key.in_(_KEYS))
    .group_by(posts.c.leader_key)
)
_SELECT_PLACES = select(posts.c.key, posts.c.canonical_key, posts.c.site_id, posts.c.place).where(
    posts.c.canonical_key.in_(_KEYS), posts.c.leader_key == posts.c.key
)
_UPDATE_LEADER = update(posts).where(posts.c.key == _OF_POST).values(leader_key=bindparam("leader"))
_UPDATE_CANONICAL = (
    update(posts).where(posts.c.key == _OF_POST).values(canonical_key=bindparam("canonical"))
)
_UPDATE_TERMS = (
    update(post_terms).where(post_terms.c.post_key == _OF_POST).values(entry_key=bindparam("canonical"))
)
_UPDATE_PLACE = update(posts).where(posts.c.key == _OF_POST).values(place=bindparam("in_group"))
_UPDATE_FIGURES = (
    update(posts)
    .where(posts.c.key == _OF_POST)
    .values(fingerprint=bindparam("of_text"), figures=bindparam("of_figures"))
)

_FACT = "how posts are compared"


def is_grouping_outdated(connection: Connection, window: timedelta) -> bool:
    """Return whether the stored posts were compared in another way than they would be now."""
    way = connection.scalar(select(facts.c.value).where(facts.c.name == _FACT))
    return way != _describe_comparison(window)


def regroup_all(connection: Connection, window: timedelta) -> None:
    """Compare all posts anew. In the order of keys, most need those before them alone."""
    connection.execute(delete(sketches))
    connection.execute(update(posts).values(leader_key=None, canonical_key=None, place=0))
    keys = connection.scalars(select(posts.c.key).order_by(posts.c.key)).all()
    for start in range(0, len(keys), _BATCH_SIZE):
        batch = keys[start : start + _BATCH_SIZE]
        comparables = dict(load_comparables(connection, batch))
        save_sketches(connection, {key: comparable.sketch for key, comparable in comparables.items()})
        texts = [(key, comparable.text) for key, comparable in comparables.items()]
        connection.execute(
            _UPDATE_FIGURES,
            [
                {"of_post": key, "of_text": text.fingerprint, "of_figures": text.figures}
                for key, text in texts
            ],
        )
        decide_groups(connection, batch, comparables, window, Budget())
    connection.execute(delete(facts).where(facts.c.name == _FACT))
    connection.execute(insert(facts).values(name=_FACT, value=_describe_comparison(window)))


def _describe_comparison(window: timedelta) -> str:
    return f"within {int(window.total_seconds())} s, {similarity.VERSION}"


def list_undecided(connection: Connection, site_id: int) -> list[int]:
    """Return the keys of posts of a site that are undecided within it: as many as are decided at a time."""
    return list(connection.scalars(_SELECT_UNDECIDED, {"of_site": site_id}))


def has_undecided(connection: Connection, site_id: int) -> bool:
    """Return whether posts are left to decide: some of a site, or leaders of any."""
    return bool(
        connection.scalar(_SELECT_UNDECIDED.limit(1), {"of_site": site_id}) is not None
        or connection.scalar(_SELECT_UNDECIDED_LEADERS.limit(1)) is not None
    )


def decide_groups(
    connection: Connection,
    undecided: Collection[int],
    comparables: Mapping[int, Comparable],
    window: timedelta,
    budget: Budget,
) -> set[int]:
    """Decide the posts with the keys `undecided`, whose sketches are stored, then what became undecided
    among the leaders. Return the canonical keys, past and present, of every group whose members are others
    now. When `budget` is spent, the rest stays undecided.

    `comparables` are those that need not be read from the store. Posts published further apart than
    `window` are not compared.
    """
    return _Grouping(connection, ComparedPosts(connection, comparables, window, budget)).decide(undecided)


class _Grouping:
    """Decisions about posts, in memory: first within each site, then among the leaders of all."""

    def __init__(self, connection: Connection, compared: ComparedPosts) -> None:
        self._connection = connection
        self._compared = compared
        self._standing: dict[int, int] = {}  # of each leader: the earliest of its site's posts in the group
        self._within_sites = StarLevel(
            compared,
            compared.leaders,
            precedence=lambda key: (key,),
            may_compare=lambda key, other: compared.site_ids[key] == compared.site_ids[other],
            load_members=lambda keys: self._load_heads(_SELECT_SITE_MEMBERS, keys),
        )
        self._among_sites = StarLevel(
            compared,
            compared.canonical,
            precedence=self._get_precedence,
            may_compare=lambda key, other: (
                compared.site_ids[key] != compared.site_ids[other] and compared.is_leader(other)
            ),
            load_members=lambda keys: self._load_heads(_SELECT_LEADERS_UNDER, keys),
            prepare=self._load_standing,
        )

    def decide(self, undecided: Collection[int]) -> set[int]:
        """Decide posts and what that releases, and store it; return the canonical keys of what changed."""
        self._within_sites.decide(undecided)
        regrouped = self._within_sites.list_changed()
        leaders = self._compared.leaders.current
        self._execute(_UPDATE_LEADER, [{"of_post": key, "leader": leaders[key]} for key in regrouped])
        self._among_sites.decide(self._list_undecided_leaders(regrouped))
        # Those that another site's post has released wait behind those that came.
        self._among_sites.decide(self._connection.scalars(_SELECT_UNDECIDED_LEADERS).all())
        touched = self._save_canonical(self._follow_leaders(regrouped))
        self._place_leaders(touched)
        return touched

    def _list_undecided_leaders(self, regrouped: Collection[int]) -> set[int]:
        """Return the leaders to decide after posts have got other leaders within their sites."""
        compared, leaders = self._compared, self._compared.leaders
        shaken = set(regrouped)  # they lead now, or lead no more
        for key in regrouped:
            for leader in (leaders.stored[key], leaders.current[key]):
                if leader is None or not compared.is_leader(leader):
                    continue
                if compared.standing[key] < compared.standing[leader]:
                    shaken.add(leader)  # what is under it changes its standing
        released = self._among_sites.release(shaken)
        return {key for key in shaken | released if compared.is_leader(key)}

    def _follow_leaders(self, regrouped: Collection[int]) -> dict[int, int | None]:
        """Return the canonical keys of all posts that may have another one: those of their leaders."""
        compared, canonical = self._compared, self._compared.canonical
        leader_by_key = {key: compared.leaders.current[key] for key in regrouped}
        moved = [key for key in self._among_sites.list_changed() if compared.is_leader(key)]
        leader_by_key |= {key: key for key in moved}
        for batch in _list_batches(moved):
            for key, leader, stored in self._connection.execute(_SELECT_SITE_MEMBERS, {"keys": batch}):
                leader_by_key[key] = leader
                canonical.stored.setdefault(key, stored)
        return {
            key: None if leader is None else canonical.current[leader]
            for key, leader in leader_by_key.items()
        }

    def _save_canonical(self, canonical_by_key: Mapping[int, int | None]) -> set[int]:
        """Store canonical keys; return them, with those that the posts had."""
        stored = self._compared.canonical.stored
        rows = [
            {"of_post": key, "canonical": canonical}
            for key, canonical in canonical_by_key.items()
            if canonical != stored[key]
        ]
        self._execute(_UPDATE_CANONICAL, rows)
        self._execute(_UPDATE_TERMS, rows)
        both = {*canonical_by_key.values(), *(stored[key] for key in canonical_by_key)}
        return {key for key in both if key is not None}

    def _place_leaders(self, canonical_keys: Collection[int]) -> None:
        """Number the leaders of groups in their order, in which one stands for a group on some sites."""
        changed = []
        for batch in _list_batches(canonical_keys):
            leaders: dict[int, list[int]] = {}
            stored: dict[int, int] = {}
            for key, canonical, site_id, place in self._connection.execute(_SELECT_PLACES, {"keys": batch}):
                leaders.setdefault(canonical, []).append(key)
                stored[key] = place
                self._compared.site_ids[key] = site_id
            self._load_standing([key for group in leaders.values() if len(group) > 1 for key in group])
            for group in leaders.values():
                in_order = sorted(group, key=self._get_precedence) if len(group) > 1 else group
                places = enumerate(in_order)
                changed += [(key, place) for place, key in places if stored[key] != place]
        self._execute(_UPDATE_PLACE, [{"of_post": key, "in_group": place} for key, place in changed])

    def _get_precedence(self, key: int) -> tuple[int, ...]:
        """Return where a leader stands among those of all sites."""
        # A post's number on its site says nothing about another site's: its second of publication alone.
        return self._standing[key], key >> SLOT_BITS, self._compared.site_ids[key], key

    def _load_standing(self, keys: Iterable[int]) -> None:
        """Load the standing of leaders whose members within their sites are stored."""
        for batch in _list_batches(set(keys) - self._standing.keys()):
            rows = self._connection.execute(_SELECT_STANDING, {"keys": batch})
            self._standing.update((leader, standing) for leader, standing in rows)

    def _load_heads(self, statement: Select[tuple[int, int, int]], keys: Collection[int]) -> list[int]:
        """Load the posts that are stored under some posts on a level, and return their keys."""
        found: list[int] = []
        for batch in _list_batches(keys):
            found += self._connection.scalars(statement, {"keys": batch})
        self._compared.load_states(found)
        return found

    def _execute(self, statement: Update, rows: Sequence[Mapping[str, int | None]]) -> None:
        if rows:
            self._connection.execute(statement, rows)


def _list_batches(keys: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(keys)
    while batch := list(islice(remaining, _BATCH_SIZE)):
        yield batch
