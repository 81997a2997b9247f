"""Small HTTP servers on the loopback, for what a real WordPress would not say."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer that is always the same."""

    status: int = 200
    body: str = ""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


NO_ROUTE = Canned(404, '{"code": "rest_no_route", "message": "No route was found."}')


def one_post() -> dict[str, Canned]:
    """Return the answers of a WordPress with one post."""
    post = {
        "id": 7,
        "date_gmt": "2025-01-01T00:00:00",
        "modified_gmt": "2025-01-01T00:00:00",
        "guid": {"rendered": "http://small.example/?p=7"},
        "link": "http://small.example/?p=7",
        "title": {"rendered": "Seven"},
        "content": {"rendered": "<p>Body</p>", "protected": False},
        "excerpt": {"rendered": ""},
        "status": "publish",
    }
    about = {"name": "Small", "namespaces": ["wp/v2"], "home": "http://small.example"}
    totals = {"X-WP-Total": "1", "X-WP-TotalPages": "1"}
    return {
        "/wp-json/": Canned(200, json.dumps(about)),
        "/wp-json/wp/v2/posts": Canned(200, json.dumps([post]), headers=totals),
    }


@contextmanager
def serving(answers: Mapping[str, Canned], otherwise: Canned | None = None) -> Iterator[str]:
    """Serve `answers` by path (without the query string) and give the server's address.

    A path that is not there gets `otherwise`, or a plain 404.
    """
    fallback = otherwise or Canned(404, "not here", "text/plain")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path.split("?")[0], fallback)
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
