"""Keys for posts that come, and room for them: of the posts of one second some may have to move up."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, Connection, bindparam, select, update

from feedsvc.model import Post
from feedsvc.store.constructs import integer_list, integer_rows
from feedsvc.store.indexing import remove_from_index
from feedsvc.store.keys import SLOTS, Identity, assign_keys, first_key
from feedsvc.store.tables import posts, sites

_SITE_ID: BindParameter[int] = bindparam("of_site")
_seconds, _first_key = integer_rows("first_keys")
_SELECT_SECONDS = (
    select(_first_key.label("first_key"), posts.c.wp_id, sites.c.name, posts.c.key)
    .select_from(_seconds)
    .join(posts, posts.c.key.between(_first_key, _first_key + (SLOTS - 1)))
    .join(sites, sites.c.id == posts.c.site_id)
)
_SELECT_SITE_NAME = select(sites.c.name).where(sites.c.id == _SITE_ID)
_MOVE = (
    update(posts)
    .where(posts.c.key == bindparam("old_key"))
    .values(key=bindparam("new_key"), index_rowid=None)
)
_MOVE_LEADER = (
    update(posts).where(posts.c.leader_key == bindparam("old_key")).values(leader_key=bindparam("new_key"))
)


def make_room(
    connection: Connection, site_id: int, written: Sequence[Post]
) -> tuple[list[int], dict[int, int]]:
    """Return the keys of posts that are to be inserted, and the stored posts that moved up to make room
    for them: their old keys with the new ones.
    """
    if not written:
        return [], {}
    by_second: dict[int, dict[Identity, int]] = {first_key(post.published): {} for post in written}
    rows = connection.execute(_SELECT_SECONDS, {"first_keys": integer_list(by_second)})
    for first, wp_id, name, key in rows:
        by_second[first][wp_id, name] = key
    site_name = connection.scalars(_SELECT_SITE_NAME, {"of_site": site_id}).one()
    added: dict[int, list[Post]] = {}
    for post in written:
        added.setdefault(first_key(post.published), []).append(post)
    keys: dict[int, int] = {}
    moved: dict[int, int] = {}
    for first, posts_added in added.items():
        identities = [(post.id, site_name) for post in posts_added]
        assigned = assign_keys(posts_added[0].published, by_second[first], identities)
        keys |= {identity[0]: assigned[identity] for identity in identities}
        moved |= {key: new for i, key in by_second[first].items() if (new := assigned[i]) != key}
    if moved:
        remove_from_index(connection, moved)
        # From the highest down each comes where none is any more. Its rowid has to rise with the key.
        rows_moved = [{"old_key": key, "new_key": moved[key]} for key in sorted(moved, reverse=True)]
        connection.execute(_MOVE, rows_moved)
        connection.execute(_MOVE_LEADER, rows_moved)
    return [keys[post.id] for post in written], moved
