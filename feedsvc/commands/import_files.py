"""`feedsvc import`: takes posts from saved REST responses."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from feedsvc.commands.prepared_store import prepared_store
from feedsvc.config import Settings
from feedsvc.store import sites
from feedsvc.store.post_writer import ChangeCounts
from feedsvc.sync.importing import import_posts
from feedsvc.sync.reclean import clean_again
from feedsvc.values import derive_site_name
from feedsvc.wordpress.saved import describe_nameless_terms, group_by_site, read_saved_posts


def import_files(settings: Settings, files: Sequence[Path], *, as_json: bool = False) -> None:
    """Take the posts of saved responses into the store, and print a line about each file, or all as JSON.

    All files are read before the first is stored.
    """
    only_site = settings.sites[0].url if len(settings.sites) == 1 else None
    sorted_files = [(file, group_by_site(file, read_saved_posts(file), only_site)) for file in files]
    names_by_url = {site.url.rstrip("/"): site.name for site in settings.sites}
    outcomes = []
    with prepared_store(settings) as database:
        clean_again(database)
        for file, items_by_url in sorted_files:
            counts = ChangeCounts()
            for url, items in items_by_url.items():
                name = names_by_url.get(url.rstrip("/"), derive_site_name(url))
                with database.transaction() as connection:
                    site_id = sites.ensure_site(connection, name, url, imported=True)
                counts += import_posts(database, site_id, items)
            all_items = [item for items in items_by_url.values() for item in items]
            remark = describe_nameless_terms(file, all_items)
            outcomes.append({
                "file": str(file), "new": counts.new, "changed": counts.changed, "removed": counts.removed,
                "remark": remark or None,
            })  # fmt: skip
            if not as_json:
                click.echo(f"{file}: {counts.new} new, {counts.changed} changed, {counts.removed} removed")
            if remark:
                click.echo(f"feedsvc: {remark}", err=True)
    if as_json:
        click.echo(json.dumps({"files": outcomes}, ensure_ascii=False, indent=2))
