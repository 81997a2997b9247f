"""The names that a query is written with: the fields of filters, the parameters of an address. Data.

A new filter field begins here: as a taxonomy in model.py it has a path, a parameter and a place in the
topic language; beside the taxonomies, as `site` is, a parameter alone.
"""

from typing import Literal, get_args

from feedsvc.model import Taxonomy

Field = Taxonomy | Literal["site"]

TAXONOMIES: tuple[Taxonomy, ...] = get_args(Taxonomy)
"""The fields that have a path of their own, as in /category/energy.rss."""

FIELDS: tuple[Field, ...] = (*TAXONOMIES, "site")
"""The fields that have a parameter of their own, as in ?site=news, in the order of addresses."""

TOPIC_FIELDS = ("title", *TAXONOMIES)
"""What may stand before a colon in the topic language."""

OPTIONS = ("since", "limit", "page", "content", "dedupe")
PARAMETERS = ("topic", "q", *FIELDS, *OPTIONS)
