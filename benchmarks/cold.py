"""What a feed costs that nobody has asked for before: writing, packing, all in all over HTTP."""

import gzip
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree
from sqlalchemy import make_url

from benchmarks.measure import Report
from feedsvc.config import load_settings
from feedsvc.publish.feed import Feed, build_feed
from feedsvc.publish.find import find_entries
from feedsvc.publish.packing import pack
from feedsvc.publish.serialize.formats import FORMATS
from feedsvc.query.query_string import parse_query_string
from feedsvc.store.database import Database

MAX_WRITING_RATIO = 2.0
"""Writing a feed, as a multiple of what lxml needs for the same elements."""

MAX_HTTP_RATIO = 1.2
"""The whole answer, packed with gzip, as a multiple of what lxml and gzip level 6 need for its bytes."""

MAX_SIZE_RATIO = 1.0
"""The whole answer from a large store, as a multiple of that from a small one."""

_BODY_LENGTH = 9_000
_TIMES = 40
_LENGTHEN = (
    "UPDATE posts SET content = substr(content || content, 1, ?)"
    " WHERE key IN (SELECT key FROM posts ORDER BY key DESC LIMIT ?)"
)

Element = tuple[str, dict[str, str], str | None, list["Element"]]


def measure(report: Report, urls: Mapping[tuple[str, int], str]) -> None:
    """Measure on copies of the smallest and the largest of SQLite's stores, whose posts are made longer."""
    report.heading(f"A feed of 20 entries of {_BODY_LENGTH:,} characters, asked for the first time")
    sizes = [size for engine, size in urls if engine == "sqlite"]
    sizes = [min(sizes), max(sizes)]
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{size}.db" for size in sizes]
        for file, size in zip(files, sizes, strict=True):
            shutil.copy(str(make_url(urls["sqlite", size]).database), file)
            with closing(Database(f"sqlite:///{file}")) as database, database.transaction() as connection:
                connection.exec_driver_sql(_LENGTHEN, (_BODY_LENGTH, _TIMES * 20 + 20))
        limit = _measure_writing(report, files[0])
        with _serving(files[0]) as small, _serving(files[1]) as large:
            # By turns, so that both see the machine alike.
            taken = [(_answer(small, page), _answer(large, page)) for page in range(1, _TIMES + 1)]
        answers = [min(times) for times in zip(*taken, strict=True)]
        for size, least in zip(sizes, answers, strict=True):
            report.line(f"the answer over HTTP, of {size:,} posts", least)
        report.rates["cold"] = 1000 / answers[0]
        report.figures.add(
            "a cold answer over HTTP / lxml and gzip 6 for its bytes",
            answers[0] / limit,
            MAX_HTTP_RATIO,
        )
        ratio = answers[1] / answers[0]
        label = f"a cold answer at {sizes[1]:,} posts / at {sizes[0]:,}"
        report.figures.add(label, ratio, MAX_SIZE_RATIO)


def _measure_writing(report: Report, file: Path) -> float:
    """Measure writing and packing; return the milliseconds of lxml and gzip level 6."""
    feed = _load_feed(file)
    write = FORMATS["rss"].serialize
    body = write(feed)
    root = etree.fromstring(body)
    elements = _read_element(root)
    namespaces = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}

    def write_alone() -> bytes:
        built = _build(elements, None, namespaces)
        return etree.tostring(built, pretty_print=True, encoding="UTF-8", xml_declaration=True)

    # By turns, so that both see the machine alike.
    rounds = [(_least(write_alone, 5), _least(lambda: write(feed), 5)) for _ in range(_TIMES // 4)]
    alone, writing = min(round_[0] for round_ in rounds), min(round_[1] for round_ in rounds)
    report.line("the same elements by lxml alone", alone)
    report.line("writing them as RSS", writing)
    report.figures.add("writing a feed / lxml for the same elements", writing / alone, MAX_WRITING_RATIO)
    most = _least(lambda: gzip.compress(body, 6, mtime=0))
    ways: dict[str, Callable[[], bytes]] = {
        "gzip level 6": lambda: gzip.compress(body, 6, mtime=0),
        "gzip as we pack it": lambda: pack(body, "gzip"),
        "brotli as we pack it": lambda: pack(body, "br"),
    }
    for label, way in ways.items():
        print(f"{label:<72} {_least(way):9.2f} ms  {len(way()):,} of {len(body):,} bytes")
    return alone + most


def _least(run: Callable[[], object], times: int = _TIMES) -> float:
    """Return the least milliseconds of `run`: what disturbs only adds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken) * 1000


def _load_feed(file: Path) -> Feed:
    """Return the newest posts as a feed."""
    with closing(Database(f"sqlite:///{file}")) as database, database.reading() as connection:
        result = find_entries(connection, load_settings(), parse_query_string(""), datetime.now(UTC))
    return build_feed(result, "rss", "http://127.0.0.1/")


def _read_element(element: etree._Element) -> Element:
    return (
        str(element.tag),
        {str(name): str(value) for name, value in element.attrib.items()},
        element.text,
        [_read_element(child) for child in element],
    )


def _build(element: Element, parent: etree._Element | None, namespaces: dict[str, str]) -> etree._Element:
    tag, attributes, text, children = element
    built = (
        etree.Element(tag, attributes, nsmap=namespaces)
        if parent is None
        else etree.SubElement(parent, tag, attributes)
    )
    built.text = text
    for child in children:
        _build(child, built, namespaces)
    return built


@contextmanager
def _serving(file: Path) -> Iterator[http.client.HTTPConnection]:
    """Run the service on a store, and yield a connection to it."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ, "DATABASE_URL": f"sqlite:///{file}", "PORT": str(port), "FEEDSVC_HOST": "127.0.0.1",
        "WEB_CONCURRENCY": "1", "FEEDSVC_SITES": "",
    }  # fmt: skip
    command = [sys.executable, "-m", "feedsvc", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_ready(port)
            with closing(http.client.HTTPConnection("127.0.0.1", port)) as client:
                yield client
        finally:
            process.send_signal(signal.SIGTERM)


def _wait_until_ready(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the service does not listen")


def _answer(connection: http.client.HTTPConnection, page: int) -> float:
    """Return the milliseconds of an answer that was not given before: of another page each time."""
    started = time.perf_counter()
    connection.request("GET", f"/feed.rss?page={page}", headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    response.read()
    taken = time.perf_counter() - started
    if response.status != 200:
        raise ValueError(f"page {page}: {response.status}")
    return taken * 1000
