"""A witness over HTTP, on the loopback interface."""

import hashlib
import http.client
import socket
from urllib.parse import urlsplit

import pytest
from tests.evidence.witness.logs import NOW, ORIGIN, asked, leaves, serving, signed, witness

from seatrial.errors import InputError
from seatrial.evidence.witness import request, serve
from seatrial.proof import cosignature, note

ROWS = leaves(9)


def sent(url: str, body: bytes, *, path: str = "/add-checkpoint", method: str = "POST", **headers):
    """Send a request, and return status, headers and body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def raw(url: str, data: bytes) -> bytes:
    """Send bytes, end, and return everything that comes back."""
    host, port = urlsplit(url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_checkpoint_is_cosigned_over_http(tmp_path) -> None:
    one = witness(tmp_path)
    with serving(one) as url:
        status, _, body = sent(url, asked(ROWS[:5], 0))
        assert status == 200
        (line,) = note.lines(body)
        assert cosignature.read(line, signed(ROWS[:5]).partition(b"\n\n")[0] + b"\n", one.key).time == NOW
        status, headers, body = sent(url, asked(ROWS, 3))
        assert (status, headers["Content-Type"], body) == (409, "text/x.tlog.size", b"5\n")
        assert sent(url, asked(ROWS, 5), path="/some/prefix/add-checkpoint")[0] == 200
        assert sent(url, asked(leaves(9, b"x"), 9))[0] == 422
        assert sent(url, asked(ROWS, 0, origin="other"))[0] == 404
        assert sent(url, asked(ROWS, 0, seed=b"eve"))[0] == 403
        assert sent(url, b"nonsense")[0] == 400


def test_a_monitor_gets_the_last_checkpoint(tmp_path) -> None:
    one = witness(tmp_path)
    path = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    with serving(one) as url:
        assert sent(url, b"", path=path, method="GET")[0] == 404
        sent(url, asked(ROWS, 0))
        status, _, body = sent(url, b"", path=path, method="GET")
        assert (status, body) == (200, one.last(ORIGIN))
        for odd in ("/", "/checkpoint", "/../witness.key", path.replace("checkpoint", "key")):
            assert sent(url, b"", path=odd, method="GET")[0] == 404


def test_one_connection_serves_many_requests(tmp_path) -> None:
    with serving(witness(tmp_path)) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        for old, size in ((0, 2), (2, 5), (5, 9)):
            connection.request("POST", "/add-checkpoint", asked(ROWS[:size], old))
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
        connection.close()


def test_what_is_too_large_is_not_read(tmp_path) -> None:
    with serving(witness(tmp_path)) as url:
        for length in (request.SIZE + 1, 10**30):
            said = raw(url, b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length)
            assert said.startswith(b"HTTP/1.1 413")
        for odd in (b"", b"Content-Length: -1\r\n", b"Content-Length: five\r\n", b"Content-Length: \xb2\r\n"):
            assert raw(url, b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n%s\r\n" % odd).startswith(b"HTTP/1.1 411")
        assert sent(url, b"", path="/other")[0] == 404
        assert sent(url, asked(ROWS, 0))[0] == 200


def test_a_silent_client_holds_nobody_up(tmp_path) -> None:
    with serving(witness(tmp_path)) as url:
        host, port = urlsplit(url).netloc.split(":")
        silent = [socket.create_connection((host, int(port)), timeout=20) for _ in range(3)]
        silent[1].sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nold")
        assert sent(url, asked(ROWS, 0))[0] == 200
        for one in silent:
            one.close()


def test_a_body_that_is_cut_off_is_malformed(tmp_path) -> None:
    body = asked(ROWS, 0)
    with serving(witness(tmp_path)) as url:
        head = b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
        assert raw(url, head + body[:-9]).startswith(b"HTTP/1.1 400")


def test_a_witness_that_cannot_write_signs_nothing(tmp_path) -> None:
    one = witness(tmp_path)
    (tmp_path / "seen").rmdir()
    with serving(one) as url:
        status, _, body = sent(url, asked(ROWS, 0))
        assert status == 500
        assert b"signs nothing" in body


def test_a_witness_that_cannot_read_what_it_saw_signs_nothing(tmp_path) -> None:
    one = witness(tmp_path)
    one.add(asked(ROWS[:5], 0), NOW)
    (seen,) = (tmp_path / "seen").iterdir()
    seen.write_bytes(b"torn")
    with serving(one) as url:
        assert sent(url, asked(ROWS, 5))[0] == sent(url, asked(ROWS, 0))[0] == 500


@pytest.mark.parametrize("listen", ["", "127.0.0.1", "127.0.0.1:port", ":80", "127.0.0.1:99999999", "999.1.1.1:0"])
def test_addresses_that_are_none(tmp_path, listen) -> None:
    with pytest.raises(InputError):
        serve.server(witness(tmp_path), listen, lambda: NOW)
