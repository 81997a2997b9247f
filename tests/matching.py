"""docs/topics.md read slowly and simply: what the index finds is tested against this.

Nothing is shared with the service but the shape of its data: no tokens and no index, only regular
expressions over the folded text of one post at a time. It reads valid queries, and refuses none well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_args
from unicodedata import normalize

import html5lib
import regex

from feedsvc.model import Post, Taxonomy, Term

# Trees


@dataclass(frozen=True)
class Text:
    """A word or a phrase, looked for in title and body or in the title alone."""

    text: str
    prefix: bool = False
    in_title: bool = False


@dataclass(frozen=True)
class Named:
    """Categories, tags or authors: slugs, ids or names, with commas between them."""

    taxonomy: Taxonomy
    value: str


@dataclass(frozen=True)
class Not:
    """All posts but those of `tree`."""

    tree: "Tree"


@dataclass(frozen=True)
class All:
    """The posts that each of `trees` has."""

    trees: tuple["Tree", ...]


@dataclass(frozen=True)
class Either:
    """The posts that any of `trees` has."""

    trees: tuple["Tree", ...]


Tree = Text | Named | Not | All | Either

# Reading a query

FIELDS = ("title", *get_args(Taxonomy))
PARTS = regex.compile(
    rf"""\s* (?: (?P<bracket>[()]) | (?P<operator>OR|AND)(?![^\s()"])
    | (?P<minus>-)? (?: (?P<field>{"|".join(FIELDS)}) : )?
      (?: (?P<group>\() | "(?P<quoted>[^"]*)"(?P<star>\*)? | (?P<word>[^\s()"]+) ) ) \s*""",
    regex.VERBOSE,
)


def parse(query: str) -> Tree:
    """Return the tree of a valid query."""
    parts = list(PARTS.finditer(query.strip()))
    assert "".join(part[0] for part in parts) == query.strip(), query
    tree = _choices(parts, "")
    assert not parts, query
    return tree


def _choices(parts: list[Any], field: str) -> Tree:
    """Read up to the end or the closing bracket; `field` is that of the group."""
    choices: list[Tree] = []
    left_out: list[Tree] = []
    asked: list[Tree] = []
    excluded: list[Tree] = []

    def end_of_choice() -> None:
        # What is left out counts for all choices, unless there is nothing else between two ORs.
        if asked:
            choices.append(All(tuple(asked)))
            left_out.extend(excluded)
        else:
            choices.append(All(tuple(excluded)))
        asked.clear()
        excluded.clear()

    while parts:
        part = parts.pop(0)
        if part["bracket"] == ")":
            break
        if part["operator"] == "OR":
            end_of_choice()
        elif not part["operator"]:
            tree = _operand(part, parts, field)
            if part["minus"]:
                excluded.append(Not(tree))
            else:
                asked.append(tree)
    end_of_choice()
    return All((Either(tuple(choices)), *left_out))


def _operand(part: Any, parts: list[Any], outer: str) -> Tree:
    field = part["field"] or outer
    if part["group"] or part["bracket"]:
        return _choices(parts, field)
    text = part["word"] if part["quoted"] is None else part["quoted"]
    prefix = bool(part["star"]) or (part["quoted"] is None and text.endswith("*"))
    for taxonomy in get_args(Taxonomy):
        if field == taxonomy:
            return Named(taxonomy, text)
    return Text(text.removesuffix("*"), prefix, in_title=field == "title")


# What a reader sees

INLINE = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark s samp small span strike strong sub"
    " sup time tt u var wbr".split()
)
UNSEEN = frozenset("script style template noscript head title".split())


@cache
def visible(body: str) -> str:
    """Return the text of a body; a line break stands wherever other than inline markup parts it."""
    return _seen(html5lib.parseFragment(body, namespaceHTMLElements=False))


def _seen(element: Any) -> str:
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return ""
    inner = (element.text or "") + "".join(_seen(child) + (child.tail or "") for child in element)
    return inner if element.tag in INLINE else f"\n{inner}\n"


# What makes no difference

WITHOUT_WIDTH = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]")
ACCENTS = regex.compile(r"(?<=[\p{Latin}\p{Greek}\p{Cyrillic}])\p{Mn}+")
LETTERS = str.maketrans(
    {"ʼ": "'", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ß": "ss"}
)


@cache
def fold(text: str) -> str:
    """Return the text in which two spellings of a word are one, its signs that do not count left out."""
    folded = normalize("NFKC", WITHOUT_WIDTH.sub("", text)).casefold()
    folded = normalize("NFC", ACCENTS.sub("", normalize("NFD", folded))).translate(LETTERS)
    return LOOSE_SIGNS.sub(" ", folded)


# What is found

ALNUM = r"\p{L}\p{M}\p{N}"
SPACELESS = (
    rf"[[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}ー〆\p{{Thai}}\p{{Lao}}\p{{Khmer}}\p{{Myanmar}}]&&[{ALNUM}]]"
)
LETTER = rf"[[{ALNUM}]--{SPACELESS}]"
LOOSE_SIGNS = regex.compile(rf"(?<![{ALNUM}+#])[+#]+")
ATOM = regex.compile(rf"(?P<spaceless>{SPACELESS}+)|(?P<word>{LETTER}+)|&|[+#]+", regex.V1)
GAP = rf"[^{ALNUM}&+#]"


@cache
def pattern(text: str, prefix: bool) -> regex.Pattern[str]:
    """Return what finds a word or a phrase in folded text."""
    found, was_spaceless = "", False
    for atom in ATOM.finditer(fold(text)):
        is_spaceless = bool(atom["spaceless"])
        # A gap that was written between two such characters has to be there.
        found += (GAP + ("+" if is_spaceless and was_spaceless else "*")) if found else ""
        was_spaceless = is_spaceless
        if atom["word"]:
            found += rf"(?<!{LETTER}){atom[0]}(?!{LETTER})"
        else:
            found += regex.escape(atom[0]) + ("" if is_spaceless else r"(?![+#])")
    assert found, text
    if prefix:
        found = found.removesuffix(rf"(?!{LETTER})")
    return regex.compile(found, regex.V1)


def named(terms: Sequence[Term], taxonomy: Taxonomy, value: str) -> set[int]:
    """Return the ids of the terms that a value names, children included."""
    ways = (
        lambda term: term.slug == value.casefold(),
        lambda term: str(term.id) == value,
        lambda term: fold(term.name) == fold(value),
    )
    known = [term for term in terms if term.taxonomy == taxonomy]
    found = next((ids for way in ways if (ids := {term.id for term in known if way(term)})), set())
    while taxonomy == "category" and (more := {term.id for term in known if term.parent in found} - found):
        found |= more
    return found


def matches(tree: Tree, post: Post, terms: Sequence[Term]) -> bool:
    """Return whether a query finds a post; `terms` are all that its site has."""
    match tree:
        case Text(text, prefix, in_title):
            found = pattern(text, prefix)
            return any(found.search(fold(seen)) for seen in _texts(post, in_title))
        case Named(taxonomy, value):
            ids = named(terms, taxonomy, value)
            for one in value.split(",") if not ids else ():
                ids |= named(terms, taxonomy, one.strip())
            assert ids, value
            return bool(ids & set(_terms(post, taxonomy)))
        case Not(of):
            return not matches(of, post, terms)
        case All(trees):
            return all(matches(one, post, terms) for one in trees)
        case Either(trees):
            return any(matches(one, post, terms) for one in trees)


def _texts(post: Post, in_title: bool) -> tuple[str, ...]:
    return (post.title,) if in_title else (post.title, visible(post.content))


def _terms(post: Post, taxonomy: Taxonomy) -> tuple[int, ...]:
    return {"category": post.categories, "tag": post.tags, "author": post.authors}[taxonomy]


def in_title(tree: Tree) -> Tree:
    """Return a tree whose words are all looked for in the title: what `title:( )` makes of a group."""
    match tree:
        case Text():
            return replace(tree, in_title=True)
        case Not(of):
            return Not(in_title(of))
        case All(trees):
            return All(tuple(in_title(one) for one in trees))
        case Either(trees):
            return Either(tuple(in_title(one) for one in trees))
        case Named():
            return tree
