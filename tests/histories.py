"""Random histories of a store: what sites do to their posts, terms and names, a change at a time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import Connection

from feedsvc.model import Post, Taxonomy, Term
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.post_writer import PostChanges, PostWriter
from feedsvc.store.prepared import prepare_post
from feedsvc.store.terms import save_terms

WEEK = timedelta(days=7)
BEGINNING = datetime(2026, 5, 4, 12, tzinfo=UTC)
SITES = ("one", "two")
TERMS = 4
"""Categories, tags and authors of each site, with ids from 1 on."""

_WORDS = "solar wind ferry budget harbour council museum bridge railway winter festival orchard".split()


class History:
    """The posts of two sites in `database`, as `chance` has them change."""

    def __init__(self, database: Database, chance: Random) -> None:
        self.database = database
        self.posts: dict[tuple[int, int], Post] = {}
        self._chance = chance
        self._number = 0
        with database.transaction() as connection:
            self._site_ids = [
                sites.ensure_site(connection, name, f"https://{name}.example/") for name in SITES
            ]
            for site_id in self._site_ids:
                state = sites.load_sync_state(connection, site_id)
                sites.save_sync_state(connection, site_id, replace(state, backfilled_at=BEGINNING))
                save_terms(connection, site_id, [self._make_term(*key) for key in _list_term_keys()])
        for _ in range(6):
            self.publish()

    def change(self) -> str:
        """Let one thing happen; return its name."""
        ways: list[tuple[int, Callable[[], None]]] = [
            (5, self.publish), (2, self.publish_copy), (4, self.edit), (3, self.remove), (1, self.retitle),
            (1, self.rename_term), (1, self.rename_site), (1, self.redate),
        ]  # fmt: skip
        way = self._chance.choices([way for _, way in ways], [weight for weight, _ in ways])[0]
        way()
        return way.__name__

    def publish(self) -> None:
        """Publish a new post, the newest of all or one that is dated back."""
        self._number += 1
        number = self._number
        at = BEGINNING + timedelta(hours=number - self._chance.choice((0, 0, 0, 5)), seconds=number)
        self._save(self._chance.choice(self._site_ids), self._make_post(number, self._make_text(), at))

    def publish_copy(self) -> None:
        """Publish what another post says once more, on any site."""
        if self.posts:
            self._number += 1
            other = self._chance.choice(list(self.posts.values()))
            site_id = self._chance.choice(self._site_ids)
            self._save(
                site_id,
                self._make_post(self._number, other.content, other.published + timedelta(minutes=1)),
            )

    def publish_on_both(self) -> None:
        """Publish one text on both sites."""
        self._number += 1
        text = self._make_text()
        for site_id in self._site_ids:
            self._save(site_id, self._make_post(self._number, text, BEGINNING + timedelta(hours=50)))

    def edit(self) -> None:
        """Change the text of a post, dated now."""
        for key, post in self._choose():
            at = post.modified + timedelta(minutes=1)
            self._save(key[0], replace(post, content=self._make_text(), modified=at))

    def retitle(self) -> None:
        """Change the title of a post and say nothing of it."""
        for key, post in self._choose():
            self._save(key[0], replace(post, title=f"{post.title} {self._chance.choice(_WORDS)}"))

    def redate(self) -> None:
        """Move a post to another day."""
        for key, post in self._choose():
            self._save(key[0], replace(post, published=post.published + timedelta(days=1)))

    def remove(self) -> None:
        """Take a post back."""
        for key, _ in self._choose():
            with self.database.transaction() as connection:
                self._apply(connection, key[0], PostChanges(removed_ids=[key[1]]))
            del self.posts[key]

    def rename_term(self) -> None:
        """Change the name of a category, a tag or an author."""
        taxonomy, number = self._chance.choice(_list_term_keys())
        with self.database.transaction() as connection:
            save_terms(connection, self._chance.choice(self._site_ids), [self._make_term(taxonomy, number)])

    def rename_site(self) -> None:
        """Change the title of a site."""
        with self.database.transaction() as connection:
            site_id = self._chance.choice(self._site_ids)
            state = sites.load_sync_state(connection, site_id)
            sites.save_sync_state(connection, site_id, replace(state, title=self._chance.choice(_WORDS)))

    def _choose(self) -> Iterator[tuple[tuple[int, int], Post]]:
        if self.posts:
            yield self._chance.choice(list(self.posts.items()))

    def _save(self, site_id: int, post: Post) -> None:
        with self.database.transaction() as connection:
            self._apply(connection, site_id, PostChanges(posts=[prepare_post(post)]))
        self.posts[site_id, post.id] = post

    @staticmethod
    def _apply(connection: Connection, site_id: int, changes: PostChanges) -> None:
        PostWriter(connection, WEEK).apply(site_id, changes)

    def _make_post(self, number: int, text: str, at: datetime) -> Post:
        numbers = range(1, TERMS + 1)
        return Post(
            id=number,
            guid=f"https://posts.example/?p={number}",
            link=f"https://posts.example/{number}/",
            title=f"Number {number}",
            summary="",
            content=text,
            published=at,
            modified=at,
            categories=tuple(self._chance.sample(numbers, 2)),
            tags=tuple(self._chance.sample(numbers, 1)),
            authors=(self._chance.choice(numbers),),
        )

    def _make_text(self) -> str:
        words = self._chance.choices(_WORDS, k=60)
        return f"<p>{' '.join(f'{word} {self._chance.randrange(10**6)}' for word in words)}</p>"

    def _make_term(self, taxonomy: Taxonomy, number: int) -> Term:
        return Term(taxonomy, number, f"{taxonomy}-{number}", f"{self._chance.choice(_WORDS)} {number}")


def _list_term_keys() -> list[tuple[Taxonomy, int]]:
    taxonomies: tuple[Taxonomy, ...] = ("category", "tag", "author")
    return [(taxonomy, number) for taxonomy in taxonomies for number in range(1, TERMS + 1)]
