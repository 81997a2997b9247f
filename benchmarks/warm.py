"""What an unchanged feed costs: prepared answers beside a bare function with the same bytes and headers.

    python -m benchmarks warm                  # about half a minute
    python -m benchmarks warm --seconds 0.5

Both run under gunicorn as `feedsvc serve` sets it up, and are asked by turns, by wrk. The exit status is 1
when one is slower than its limit.
"""

import argparse
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from gunicorn.arbiter import Arbiter

from benchmarks.measure import Report
from benchmarks.stores import fill
from feedsvc.config import load_settings
from feedsvc.serve import Gunicorn
from feedsvc.store.database import Database

MIN_RATIO = 0.85
"""Answers a second, as a share of those of a bare function."""

_POSTS = 100
_ROUNDS = 5
_SECONDS = 2.0
_CONNECTIONS = 16
_PATIENCE_SECONDS = 60.0
_PATH = "/feed.rss"
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_ODD = re.compile(r"Non-2xx or 3xx responses.*|Socket errors.*")
_CHANGING = {"date", "server", "connection", "cache-control"}


def main(arguments: Sequence[str]) -> int:
    """Measure, print the figures with their limit, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks warm")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="of each round")
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    options = parser.parse_args(arguments)
    report = Report(1.0)
    measure(report, options.seconds, options.rounds)
    return int(not report.figures.are_within)


def measure(report: Report, seconds: float = _SECONDS, rounds: int = _ROUNDS) -> None:
    """Measure what each kind of reader asks for, for so many seconds in each of so many rounds."""
    report.heading("Answers a second, of a bare function and of prepared answers")
    for label, name, bare, warm in _iter_rates(seconds, rounds):
        print(f"{label:<72} {bare:9,.0f} and {warm:,.0f} a second", flush=True)
        report.figures.add(f"{label}: prepared / bare", warm / bare, MIN_RATIO, "at least")
        if name:
            report.rates.update({f"bare, {name}": bare, f"warm, {name}": warm})


def _iter_rates(seconds: float, rounds: int) -> Iterator[tuple[str, str, float, float]]:
    """Yield what is asked for, its name in the picture, and the answers a second of both."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        with closing(Database(f"sqlite:///{folder}/store.db")) as database:
            database.migrate()
            with database.transaction() as connection:
                fill(connection, _POSTS)
        ours = stack.enter_context(running(folder, "-m", "feedsvc", "serve"))
        packed = _fetch(ours, {"Accept-Encoding": "gzip"})
        plain = _fetch(ours, {})
        (folder / "body").write_bytes(packed[1])
        headers = [f"{key}: {value}" for key, value in packed[0].items() if key.lower() not in _CHANGING]
        (folder / "headers").write_text("\n".join([*headers, "Cache-Control: public, max-age=300"]))
        bare = stack.enter_context(running(folder, "-m", "benchmarks.warm", str(folder)))
        held = {"Accept-Encoding": "gzip", "If-None-Match": packed[0]["ETag"]}
        for label, name, asked in (
            (f"a feed of {len(packed[1]):,} bytes, packed", "200", {"Accept-Encoding": "gzip"}),
            ("a feed that the client has", "304", held),
            ("the same without a coding", "", {"If-None-Match": plain[0]["ETag"]}),
        ):
            # What disturbs only slows down: the most of each is nearest to the truth.
            rates = [(_ask(bare, asked, seconds), _ask(ours, asked, seconds)) for _ in range(rounds)]
            yield label, name, max(rate for rate, _ in rates), max(rate for _, rate in rates)


def _ask(port: int, headers: dict[str, str], seconds: float) -> float:
    """Return how many answers a second wrk gets. Raises RuntimeError when some were none."""
    options = [text for name, value in headers.items() for text in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{max(1, round(seconds))}", *options]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{_PATH}"], capture_output=True, text=True, check=True
    )
    if odd := _ODD.search(done.stdout):
        raise RuntimeError(f"wrk: {odd.group()}")
    (rate,) = _RATE.findall(done.stdout)
    return float(rate)


def _fetch(port: int, headers: dict[str, str]) -> tuple[dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    connection.request("GET", _PATH, headers=headers)
    response = connection.getresponse()
    return dict(response.getheaders()), response.read()


@contextmanager
def running(
    folder: Path, *arguments: str, variables: Mapping[str, str] = MappingProxyType({})
) -> Iterator[int]:
    """Run Python with `arguments` as a server on the store in `folder`, and yield its port when it answers.

    `variables` are of its environment.
    """
    port = _choose_port()
    environment = {
        **os.environ, "PORT": str(port), "FEEDSVC_HOST": "127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder}/store.db", **variables,
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(port):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError(f"{' '.join(arguments)} does not answer")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return bool(_fetch(port, {})[1])
    except OSError:
        return False


def _choose_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve_bare(folder: Path) -> None:
    """Serve the body in `folder`, with the headers there, to whoever asks for whatever."""
    body = (folder / "body").read_bytes()
    headers = [tuple(line.split(": ", 1)) for line in (folder / "headers").read_text().splitlines()]
    kept = [pair for pair in headers if not pair[0].startswith(("Content-", "Last-"))]

    def answer(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        if "HTTP_IF_NONE_MATCH" in environ:
            start_response("304 Not Modified", kept)
            return ()
        start_response("200 OK", headers)
        return (body,)

    Arbiter(Gunicorn(load_settings(), answer)).run()


if __name__ == "__main__":
    _serve_bare(Path(sys.argv[1]))
