"""The topic language: a text such as `solar "cell therapy"` → what must be there. Pure.

Every word and every "phrase" must appear, as whole words, in the title or the body of a post.
"""

import unicodedata
from dataclasses import dataclass

import regex

from feedsvc import words
from feedsvc.errors import QueryError
from feedsvc.text import legal, one_line

MAX_LENGTH = 500
MAX_PARTS = 30

_PART = regex.compile(r"""["“”„«]([^"“”„»]*)(["“”„»]?)|([^\s"“”„«»]+)""")
_OPERATOR = regex.compile(r"OR$|-.*|.*[()].*|.*\*$|(?:title|category|tag|author|site):.*")


@dataclass(frozen=True, slots=True)
class Topic:
    """What is looked for. `text` is its one canonical spelling, `phrases` are the words to find, each
    phrase in its order.
    """

    text: str
    phrases: tuple[tuple[str, ...], ...]


def parse(text: str) -> Topic:
    """Give the topic that `text` asks for. Raises QueryError, which names the place of the mistake."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"topic is {len(text)} characters long: {MAX_LENGTH} are the most")
    text = legal(unicodedata.normalize("NFKC", text))  # first, since it can make a quotation mark
    spellings: dict[str, tuple[str, ...]] = {}
    for part in _PART.finditer(text):
        place = f"at character {part.start() + 1} of {text!r}"
        phrase, closed, word = part.group(1, 2, 3)
        if phrase is not None and not closed:
            raise QueryError(f"topic has a quotation mark that is never closed, {place}")
        if word and _OPERATOR.match(word):
            raise QueryError(
                f"topic has {word!r} {place}: only words and phrases in quotation marks are understood, "
                "and all of them must match"
            )
        found = tuple(words.tokens(phrase if word is None else word))
        if not found:
            raise QueryError(f"topic has no word in {part.group()!r}, {place}")
        spelling = one_line(words.fold(phrase if word is None else word))
        spellings[spelling if _is_a_word(spelling) else f'"{spelling}"'] = found
    if not spellings:
        raise QueryError("topic is empty: leave it out, or write words such as topic=solar")
    if len(spellings) > MAX_PARTS:
        raise QueryError(f"topic has {len(spellings)} parts: {MAX_PARTS} are the most")
    return Topic(" ".join(spellings), tuple(spellings.values()))


def _is_a_word(spelling: str) -> bool:
    """Tell whether a part needs no quotation marks to be read as it is."""
    part = _PART.fullmatch(spelling)
    return bool(part and part.group(3)) and not _OPERATOR.match(spelling)
