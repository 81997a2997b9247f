"""How a site is asked: never sooner than it takes to answer."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from feedsvc.errors import SiteError
from feedsvc.wordpress.http import INFO_MAX_AGE, HttpClient
from feedsvc.wordpress.pace import PacedHttp
from feedsvc.wordpress.transport import Traffic
from servers import Canned, serving


def paced(folder: Path, url: str) -> tuple[PacedHttp, list[float], list[Traffic]]:
    pauses: list[float] = []
    spent: list[Traffic] = []
    http = HttpClient(cache_file=folder / "http.sqlite", named=[url])
    return PacedHttp(http, pauses.append, lambda: None, spent.append, nullcontext), pauses, spent


def test_a_pause_comes_before_each_request_but_the_first(tmp_path: Path) -> None:
    with serving({}, Canned(200, '{"a": 1}')) as url:
        http, pauses, spent = paced(tmp_path, url)
        for _ in range(3):
            http.get(url)
    assert len(pauses) == 2
    assert all(0 < pause <= 10 for pause in pauses)
    assert spent == [Traffic(1, 8)] * 3


def test_what_is_kept_costs_neither_a_request_nor_a_pause(tmp_path: Path) -> None:
    with serving({}, Canned(200, '{"a": 1}')) as url:
        http, pauses, spent = paced(tmp_path, url)
        for _ in range(3):
            http.get(url, max_age=INFO_MAX_AGE)
    assert len(pauses) == 1  # before the one that turned out to be kept
    assert spent == [Traffic(1, 8), Traffic(0, 0), Traffic(0, 0)]


def test_a_request_that_failed_counts_as_well(tmp_path: Path) -> None:
    with serving({"/here": Canned(302, headers={"Location": "/here"})}) as url:
        http, pauses, spent = paced(tmp_path, url)
        with pytest.raises(SiteError, match="in a circle"):
            http.get(f"{url}here")
        http.get(url)
    assert len(pauses) == 1
    assert spent[0].requests == 6
