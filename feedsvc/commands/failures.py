"""How the terminal shows that a site failed."""

from feedsvc.errors import FeedsvcError, SiteError


def describe_failure(error: FeedsvcError) -> str:
    """Return an error with what the site said, which stands on no public page."""
    return f"{error} It said {error.quote}" if isinstance(error, SiteError) and error.quote else str(error)
