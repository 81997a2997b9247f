"""Every error that feedsvc raises on purpose, and what becomes of each.

    FeedsvcError
    ├── ConfigError       the configuration is wrong             exit status 2
    ├── StartError        the service can't start                exit status 1
    ├── ImportFileError   a file to import can't be used         exit status 1
    ├── SiteError         a site did not answer as WordPress     exit status 1, a line in the log, /status
    ├── PostError         one post can't be used                 that post is left out, a line in the log
    ├── DatabaseBusyError it is busy for too long, or away       exit status 1, HTTP 503, a line in the log
    ├── StoppedError      a pull has to leave off                the next one goes on from there
    ├── QueryError        a request asks for what can't be       HTTP 400, exit status 2
    │   └── UnknownPathError  its path names nothing             HTTP 404
    ├── NotReadyError     the answer is not known yet            HTTP 503 with Retry-After, exit status 1
    └── TooLongError      an answer takes longer than it may     HTTP 503 with Retry-After

The command line turns them into an exit status in one place (cli.py), the web into an HTTP status in
one place (publish/web.py); /preview shows them on its page.
"""

import re
from collections.abc import Sequence
from datetime import datetime

_FIELDS = re.compile(r"([?&])_fields=[^&]*&?")  # longer than all else, and of no help to anyone
_MAX_URL_LENGTH = 300


class FeedsvcError(Exception):
    """The root of our errors: its text is one plain sentence for the person who can mend the cause."""


class ConfigError(FeedsvcError):
    """The configuration holds one mistake or several; each names its key and what to write instead."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class StartError(FeedsvcError):
    """The service can't start: its port is taken, or there is nothing that it could serve."""


class ImportFileError(FeedsvcError):
    """A file given to `feedsvc import` is not a saved REST response."""


class SiteError(FeedsvcError):
    """A site did not answer as a WordPress REST API does.

    Takes what was asked (a URL without secrets), what came back, what the operator can try, the HTTP
    status if there was one, the cause in a word for `/metrics`, from when (UTC) on the site lets us ask
    again, and the beginning of what came where it says more. That quote is no part of the error's text: it
    is for the log and the terminal, while the text stands on public pages.
    """

    def __init__(
        self,
        asked: str,
        got: str,
        advice: str,
        status: int | None = None,
        *,
        cause: str = "",
        retry_at: datetime | None = None,
        quote: str = "",
    ) -> None:
        asked = _FIELDS.sub(r"\1", asked).rstrip("?&")
        if len(asked) > _MAX_URL_LENGTH:
            asked = f"{asked[: _MAX_URL_LENGTH // 2]}…{asked[-_MAX_URL_LENGTH // 4 :]}"
        got = "".join(character if character.isprintable() else " " for character in got)
        super().__init__(f"asked {asked}: {got}. {advice}")
        self.status = status
        self.asked = asked
        self.got = got
        self.advice = advice
        self.cause = cause or (f"http_{status}" if status not in (None, 200) else "not_wordpress")
        self.retry_at = retry_at
        self.quote = quote

    @property
    def asks_to_wait(self) -> bool:
        """Whether the site wants to be left alone: no time to ask it for something else."""
        return self.status == 429 or self.retry_at is not None


class PostError(FeedsvcError):
    """One post of a page can't be used; the others can."""


class DatabaseBusyError(FeedsvcError):
    """The database can't be used for now: another process or site is writing, or its server is away."""


class StoppedError(FeedsvcError):
    """A pull has to leave off: its process was told to stop, or another one has taken the site over."""


class QueryError(FeedsvcError):
    """A query string asks for something that does not exist or does not parse.

    Beside the sentence, what a page needs to show the mistake at its place, as far as it is known: the
    parameter, its text as it was read and the place in it, counted from zero; the word that is wrong, and
    the one that was most likely meant.
    """

    def __init__(
        self,
        sentence: str,
        *,
        field: str = "",
        text: str = "",
        position: int | None = None,
        wrong: str = "",
        near: str = "",
    ) -> None:
        super().__init__(sentence)
        self.field = field
        self.text = text
        self.position = position
        self.wrong = wrong
        self.near = near


class UnknownPathError(QueryError):
    """The path of an address names a category, tag, author or topic that does not exist."""


class NotReadyError(FeedsvcError):
    """A name is not known, but a site is still being read for the first time: ask again later."""


class TooLongError(FeedsvcError):
    """What is asked for takes longer to find than a request may take."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"this takes longer than {seconds:g} seconds to find: ask again in a minute, or ask for less, "
            "with fewer phrases of common words, fewer words with a '*', or a lower limit"
        )
