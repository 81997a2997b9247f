"""The topic language: a text such as `solar OR "heat pump" -sports` → a condition. Pure.

docs/topics.md says what it means to those who write it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NoReturn, cast, get_args

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from feedsvc.errors import QueryError
from feedsvc.model import Taxonomy
from feedsvc.query.condition import (
    Condition,
    Named,
    Phrase,
    all_of,
    any_of,
    atoms,
    named,
    none_of,
    size,
    spelling,
)
from feedsvc.text import words
from feedsvc.text.characters import (
    remove_illegal_characters,
)
from feedsvc.text.nearest import (
    find_nearest,
)

MAX_LENGTH = 1000
MAX_PARTS = 60
MAX_DEPTH = 10
MAX_STARS = 10  # each may stand for thousands of words

# A quotation mark between two Hebrew letters is theirs, as in the names of armies and parties.
_GRAMMAR = r"""
    either: all (_OR all)*
    all: part (_AND? part)*
    ?part: _MINUS part  -> without
         | FIELD part   -> within
         | _OPEN either _CLOSE
         | PHRASE
         | WORD

    _OR.3:    /OR(?![^\s()"])/
    _AND.3:   /AND(?![^\s()"])/
    _MINUS.2: /[-‐‑–−](?=[^\s)\-‐‑–−])/
    FIELD.2:  /[^\W\d]+:(?=[^\s)])/
    PHRASE.2: /"([^"]|(?<=[א-ת])"(?=[א-ת]))*"\*?/
    WORD:     /([^\s()"]|(?<=[א-ת])"(?=[א-ת]))+/
    _OPEN:    "("
    _CLOSE:   ")"

    %ignore /\s+/
"""
_PARSER = Lark(_GRAMMAR, parser="lalr", start="either")
_Node = Tree[Token] | Token

_FIELDS = ("title", *get_args(Taxonomy))
_PARAMETERS = ("site", "since", "limit", "page", "content", "dedupe")
_QUOTES = str.maketrans("“”„«»", '"""""')
_SPACE = re.compile(r"\s")
_STAR_INSIDE = re.compile(r"\w\*(?!\S)")
_DASHES = frozenset("-‐‑–−")
_SIGNS = frozenset("&+#")


@lru_cache(maxsize=256)  # readers ask for the same again and again
def parse(text: str) -> Condition:
    """Give the condition that `text` asks for. Raises QueryError, which names the place of the mistake."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"topic is {len(text)} characters long: {MAX_LENGTH} are the most")
    # First, since it can make a quotation mark or a parenthesis.
    text = _SPACE.sub(
        " ", remove_illegal_characters(unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    )
    if not text.strip():
        raise QueryError("topic is empty: leave it out, or write words such as topic=solar")
    reader = _Reader(text)
    reader.refuse_depth()
    try:
        tree = _PARSER.parse(text)
    except UnexpectedCharacters as error:
        reader.refuse(
            error.pos_in_stream or 0,
            "a quotation mark that is never closed",
            "write another behind the phrase",
        )
    except UnexpectedToken as error:
        reader.refuse_token(error.token)
    condition = reader.read(tree)
    refuse_excess(condition)
    return condition


def refuse_excess(condition: Condition) -> None:
    """Raise QueryError when `condition` asks for more than a topic may, or its spelling would."""
    if (number := size(condition)) > MAX_PARTS:
        raise QueryError(f"topic has {number} words, phrases and names: {MAX_PARTS} are the most")
    if (number := sum(isinstance(one, Phrase) and one.is_prefix for one in atoms(condition))) > MAX_STARS:
        raise QueryError(f"topic has {number} words with a '*': {MAX_STARS} are the most")
    text = spelling(condition)
    if (length := len(text)) > MAX_LENGTH:
        raise QueryError(f"topic is {length} characters long when written out: {MAX_LENGTH} are the most")
    _Reader(text).refuse_depth()


class _Reader:
    """Makes a condition of what the grammar found in `text`."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, node: _Node, field: Token | None = None) -> Condition:
        """Give the condition of `node`, which may stand in a group behind `field`."""
        if isinstance(node, Token):
            return self._atom(node, field)
        if node.data == "without":
            return none_of(self.read(node.children[0], field))
        if node.data == "within":
            name, part = node.children
            return self.read(part, self._known(cast(Token, name), part, field))
        return self._either(node, field)

    def _either(self, node: Tree[Token], field: Token | None) -> Condition:
        """Give what one of the alternatives in `node` is enough for.

        What a minus leaves out beside words is left out of every alternative, as in
        `"cell therapy" OR "stem cell" -veterinary`; alone, it is an alternative itself.
        """
        alternatives, excluded = [], []
        for one in node.children:
            parts = cast(Tree[Token], one).children
            wanted = [part for part in parts if not _is_exclusion(part)] or parts
            alternatives.append(all_of(self.read(part, field) for part in wanted))
            excluded += [self.read(part, field) for part in parts if part not in wanted]
        return all_of([any_of(alternatives), *excluded])

    def refuse(self, position: int, what: str, advice: str) -> NoReturn:
        """Raise the QueryError that names a mistake, its place, and what to write instead."""
        raise QueryError(f"topic has {what}{self._place(position)}: {advice}")

    def refuse_token(self, token: Token) -> NoReturn:
        """Raise the QueryError for an end, or a ')', that comes where something else has to."""
        before = (self._text if token.type == "$END" else self._text[: token.start_pos]).rstrip()
        if operator := re.search(r'(?<![^\s()"])(OR|AND)$', before):
            self.refuse(operator.start(), f"{operator[1]} with nothing behind it", "write a word there")
        if token.type == "$END":
            self.refuse(self._unclosed(), "a '(' that is never closed", "write a ')' behind the group")
        if before.endswith("("):
            self.refuse(len(before) - 1, "an empty group", "write words between '(' and ')'")
        self.refuse(token.start_pos or 0, "a ')' that closes nothing", "write a '(' before the group")

    def refuse_depth(self) -> None:
        """Refuse too many groups within each other, before anything is made of them."""
        if deep := next((opened for opened in self._opened() if len(opened) > MAX_DEPTH), None):
            self.refuse(deep[-1], f"more than {MAX_DEPTH} groups within each other", "write fewer")

    def _unclosed(self) -> int:
        """Give the place of the last '(' that is not closed."""
        *_, opened = self._opened()
        return opened[-1] if opened else len(self._text) - 1

    def _opened(self) -> Iterator[list[int]]:
        """Give the places of those '(' that are open, after each sign."""
        opened: list[int] = []
        for sign in re.finditer(r'"[^"]*"|[()]', self._text):
            if sign[0] == "(":
                opened.append(sign.start())
            elif sign[0] == ")" and opened:
                opened.pop()
            yield opened

    def _place(self, position: int | None) -> str:
        return f" at character {(position or 0) + 1} of '{self._text}'"

    def _known(self, name: Token, part: _Node, outer: Token | None) -> Token:
        """Give `name` when there is such a field, it stands within no other and before no minus."""
        start = name.start_pos or 0
        if outer is not None:
            self.refuse(start, f"{str(name)!r} within {str(outer)!r}", "write it outside of the group")
        if name[:-1].casefold() not in _FIELDS:
            near = find_nearest(name[:-1], _FIELDS)
            known = f"did you mean '{near}:'?" if near else f"known are {', '.join(_FIELDS)}."
            advice = f"{known} A text with a colon goes into quotation marks"
            if name[:-1].casefold() in _PARAMETERS:
                advice = f"{name[:-1].casefold()} is a parameter of its own, beside the topic"
            self.refuse(start, f"no field {str(name)!r}", advice)
        if _is_exclusion(part):
            self.refuse(start, f"a minus behind {str(name)!r}", f"write it before, as in -{name}word")
        return name

    def _atom(self, token: Token, field: Token | None) -> Condition:
        """Give what a word or a phrase asks for."""
        start = token.start_pos or 0
        is_prefix = token.endswith("*")
        text = token.removesuffix("*")
        if token.type == "PHRASE":
            text = text[1:-1]
            if inside := _STAR_INSIDE.search(text):
                advice = f'write it behind the quotation mark, as in "{text[: inside.start() + 1]}"*'
                self.refuse(start, "a '*' within quotation marks", advice)
        else:
            self._refuse_lone(token, text, start)
        if field is None or field.casefold() == "title:":
            found = tuple(words.tokenize_for_search(text))
            if not found:
                self.refuse(start, f"no word in {str(token)!r}", "write letters or digits")
            if all(one[0] in _SIGNS for one in found):
                advice = 'put it into quotation marks with its words, as in "R & D"'
                self.refuse(start, f"no word in {str(token)!r}", advice)
            return Phrase(found, in_title=field is not None, is_prefix=is_prefix)
        if is_prefix:
            self.refuse(start, f"a '*' behind {str(field)!r}", "write the whole slug, id or name")
        of = cast(Taxonomy, field[:-1].casefold())
        if token.type == "PHRASE":
            if not (name := text.strip()):
                self.refuse(start, f"no name behind {str(field)!r}", "write a slug, an id or a name")
            return Named(of, (name,), name, self._place(start))  # a comma or a minus may be a part of it
        if text.startswith("-"):
            self.refuse(start, f"a minus behind {str(field)!r}", f"write it before, as in -{field}name")
        return named(of, text, self._place(start))

    def _refuse_lone(self, token: Token, text: str, start: int) -> None:
        """Refuse what is a word to the grammar, and an operator to whoever wrote it."""
        if token in ("OR", "AND"):
            advice = f'write a word there, or "{token.lower()}" for the word itself'
            self.refuse(start, f"{token} with nothing before it", advice)
        if token == "NOT":  # noqa: S105 (a word of the query, no secret)
            self.refuse(start, "NOT", "write -word to leave posts out")
        if len(text) > 1 and set(text[:2]) <= _DASHES:
            self.refuse(start, "two minus signs", "write one to leave posts out")
        if text and set(text) <= _DASHES:
            self.refuse(start, "a minus that stands alone", "write -word to leave posts out")
        if text.endswith(":") and text[:-1].casefold() in _FIELDS:
            self.refuse(start, f"{text!r} with nothing behind it", f"write {text}word, without a space")
        if "*" in text or not text:
            advice = f'write it behind the beginning of a word, as in solar*, or "{token}" for the text'
            self.refuse(start, f"a '*' in {str(token)!r}", advice)


def _is_exclusion(node: _Node) -> bool:
    return isinstance(node, Tree) and node.data == "without"
