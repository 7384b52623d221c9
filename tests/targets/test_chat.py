"""The chat client against real servers on the loopback interface."""

import json
import socket
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from seatrial.errors import TargetError
from seatrial.records.batch import Message, Talks
from seatrial.targets.chat import CARD, JOINT, Chat, make
from seatrial.targets.target import Conditional, Fresh, Service

HERE = Path()


def said(content) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


@contextmanager
def server(reply, *, status=200):
    """Serve `reply(body) -> bytes` and note every request: path, headers, body."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, dict(self.headers), body))
            data = reply(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}/v1", seen
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def counting(body) -> bytes:
    return said(f"answer to {len(body['messages'])} messages")


def user(*texts):
    return tuple(Message("user", text) for text in texts)


def test_a_script_is_played_turn_by_turn_with_its_history() -> None:
    with server(counting) as (url, seen):
        target = Chat(url=url, model="m", system="be kind")
        answers, seconds = target.serve(Talks((user("one", "two"), user("three"))))
    assert answers == (f"answer to 2 messages{JOINT}answer to 4 messages", "answer to 2 messages")
    assert len(seconds) == 2
    assert all(0 < s < 60 for s in seconds)
    assert [m["role"] for m in seen[1][2]["messages"]] == ["system", "user", "assistant", "user"]
    assert seen[1][2]["messages"][2]["content"] == "answer to 2 messages"
    assert [m["content"] for m in seen[2][2]["messages"]] == ["be kind", "three"]
    assert {path for path, _, _ in seen} == {"/v1/chat/completions"}
    assert {body["temperature"] for _, _, body in seen} == {0.0}
    assert all("seed" not in body and "Authorization" not in headers for _, headers, body in seen)


def test_other_turns_of_a_script_are_history_and_are_not_asked() -> None:
    script = (Message("system", "s"), Message("user", "a"), Message("assistant", "b"), Message("user", "c"))
    with server(counting) as (url, seen):
        assert Chat(url=f"{url}/chat/completions", model="m").respond(Talks((script[:3],))) == ("answer to 2 messages",)
        Chat(url=url, model="m").respond(Talks((script,)))
    assert [m["role"] for m in seen[2][2]["messages"]] == ["system", "user", "assistant", "assistant", "user"]


def test_the_key_comes_from_the_environment(monkeypatch) -> None:
    target = Chat(url="http://127.0.0.1:9/v1", model="m", key_env="SEATRIAL_TEST_KEY")
    monkeypatch.delenv("SEATRIAL_TEST_KEY", raising=False)
    with pytest.raises(TargetError, match="SEATRIAL_TEST_KEY is not set"):
        target.respond(Talks((user("a"),)))
    monkeypatch.setenv("SEATRIAL_TEST_KEY", "k-1")
    with server(counting) as (url, seen):
        Chat(url=url, model="m", key_env="SEATRIAL_TEST_KEY").respond(Talks((user("a"),)))
    assert seen[0][1]["Authorization"] == "Bearer k-1"


def test_sampled_answers_are_seeded_by_the_key_of_the_draw() -> None:
    with server(counting) as (url, seen):
        target = Chat(url=url, model="m", temperature=0.7)
        assert target.face.sampled
        for key in (bytes(32), bytes(32), b"\xff" * 32):
            target.fresh(key).respond(Talks((user("a"),)))
        Chat(url=url, model="m").fresh(b"\xff" * 32).respond(Talks((user("a"),)))
    assert [body.get("seed") for _, _, body in seen] == [0, 0, 2**31 - 1, None]


def test_an_answer_of_null_is_empty() -> None:
    with server(lambda _: said(None)) as (url, _):
        assert Chat(url=url, model="m").respond(Talks((user("a"),))) == ("",)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (b"<html>", "no chat completion"),
        (b"{}", "no chat completion"),
        (b"[]", "no chat completion"),
        (b'{"choices": []}', "no chat completion"),
        (b"\xff\xfe", "no chat completion"),
        (said(["part"]), "list, not text"),
        (b"x" * (5 << 20), "more than"),
    ],
)
def test_an_answer_of_another_form_is_a_clear_error(reply, text) -> None:
    with server(lambda _: reply) as (url, _), pytest.raises(TargetError, match=text):
        Chat(url=url, model="m").respond(Talks((user("a"),)))


@pytest.mark.parametrize(("status", "text"), [(401, "key_env"), (404, "model's name"), (429, "rate"), (500, "500")])
def test_a_status_is_a_clear_error(status, text) -> None:
    with server(lambda _: b"no", status=status) as (url, _), pytest.raises(TargetError, match=text) as caught:
        Chat(url=url, model="m").respond(Talks((user("a"),)))
    assert f"HTTP status {status}" in str(caught.value)
    assert url in str(caught.value)


def test_nobody_there_is_a_clear_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    with pytest.raises(TargetError, match="connection refused"):
        Chat(url=url, model="m").respond(Talks((user("a"),)))


def test_silence_is_a_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(TargetError, match=r"no answer within 0\.2 s"):
            Chat(url=url, model="m", timeout=0.2).respond(Talks((user("a"),)))


def test_a_server_that_hangs_up_is_a_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as rude:
        url = f"http://127.0.0.1:{rude.getsockname()[1]}/v1"

        def hang_up():
            rude.accept()[0].close()

        thread = Thread(target=hang_up)
        thread.start()
        with pytest.raises(TargetError, match="connection failed"):
            Chat(url=url, model="m", timeout=5.0).respond(Talks((user("a"),)))
        thread.join()


def test_a_block_makes_it() -> None:
    block = {"kind": "chat", "url": "https://host/v1", "model": "m", "system": "s", "timeout": 5, "temperature": 0}
    assert CARD.make(block, HERE) == Chat(url="https://host/v1", model="m", system="s", timeout=5, temperature=0)
    target = make(block, HERE)
    assert isinstance(target, Fresh)
    assert isinstance(target, Service)
    assert not isinstance(target, Conditional)
    assert target.face.takes is Talks
    assert target.face.gives == "talk"


def test_a_wrong_block_is_refused_with_everything_that_is_wrong() -> None:
    block = {"kind": "chat", "url": "host/v1", "modle": "m", "timeout": 0, "temperature": True, "key_env": 3}
    with pytest.raises(TargetError) as caught:
        make(block, HERE)
    assert {p.where for p in caught.value.problems} == {
        "target.url",
        "target.model",
        "target.modle",
        "target.timeout",
        "target.temperature",
        "target.key_env",
    }


@pytest.mark.parametrize("url", ["ftp://host", "http://", "http://user:pw@host/v1", "http://[::1", 7, "http://h:99999"])
def test_what_is_no_address_is_refused(url) -> None:
    with pytest.raises(TargetError, match=r"target\.url"):
        make({"kind": "chat", "url": url, "model": "m"}, HERE)
