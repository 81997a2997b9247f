"""What feeds call a post: its own guid, as in WordPress's feeds, unless that is another post's already.

Readers take two entries with one id for one, so that a site could overwrite what another says. So an id is
one post's alone: the site's whose address it is, else that of the post which had it first. Where a store is
filled from nothing, that is the one published first. The others are called by their links.

What a post is called once stays, whatever its guid becomes later. A guid that is no IRI, which Atom asks
for, is made one, and in all formats, so that a post has one name.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import regex
from sqlalchemy import BindParameter, Connection, bindparam, or_, select, update

from feedsvc.store.keys import SLOT_BITS
from feedsvc.store.tables import posts, sites
from feedsvc.text.iri import make_iri

_OWN_SCHEME = "urn:feedsvc:"
_OF_GUIDS = "urn:feedsvc:guid:"
_SCHEME_AND_WWW = regex.compile(r"https?://(?:www\.)?", regex.IGNORECASE)
_BATCH_SIZE = 200
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_SELECT_USED = select(
    posts.c.key,
    posts.c.site_id,
    posts.c.standing,
    posts.c.guid,
    posts.c.link,
    posts.c.wp_id,
    posts.c.entry_id,
).where(or_(posts.c.guid.in_(_IDS), posts.c.entry_id.in_(_IDS)))
_SELECT_SITES = select(sites.c.id, sites.c.name, sites.c.url, sites.c.home)
_UPDATE = update(posts).where(posts.c.key == bindparam("of_post")).values(entry_id=bindparam("of_entry"))


@dataclass(frozen=True, slots=True)
class Claimant:
    """A post that has to be called something: its key, its site's row, and since when it stands here."""

    key: int
    site_id: int
    wp_id: int
    guid: str
    link: str
    standing: int

    @property
    def name(self) -> str:
        """What it is called if no other post is."""
        return name_by_guid(self.guid)


def name_by_guid(guid: str) -> str:
    """Return what a post is called by its guid: an IRI."""
    return make_iri(guid, _OF_GUIDS)


def is_same_guid(guid: str, other: str) -> bool:
    """Return whether two guids differ in nothing but http for https, or the www before a host."""
    return _SCHEME_AND_WWW.sub("", guid, count=1) == _SCHEME_AND_WWW.sub("", other, count=1)


def assign_entry_ids(connection: Connection, claimants: Sequence[Claimant]) -> dict[int, str]:
    """Return what posts that are about to be stored are called, by their keys.

    Stored posts whose guid is one of theirs by right get another name.
    """
    naming = _Naming(connection, claimants)
    return naming.assign()


class _Naming:
    def __init__(self, connection: Connection, claimants: Sequence[Claimant]) -> None:
        self._connection = connection
        self._claimants = claimants
        self._holders: dict[str, Claimant] = {}
        self._guids: dict[str, set[int]] = {}  # of stored posts: who has which guid, by right or not
        self._sites: dict[int, tuple[str, frozenset[str]]] = {}

    def assign(self) -> dict[int, str]:
        """Return the names of the posts, having renamed those that lose theirs."""
        self._load([name for claimant in self._claimants for name in (claimant.guid, claimant.name)])
        names: dict[int, str] = {}
        losers: list[Claimant] = []
        # In the order of publication, so that the first of a page is the first to be called so.
        for claimant in sorted(self._claimants, key=lambda claimant: claimant.key):
            holder = self._holders.get(claimant.name)
            if claimant.guid.startswith(_OWN_SCHEME) or (holder and not self._has_right(claimant, holder)):
                losers.append(claimant)
                continue
            if holder:
                names.pop(holder.key, None)
                losers.append(holder)
            self._holders[claimant.name] = claimant
            names[claimant.key] = claimant.name
        new_keys = {claimant.key for claimant in self._claimants}
        if losers:
            self._load([loser.link for loser in losers])
        renamed = []
        for loser in losers:
            name = self._find_other_name(loser)
            self._holders[name] = loser
            if loser.key in new_keys:
                names[loser.key] = name
            else:
                renamed.append({"of_post": loser.key, "of_entry": name})
        if renamed:
            self._connection.execute(_UPDATE, renamed)
        return names

    def _load(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _BATCH_SIZE):
            batch = sorted(set(ids[start : start + _BATCH_SIZE]))
            for row in self._connection.execute(_SELECT_USED, {"ids": batch}):
                stored = Claimant(row.key, row.site_id, row.wp_id, row.guid, row.link, row.standing)
                self._holders.setdefault(name_by_guid(row.entry_id), stored)
                self._guids.setdefault(row.guid, set()).add(row.key)

    def _has_right(self, claimant: Claimant, holder: Claimant) -> bool:
        """Return whether an id that `holder` has is to be `claimant`'s."""
        stolen = [self._is_others(claimant.guid, post.site_id) for post in (claimant, holder)]
        if stolen[0] != stolen[1]:
            return stolen[1]
        if claimant.standing or holder.standing:
            return False
        places = [(post.key >> SLOT_BITS, post.site_id, post.key) for post in (claimant, holder)]
        return places[0] < places[1]

    def _is_others(self, guid: str, site_id: int) -> bool:
        """Return whether a guid is an address of another site that is read here, and not of its own."""
        if not self._sites:
            for row in self._connection.execute(_SELECT_SITES):
                self._sites[row.id] = row.name, frozenset(_list_hosts((row.url, row.home)))
        host = next(_list_hosts([guid]), None)
        if not host or host in self._sites[site_id][1]:
            return False
        return any(host in hosts for _, hosts in self._sites.values())

    def _find_other_name(self, claimant: Claimant) -> str:
        is_guid = self._guids.get(claimant.link, set()) - {claimant.key}
        if claimant.link not in self._holders and not is_guid:
            return claimant.link
        name = self._connection.scalars(select(sites.c.name).where(sites.c.id == claimant.site_id)).one()
        return f"{_OWN_SCHEME}{quote(name, safe='')}:{claimant.wp_id}"


def _list_hosts(addresses: Collection[str]) -> Iterator[str]:
    for address in addresses:
        try:
            host = urlsplit(address).hostname
        except ValueError:
            continue
        if host:
            yield host.removeprefix("www.")
