"""What a pull can do, observe and remember: the words in which plan.py and run.py speak."""

from dataclasses import dataclass
from datetime import datetime

from feedsvc.model import Taxonomy

# Facts: what a pull remembers (plan.remember), in the transaction of what was done. `now` is by our clock;
# every datetime is aware, in UTC.


@dataclass(frozen=True, slots=True)
class ApiLocated:
    """The REST API is at `root`; what the site says of itself there, as plain text.

    The version of WordPress and the language are empty where they were not looked for or do not show.
    """

    root: str
    title: str
    description: str
    home: str
    wordpress_version: str
    language: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ApiMoved:
    """The site sends us to `root` for good."""

    root: str


@dataclass(frozen=True, slots=True)
class BackfillStarted:
    """The heads modified last, read before the first page: what changes while we page is found after it.

    `listed_count` is how many posts the site says that it lists.
    """

    observed_at: datetime
    newest_modified: datetime | None
    listed_count: int | None = None


@dataclass(frozen=True, slots=True)
class PageStored:
    """A page of the backfill is in the store, in this transaction."""

    number: int


@dataclass(frozen=True, slots=True)
class BackfillFinished:
    """The last page is in the store; `is_whole` if all were read in one go while the total stood still."""

    is_whole: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class HeadsRecorded:
    """All that the heads told of is in the store: when they were read, and the newest modification."""

    observed_at: datetime
    newest_modified: datetime


@dataclass(frozen=True, slots=True)
class LinksChanged:
    """Posts that were not modified have other links than those held, and were fetched.

    `are_stable` if one of them came with the link that the site had told before.
    """

    are_stable: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """All ids were compared; `known_count` posts are here now."""

    total: int | None
    known_count: int
    now: datetime


@dataclass(frozen=True, slots=True)
class HomePageSeen:
    """The site's page shows this version of WordPress and this language; each empty when it shows none."""

    version: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class OptionalRefused:
    """Asked for terms or pictures, the site wants to be left alone until `retry_at`, or says not when."""

    retry_at: datetime | None
    now: datetime


Fact = (
    ApiLocated | ApiMoved | BackfillStarted | PageStored | BackfillFinished | HeadsRecorded
    | LinksChanged | Swept | HomePageSeen | OptionalRefused
)  # fmt: skip


# Actions: what a pull can do (run.PlanRun).


@dataclass(frozen=True, slots=True)
class Backfill:
    """Read all posts from page `number` on, the newest first; with `relearn`, all their terms as well."""

    number: int
    relearn: bool = False


@dataclass(frozen=True, slots=True)
class ReadHeads:
    """List the posts modified last, back to what was known.

    With `sweep`, compare all ids afterwards; with `probe`, look at one more thing if nothing differs.
    """

    sweep: bool
    probe: bool


@dataclass(frozen=True, slots=True)
class LearnTerms:
    """Ask for all categories and authors, unless more than `max_terms` of either are known."""

    max_terms: int


@dataclass(frozen=True, slots=True)
class CheckLatest:
    """List the posts published last, back to one that is known; fetch what differs, and `post_ids`."""

    post_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchPosts:
    """Fetch posts again that were modified just before the last time we asked."""

    post_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProbeTerms:
    """Ask for some terms that are known, to see whether they were renamed, moved, merged or deleted."""

    taxonomy: Taxonomy
    term_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class CompareCounts:
    """Compare the number of posts that the site counts with those that are known."""

    total: int | None


@dataclass(frozen=True, slots=True)
class DropLatest:
    """Ask for the latest posts by their ids, and drop them if exactly `missing` are gone."""

    missing: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Sweep:
    """List all ids: fetch what is missing here, drop what is gone there."""

    total: int | None


@dataclass(frozen=True, slots=True)
class Relearn:
    """Learn what is seldom looked at: the version of WordPress, all terms."""


@dataclass(frozen=True, slots=True)
class Remember:
    """Remember a fact, now that all that comes before it is done."""

    fact: HeadsRecorded


Action = (
    Backfill | ReadHeads | LearnTerms | CheckLatest | FetchPosts | ProbeTerms | Remember
    | CompareCounts | DropLatest | Sweep | Relearn
)  # fmt: skip


# Observations: what the plan decides on (plan.decide).


@dataclass(frozen=True, slots=True)
class Started:
    """A pull begins; with `full`, of every post and term."""

    full: bool


@dataclass(frozen=True, slots=True)
class HeadsRead:
    """The posts modified last, compared with those known.

    `probes` are the batches of terms of which an idle poll asks for one.
    """

    action: ReadHeads
    now: datetime
    observed_at: datetime
    newest_modified: datetime | None
    differing_ids: tuple[int, ...]
    unsettled_ids: tuple[int, ...]
    total: int | None
    known_count: int
    probes: tuple[ProbeTerms, ...]


@dataclass(frozen=True, slots=True)
class CountsCompared:
    """The site counts `total` posts; here are `known_count`, the withheld ones among them."""

    total: int | None
    known_count: int


@dataclass(frozen=True, slots=True)
class LatestChecked:
    """Of the latest posts, `removed` were gone and are dropped."""

    removed: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Finished:
    """There is nothing left to do."""


Observation = Started | HeadsRead | CountsCompared | LatestChecked | Finished
