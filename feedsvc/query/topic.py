"""The topic language: a text such as `solar OR "heat pump" -sports` → a condition. Pure.

docs/topics.md says what it means to those who write it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NoReturn, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from feedsvc.errors import QueryError
from feedsvc.model import Taxonomy
from feedsvc.query.condition import Condition, NameFilter, Phrase, all_of, any_of
from feedsvc.query.fields import FIELDS, OPTIONS, TOPIC_FIELDS
from feedsvc.text import words
from feedsvc.text.characters import remove_illegal_characters
from feedsvc.text.nearest import find_nearest

MAX_TOPIC_LENGTH = 1000
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

_PARAMETERS_ALONE = (*(field for field in FIELDS if field not in TOPIC_FIELDS), *OPTIONS)
_QUOTES = str.maketrans("“”„«»", '"""""')
_SPACE = re.compile(r"\s")
_STAR_INSIDE = re.compile(r"\w\*(?!\S)")
_DASHES = frozenset("-‐‑–−")
_SIGNS = frozenset("&+#")


@lru_cache(maxsize=256)  # readers ask for the same again and again
def parse_topic(text: str) -> Condition:
    """Return the condition that `text` asks for.

    Raises QueryError, which names the place of the mistake and what to write instead.
    """
    if len(text) > MAX_TOPIC_LENGTH:
        raise QueryError(f"topic is {len(text)} characters long: {MAX_TOPIC_LENGTH} are the most")
    # First, since it can make a quotation mark or a parenthesis.
    text = _SPACE.sub(
        " ", remove_illegal_characters(unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    )
    if not text.strip():
        raise QueryError("topic is empty: leave it out, or write words such as topic=solar")
    reader = _TreeReader(text)
    reader.check_depth()
    try:
        tree = _PARSER.parse(text)
    except UnexpectedCharacters as error:
        reader.fail(
            error.pos_in_stream or 0,
            "a quotation mark that is never closed",
            "write another behind the phrase",
        )
    except UnexpectedToken as error:
        reader.fail_at_token(error.token)
    condition = reader.read_node(tree)
    check_topic_size(condition)
    return condition


def check_topic_size(condition: Condition) -> None:
    """Raise QueryError when `condition` asks for more than a topic may, or its spelling would."""
    if (number := condition.size()) > MAX_PARTS:
        raise QueryError(f"topic has {number} words, phrases and names: {MAX_PARTS} are the most")
    star_count = sum(isinstance(atom, Phrase) and atom.is_prefix for atom in condition.atoms())
    if star_count > MAX_STARS:
        raise QueryError(f"topic has {star_count} words with a '*': {MAX_STARS} are the most")
    text = str(condition)
    if (length := len(text)) > MAX_TOPIC_LENGTH:
        raise QueryError(
            f"topic is {length} characters long when written out: {MAX_TOPIC_LENGTH} are the most"
        )
    _TreeReader(text).check_depth()


class _TreeReader:
    """Makes a condition of the tree that the grammar gives for `text`."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read_node(self, node: _Node, field: Token | None = None) -> Condition:
        """Return the condition of `node`, which may stand in a group behind `field`."""
        if isinstance(node, Token):
            return self._read_atom(node, field)
        if node.data == "without":
            return self.read_node(node.children[0], field).negate()
        if node.data == "within":
            name, part = node.children
            return self.read_node(part, self._check_field(cast(Token, name), part, field))
        return self._read_alternatives(node, field)

    def _read_alternatives(self, node: Tree[Token], field: Token | None) -> Condition:
        """Return the condition that any of the alternatives in `node` is enough for.

        Words beside each other bind before OR, as in feed readers and PostgreSQL. What a minus leaves out
        beside words is left out of every alternative, as in `"cell therapy" OR "stem cell" -veterinary`:
        whoever writes `-veterinary` does not want it. Alone, it is an alternative itself.
        """
        alternatives, excluded = [], []
        for alternative in node.children:
            parts = cast(Tree[Token], alternative).children
            required = [part for part in parts if not _is_exclusion(part)] or parts
            alternatives.append(all_of(self.read_node(part, field) for part in required))
            excluded += [self.read_node(part, field) for part in parts if part not in required]
        return all_of([any_of(alternatives), *excluded])

    def fail(self, position: int, what: str, advice: str, wrong: str = "", near: str = "") -> NoReturn:
        """Raise the QueryError that names a mistake, its place, and what to write instead."""
        sentence = f"topic has {what}{self._describe_place(position)}: {advice}"
        raise QueryError(
            sentence, field="topic", text=self._text, position=position, wrong=wrong, near=near
        )

    def fail_at_token(self, token: Token) -> NoReturn:
        """Raise the QueryError for an end, or a ')', that comes where something else has to."""
        before = (self._text if token.type == "$END" else self._text[: token.start_pos]).rstrip()
        if operator := re.search(r'(?<![^\s()"])(OR|AND)$', before):
            self.fail(operator.start(), f"{operator[1]} with nothing behind it", "write a word there")
        if token.type == "$END":
            self.fail(self._find_unclosed(), "a '(' that is never closed", "write a ')' behind the group")
        if before.endswith("("):
            self.fail(len(before) - 1, "an empty group", "write words between '(' and ')'")
        self.fail(token.start_pos or 0, "a ')' that closes nothing", "write a '(' before the group")

    def check_depth(self) -> None:
        """Raise QueryError for too many groups within each other, before anything is made of them."""
        if too_deep := next((opened for opened in self._open_brackets() if len(opened) > MAX_DEPTH), None):
            self.fail(too_deep[-1], f"more than {MAX_DEPTH} groups within each other", "write fewer")

    def _find_unclosed(self) -> int:
        """Return the place of the last '(' that is not closed."""
        *_, opened = self._open_brackets()
        return opened[-1] if opened else len(self._text) - 1

    def _open_brackets(self) -> Iterator[list[int]]:
        """Yield the places of those '(' that are open, after each bracket or phrase."""
        opened: list[int] = []
        for sign in re.finditer(r'"[^"]*"|[()]', self._text):
            if sign[0] == "(":
                opened.append(sign.start())
            elif sign[0] == ")" and opened:
                opened.pop()
            yield opened

    def _describe_place(self, position: int | None) -> str:
        return f" at character {(position or 0) + 1} of '{self._text}'"

    def _check_field(self, name: Token, part: _Node, outer: Token | None) -> Token:
        """Return `name`; raise QueryError unless it is a field, within no other and before no minus."""
        start = name.start_pos or 0
        if outer is not None:
            self.fail(start, f"{str(name)!r} within {str(outer)!r}", "write it outside of the group")
        if name[:-1].casefold() not in TOPIC_FIELDS:
            near = find_nearest(name[:-1], TOPIC_FIELDS)
            suggestion = f"did you mean '{near}:'?" if near else f"known are {', '.join(TOPIC_FIELDS)}."
            advice = f"{suggestion} A text with a colon goes into quotation marks"
            if name[:-1].casefold() in _PARAMETERS_ALONE:
                advice = f"{name[:-1].casefold()} is a parameter of its own, beside the topic"
            self.fail(start, f"no field {str(name)!r}", advice, str(name), f"{near}:" if near else "")
        if _is_exclusion(part):
            self.fail(start, f"a minus behind {str(name)!r}", f"write it before, as in -{name}word")
        return name

    def _read_atom(self, token: Token, field: Token | None) -> Condition:
        """Return the phrase or filter that a word or a text in quotation marks is."""
        start = token.start_pos or 0
        is_prefix = token.endswith("*")
        text = token.removesuffix("*")
        if token.type == "PHRASE":
            text = text[1:-1]
            if inside := _STAR_INSIDE.search(text):
                advice = f'write it behind the quotation mark, as in "{text[: inside.start() + 1]}"*'
                self.fail(start, "a '*' within quotation marks", advice)
        else:
            self._check_word(token, text, start)
        if field is None or field.casefold() == "title:":
            searched = tuple(words.tokenize_for_search(text))
            if not searched:
                self.fail(start, f"no word in {str(token)!r}", "write letters or digits")
            if all(word[0] in _SIGNS for word in searched):
                advice = 'put it into quotation marks with its words, as in "R & D"'
                self.fail(start, f"no word in {str(token)!r}", advice)
            return Phrase(searched, in_title=field is not None, is_prefix=is_prefix)
        if is_prefix:
            self.fail(start, f"a '*' behind {str(field)!r}", "write the whole slug, id or name")
        taxonomy = cast(Taxonomy, field[:-1].casefold())
        if token.type == "PHRASE":
            if not (name := text.strip()):
                self.fail(start, f"no name behind {str(field)!r}", "write a slug, an id or a name")
            # A comma or a minus may be a part of it.
            return NameFilter(taxonomy, (name,), name, self._describe_place(start))
        if text.startswith("-"):
            self.fail(start, f"a minus behind {str(field)!r}", f"write it before, as in -{field}name")
        return NameFilter.parse(taxonomy, text, self._describe_place(start))

    def _check_word(self, token: Token, text: str, start: int) -> None:
        """Raise QueryError for what is a word to the grammar, and an operator to whoever wrote it."""
        match token:
            case "OR" | "AND":
                advice = f'write a word there, or "{token.lower()}" for the word itself'
                self.fail(start, f"{token} with nothing before it", advice)
            case "NOT":
                self.fail(start, "NOT", "write -word to leave posts out")
        if len(text) > 1 and set(text[:2]) <= _DASHES:
            self.fail(start, "two minus signs", "write one to leave posts out")
        if text and set(text) <= _DASHES:
            self.fail(start, "a minus that stands alone", "write -word to leave posts out")
        if text.endswith(":") and text[:-1].casefold() in TOPIC_FIELDS:
            self.fail(start, f"{text!r} with nothing behind it", f"write {text}word, without a space")
        if "*" in text or not text:
            advice = f'write it behind the beginning of a word, as in solar*, or "{token}" for the text'
            self.fail(start, f"a '*' in {str(token)!r}", advice)


def _is_exclusion(node: _Node) -> bool:
    return isinstance(node, Tree) and node.data == "without"
