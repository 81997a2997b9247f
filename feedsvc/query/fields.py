"""The names that a query is written with: the fields of filters, the parameters of an address. Data.

A new filter field begins here. A taxonomy of model.py has a path, a parameter and a place in the topic
language without more; what stands beside the taxonomies, as `site` does, has a parameter alone, and is
looked up in publish/resolve.py. The pages name it in publish/directory.py and publish/views/form.py.
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

OPTIONS = ("since", "limit", "page", "content", "players", "dedupe")
PARAMETERS = ("topic", "q", *FIELDS, *OPTIONS)
