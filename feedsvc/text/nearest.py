"""The word that was most likely meant."""

import difflib
from collections.abc import Iterable

_MIN_LIKENESS = 0.5
_MIN_PREFIX_LENGTH = 3


def find_nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that was most likely meant by `word`, or None when none is like it.

    Where none is much like it, the shortest one that begins with it. Case is ignored.
    """
    folded_word = word.casefold()
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    if alike := difflib.get_close_matches(folded_word, by_folded, n=1, cutoff=_MIN_LIKENESS):
        return by_folded[alike[0]]
    longer = [folded for folded in by_folded if folded.startswith(folded_word)]
    return by_folded[min(longer, key=len)] if longer and len(word) >= _MIN_PREFIX_LENGTH else None
