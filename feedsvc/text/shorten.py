"""A text cut to a length: at the end of a sentence, else at a word."""

import regex

from feedsvc.text.characters import collapse_whitespace

SUMMARY_LENGTH = 300
"""Characters to which a summary that we make is cut; a hand-written excerpt stays as long as it is."""

_SENTENCE_END = regex.compile(
    r"""(?<![\p{L}\p{N}]\.\p{Lu})          # not the last letter of U.S.
        (?<!\b(?:Mr|Mrs|Ms|Dr|St|Co|Inc|Ltd|Corp|No|Nos|vs|etc|Prof|Gen|Sen|Rep|approx))
        (?:[.!?…]+["'”’»)\]]*(?=\s+[^\p{Ll}\s])|[。！？｡]+[”’」』）]*)""",
    regex.VERBOSE,
)
_SCRIPTS_WITHOUT_SPACES = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD_END = regex.compile(
    rf"(?=\s)|(?<=[、，；：,;])|(?<=[{_SCRIPTS_WITHOUT_SPACES}])(?=[{_SCRIPTS_WITHOUT_SPACES}])(?!\p{{M}})"
)
_DANGLING = regex.compile(r"[\s,;:、，；：(\[“‘–—-]+$")


def shorten(text: str, limit: int = SUMMARY_LENGTH) -> str:
    """Return `text` on one line in at most `limit` characters.

    A longer text ends at the last sentence that fits, if that keeps half of the room, else at a word
    with an ellipsis. Scripts without spaces end at punctuation, a space, or between two characters.
    """
    text = collapse_whitespace(text)
    if len(text) <= limit:
        return text
    # The pattern looks at what follows a sentence, so it may see two characters more.
    matches = _SENTENCE_END.finditer(text, endpos=limit + 2)
    sentence_ends = [match.end() for match in matches if match.end() <= limit]
    if sentence_ends and sentence_ends[-1] >= limit // 2:
        return text[: sentence_ends[-1]]
    room = limit - 1
    matches = _WORD_END.finditer(text, endpos=limit)
    word_ends = [match.start() for match in matches if 0 < match.start() <= room]
    end = word_ends[-1] if word_ends else room
    return _DANGLING.sub("", text[:end]) + "…"
