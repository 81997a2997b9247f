"""What the status page says of all sites at a glance, and how much each has posted day by day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from feedsvc.publish.health import SiteHealth
from feedsvc.publish.views.chart import Chart, draw_bars
from feedsvc.publish.views.moments import spell_number
from feedsvc.store import posts
from feedsvc.store.keys import moment_of_key

DAYS = 60

CONDITIONS: Mapping[str, str] = {
    "well": "well", "failing": "failing", "reading": "being read", "waiting": "not pulled yet",
    "imported": "imported", "overdue": "overdue",
}  # fmt: skip
"""How a site is doing, in the words of the page."""


def summarise(sites: Sequence[SiteHealth], unmet_count: int) -> str:
    """Return how all sites are doing in one sentence, as '3 of 5 sites are well: two fail.'

    `unmet_count` is the number of configured sites that no pull has met yet.
    """
    total = len(sites) + unmet_count
    if not total:
        return "No site is configured."
    well = sum(site.condition in ("well", "imported") and not site.is_overdue for site in sites)
    counts = (
        (sum(site.condition == "failing" for site in sites), "fails", "fail"),
        (sum(site.condition == "reading" for site in sites), "is being read", "are being read"),
        (
            sum(site.condition == "waiting" for site in sites) + unmet_count,
            "is not pulled yet",
            "are not pulled yet",
        ),
        (
            sum(site.is_overdue and site.condition != "failing" for site in sites),
            "is overdue",
            "are overdue",
        ),
    )
    others = [
        f"{spell_number(count)} {one if count == 1 else many}" for count, one, many in counts if count
    ]
    if total == 1:
        return "The site is well." if well else f"The site {others[0].partition(' ')[2]}."
    if well == total:
        return f"All {spell_number(total)} sites are well."
    sentence = f"{well} of {total} sites {'is' if well == 1 else 'are'} well"
    return f"{sentence}: {', '.join(others)}."


def load_daily_charts(
    connection: Connection, sites: Sequence[SiteHealth], now: datetime
) -> dict[int, Chart]:
    """Return how many posts each site has published on each of the last DAYS days (UTC), by its id."""
    tomorrow = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
    keys_by_site = posts.list_keys_by_site(connection, tomorrow - timedelta(days=DAYS))
    charts = {}
    for site in sites:
        keys = keys_by_site.get(site.state.id, [])
        days = Counter(max(0, (tomorrow - moment_of_key(key)) // timedelta(days=1)) for key in keys)
        numbers = [days[place] for place in reversed(range(DAYS))]
        most = f"at the most {max(numbers)} on a day"
        label = f"Posts per day in the last {DAYS} days: {sum(numbers)} in all, {most}"
        charts[site.state.id] = draw_bars(numbers, label)
    return charts
