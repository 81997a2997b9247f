"""What a pull did."""

from dataclasses import dataclass, replace

from feedsvc.store.post_writer import ChangeCounts


@dataclass(frozen=True, slots=True)
class Report:
    """What a pull did: posts that are new, changed or gone, posts that repeat another, seconds; and what
    was odd but did no harm, in plain words.
    """

    new: int = 0
    changed: int = 0
    removed: int = 0
    duplicates: int = 0
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()

    def plus(self, other: "Report") -> "Report":
        """Return the sum of what two steps did."""
        return replace(
            self,
            new=self.new + other.new,
            changed=self.changed + other.changed,
            removed=self.removed + other.removed,
        )

    @classmethod
    def of_changes(cls, counts: ChangeCounts) -> "Report":
        """Return the report of a step that changed so many posts of the store."""
        return cls(new=counts.new, changed=counts.changed, removed=counts.removed)

    def __str__(self) -> str:
        return (
            f"{self.new} new, {self.changed} changed, {self.removed} removed, "
            f"{self.duplicates} duplicates, {self.seconds:.1f} s"
        )
