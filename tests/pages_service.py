"""A service with much to show on its pages: the samples, a site of many categories and scripts, one that
can't be reached.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from columns import set_columns
from feedsvc.model import Post, Term
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.terms import save_terms
from service import Service
from storing import save_post

CONFIGURATION = """
title = "Sample newsroom"
[[sites]]
name = "harbour"
url = "https://harbour.example/"
[topics.solar]
title = "Solar and storage"
query = '(solar OR "heat pump") -sports'
"""
LOST_SITE = """
[[sites]]
name = "exmaple.com"
url = "https://exmaple.com/"
"""

TITLES = (
    "The Ferry Leaves at Six",
    "Donaudampfschifffahrtsgesellschaft Orders Solar Ferries",
    "بطاريات جديدة لميناء رايونغ",
    "מאגר מים חם מתחת לכיכר השוק",
    "屋顶太阳能与储能：一座老港口的新生意",
    "A Heat Pump for the Old Market",
    "พลังงานแสงอาทิตย์บนหลังคาโรงเรียนในระยอง",
)
BODY = "<p>The harbour stores solar noon as ice for the evening.</p><p>Nobody named a price.</p>"

NO_SUCH_HOST = "no such host is known. Check the spelling of the address."
CATEGORY_COUNT = 70


def list_categories(count: int) -> list[Term]:
    """Return `count` categories: a tree of three levels, and others with names of several words."""
    tree = [
        Term("category", 1, "infrastructure", "Infrastructure"),
        Term("category", 2, "telecommunications", "Telecommunications", parent=1),
        Term("category", 3, "submarine-cables", "Submarine cables", parent=2),
    ]
    others = [
        Term("category", number, f"district-{number}", f"Neighbourhood administration {number}")
        for number in range(4, count + 1)
    ]
    return [*tree, *others]


def fill(database: Database, now: datetime, category_count: int) -> None:
    """Put the harbour's posts into the store, some of them of today."""
    with database.transaction() as connection:
        harbour = sites.ensure_site(connection, "harbour", "https://harbour.example/")
        categories = list_categories(category_count)
        save_terms(
            connection, harbour, [*categories, Term("author", 900, "mira", "Mira Lindqvist-Okonkwo")]
        )
        set_columns(
            connection, harbour, title="Harbour News", api_root="https://harbour.example/wp-json/",
            backfilled_at=now, last_success_at=now - timedelta(minutes=4),
            next_pull_at=now + timedelta(minutes=11), wordpress_version="6.9",
        )  # fmt: skip
        for number in range(1, max(2 * category_count, 24)):
            published = now - timedelta(days=number * number / 40, hours=3)
            title = TITLES[number] if number < len(TITLES) else f"Harbour Notes No. {number}"
            of = {1 + number % category_count, 1 + number % 3}
            post = Post(
                id=number,
                guid=f"https://harbour.example/?p={number}",
                link=f"https://harbour.example/{number}/",
                title=title,
                summary="",
                content=f"{BODY}<p>Note {number}.</p>",
                published=published,
                modified=published,
                categories=tuple(sorted(of)),
                authors=(900,),
            )
            save_post(connection, harbour, post)


def lose_site(database: Database, now: datetime) -> None:
    """Let the site whose address is mistyped have failed."""
    with database.transaction() as connection:
        lost = sites.ensure_site(connection, "exmaple.com", "https://exmaple.com/")
        set_columns(
            connection, lost, failures=3, failure_cause="dns", last_error_at=now - timedelta(minutes=2),
            last_error=f"asked https://exmaple.com/: {NO_SUCH_HOST}",
        )  # fmt: skip


@contextmanager
def serving_pages(
    sample_store: Path, folder: Path, *, category_count: int = CATEGORY_COUNT, has_lost_site: bool = True
) -> Iterator[str]:
    """Serve all that from `folder` until the end of the block; yield the address, a slash behind."""
    shutil.copyfile(sample_store, folder / "store.db")
    lost = LOST_SITE if has_lost_site else ""
    (folder / "config.toml").write_text(CONFIGURATION + lost, "utf-8")
    with closing(Database(f"sqlite:///{folder / 'store.db'}")) as database:
        fill(database, datetime.now(UTC), category_count)
        if has_lost_site:
            lose_site(database, datetime.now(UTC))
    store = f"sqlite:///{folder / 'store.db'}"
    with Service(
        folder, "--no-poller", DATABASE_URL=store, FEEDSVC_POLL_INTERVAL="15m", WEB_CONCURRENCY="1"
    ) as service:
        yield service.url
