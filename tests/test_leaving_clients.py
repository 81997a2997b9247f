"""Clients that leave before they have their answer: nobody works for them, and others have their turn."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from service import Service, eventually, free_port

pytestmark = pytest.mark.real

CROWD = 300
APP = '''
import time
from feedsvc.publish.client_presence import has_left

def app(environ, start_response):
    """Answer at once what is no wait; write down that the client of a wait has left."""
    if environ["PATH_INFO"] == "/wait":
        while not has_left(environ["gunicorn.socket"]):
            time.sleep(0.01)
        open("left", "w").close()
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
'''


def ask_and_leave(port: int, address: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"GET /{address} HTTP/1.1\r\nHost: a\r\n\r\n".encode())


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return b"200 OK" in connection.recv(1000)
    except OSError:
        return False


def test_an_application_sees_that_its_client_has_left(tmp_path: Path) -> None:
    (tmp_path / "waiting.py").write_text(APP, "utf-8")
    port = free_port()
    worker = "feedsvc.buffering_worker.BufferingWorker"
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-k", worker, "--threads", "2"]
    path = f"{ROOT}:{tmp_path}"
    with subprocess.Popen([*command, "waiting:app"], cwd=tmp_path, env={"PYTHONPATH": path}) as server:
        try:
            eventually(lambda: answers(port), "gunicorn answers")
            ask_and_leave(port, "wait")
            eventually((tmp_path / "left").exists, "it is seen that the client has left")
            assert answers(port)
        finally:
            server.terminate()


def test_a_request_is_not_begun_when_its_client_has_left_meanwhile(
    tmp_path: Path, sample_store: Path
) -> None:
    shutil.copyfile(sample_store, tmp_path / "feedsvc.db")
    with Service(tmp_path, FEEDSVC_ACCESS_LOG="true", WEB_CONCURRENCY="1") as service:
        for number in range(CROWD):
            ask_and_leave(service.port, f"preview?topic=s*&page={number + 1}")
        assert service.get("feed.rss?limit=1").status_code == 200
        eventually(lambda: "limit=1" in service.log(), "the next reader's request is in the log")
        assert 0 < service.log().count("/preview") < CROWD / 2
