"""What a pull did."""

from dataclasses import dataclass

from feedsvc.store.post_writer import ChangeCounts


@dataclass(frozen=True, slots=True)
class Report:
    """What a pull did: the posts that are new, changed or gone, the posts of the site that repeat another,
    its seconds, and what was odd but did no harm, in plain words.
    """

    counts: ChangeCounts
    duplicates: int
    seconds: float
    remarks: tuple[str, ...]

    @property
    def new(self) -> int:
        """Posts that are new in the store."""
        return self.counts.new

    @property
    def changed(self) -> int:
        """Posts that are others than they were."""
        return self.counts.changed

    @property
    def removed(self) -> int:
        """Posts that are in the store no more."""
        return self.counts.removed

    def __str__(self) -> str:
        return (
            f"{self.new} new, {self.changed} changed, {self.removed} removed, "
            f"{self.duplicates} duplicates, {self.seconds:.1f} s"
        )
