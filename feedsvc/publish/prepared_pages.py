"""Pages that are made once and sent until something that they show has changed.

They are kept among the answers of the feeds, and each request looks at the store whether they are right.
"""

import hashlib
from collections.abc import Callable

from flask import request

from feedsvc.publish.context import PublishContext
from feedsvc.publish.prepared_answers import MAX_ADDRESS_LENGTH, PreparedAnswer
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.publish.representation import Representation
from feedsvc.query.address import get_kept_key


def prepare_html(
    context: PublishContext,
    published: PublishedSites,
    shown: object,
    render: Callable[[], str],
) -> Representation:
    """Return the page at the address of the current request: as it is kept, or as `render` makes it.

    `shown` is what it depends on beside the address and the posts: moments, what is said of the sites.
    """
    made_of = hashlib.sha256(repr((published.revision, shown)).encode()).digest()
    key = (
        request.path,
        request.query_string,
        request.script_root,
        context.base_url(request),
        get_kept_key(),  # which its links have
    )
    if len(request.query_string) > MAX_ADDRESS_LENGTH:
        return _represent(render())

    def make(made_of: bytes) -> PreparedAnswer:
        return PreparedAnswer(
            _represent(render()),
            made_of=made_of,
            is_complete=published.is_complete,
            may_share=context.may_share(request),
        )

    prepared = context.answers.find_or_make(
        key,
        revision=published.revision,
        ends_at=0.0,  # right for what it was made of alone
        digest=lambda: made_of,
        make=make,
    )
    return prepared.representation


def _represent(page: str) -> Representation:
    return Representation(page.encode(), "text/html")
