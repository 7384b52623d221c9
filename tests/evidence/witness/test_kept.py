"""A log asks witnesses: what they say is kept beside its checkpoint, and what they catch is told."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.evidence.witness.logs import LOG, NOW, ORIGIN, log, payload, running, serving, signer, witness

from seatrial.errors import EvidenceError
from seatrial.evidence.log import Log
from seatrial.evidence.witness import ask, kept
from seatrial.evidence.witness.witness import Witness
from seatrial.proof import checkpoint, cosignature, note
from seatrial.proof import trust as trusts


def silent_server():
    """A port that takes connections and says nothing."""
    listening = socket.create_server(("127.0.0.1", 0))
    return listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


def saying(status: int, body: bytes):
    """A server that gives everybody one answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return running(ThreadingHTTPServer(("127.0.0.1", 0), Handler))


def copied(one: Log, entries: int, folder: Path, text: bytes = b"") -> Log:
    """Another log that the holder of the key writes under the same name."""
    return log(folder, entries, *one.trust.witnesses.values(), text=text)


def test_cosignatures_are_kept_beside_the_checkpoint(tmp_path) -> None:
    w1, w2 = witness(tmp_path / "w1"), witness(tmp_path / "w2", "w.example/2")
    one = log(tmp_path / "log", 3, w1.key, w2.key)
    with serving(w1) as first, serving(w2, now=lambda: NOW + 5) as second:
        told = kept.gather(one, [second, first])
    assert [said.why for said in told] == ["", ""]
    assert [(who.name, who.time) for who in kept.witnessed(one)] == [("w.example/1", NOW), ("w.example/2", NOW + 5)]
    own, rest = checkpoint.split(kept.cosigned(one))
    assert own == one.checkpoint
    text = note.parse(own)[0]
    assert len(cosignature.strict(note.lines(rest), text, one.trust.witnesses)) == 2
    again = Log.open(one.address, pinned=trusts.write(one.trust))
    assert kept.cosigned(again) == kept.cosigned(one)


def test_a_post_quantum_witness_is_kept_beside_another(tmp_path) -> None:
    pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mldsa")
    w1, w2 = witness(tmp_path / "w1"), Witness.create(tmp_path / "w2", "w.example/2", algorithm="ml-dsa-44")
    w2.trust(LOG)
    one = log(tmp_path / "log", 3, w1.key, w2.key)
    with serving(w1) as first, serving(w2) as second:
        assert [said.why for said in kept.gather(one, [first, second])] == ["", ""]
    assert [who.name for who in kept.witnessed(one)] == ["w.example/1", "w.example/2"]


def test_what_comes_after_is_not_witnessed_until_it_is(tmp_path) -> None:
    w1 = witness(tmp_path / "w1")
    one = log(tmp_path / "log", 3, w1.key)
    with serving(w1) as url:
        kept.gather(one, [url])
        one.append(payload(7))
        assert kept.cosigned(one) == one.checkpoint
        assert (kept.witnessed(one), kept.size(one)) == ((), 3)
        assert kept.gather(one, [url])[0].why == ""
    assert (len(kept.witnessed(one)), kept.size(one)) == (1, 4)


def test_a_log_that_forgot_what_was_cosigned_learns_it_from_the_answer(tmp_path) -> None:
    w1 = witness(tmp_path / "w1")
    one = log(tmp_path / "log", 3, w1.key)
    with serving(w1) as url:
        kept.gather(one, [url])
        one.append(payload(7))
        (Path(one.address) / kept.COSIGNED).unlink()
        assert kept.gather(one, [url])[0].why == ""
    assert len(kept.witnessed(one)) == 1


def test_lines_of_several_rounds_add_up(tmp_path) -> None:
    w1, w2 = witness(tmp_path / "w1"), witness(tmp_path / "w2", "w.example/2")
    one = log(tmp_path / "log", 3, w1.key, w2.key)
    with serving(w2) as url:
        assert len(kept.gather(one, [url])) == 1
    with serving(w1) as url:
        kept.gather(one, [url])
    assert [who.name for who in kept.witnessed(one)] == ["w.example/1", "w.example/2"]


def test_a_witness_that_is_down_is_noted_and_holds_nobody_up(tmp_path) -> None:
    w1 = witness(tmp_path / "w1")
    one = log(tmp_path / "log", 3, w1.key)
    listening, dead = silent_server()
    listening.close()
    with serving(w1) as url:
        told = kept.gather(one, [dead, url, "ftp://x", "http://127.0.0.1:1/", "http://[", "http://\x00", ""])
    assert "cannot be reached" in told[0].why
    assert told[1].why == ""
    assert "no address" in told[2].why
    assert all("cannot be reached" in one.why or "no address" in one.why for one in told[3:])
    assert len(kept.witnessed(one)) == 1


def test_a_witness_that_says_nothing_is_waited_for_some_seconds(tmp_path, monkeypatch) -> None:
    one = log(tmp_path / "log", 3)
    listening, url = silent_server()
    before = time.monotonic()
    with listening:
        (told,) = kept.gather(one, [url])
    assert "cannot be reached: timed out" in told.why
    assert time.monotonic() - before < 2 * ask.PATIENCE


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, b"", "no cosignature"),
        (200, b"\xe2\x80\x94 w.example/1 AAAAAAA=\n", "its cosignature is not good"),
        (200, b"\xe2\x80\x94 w.example/9 AAAAAAA=\n", "'w.example/9' is no witness in trust.json"),
        (409, b"many\n", "409 without a size"),
        (409, b"9" * 40, "409 without a size"),
        (409, b"1\n", "asked by others"),
        (500, b"", "answered 500"),
        (404, b"", "does not witness this log"),
        (403, b"no", "does not take the signature"),
        (302, b"", "answered 302"),
    ],
)
def test_odd_answers_are_noted(tmp_path, status, body, why) -> None:
    w1 = witness(tmp_path / "w1")
    one = log(tmp_path / "log", 3, w1.key)
    with saying(status, body) as url:
        (told,) = kept.gather(one, [url])
    assert why in told.why
    assert not told.contradicts
    assert kept.witnessed(one) == ()


def test_a_kept_document_that_was_changed_counts_for_nothing(tmp_path) -> None:
    w1 = witness(tmp_path / "w1")
    one = log(tmp_path / "log", 3, w1.key)
    with serving(w1) as url:
        kept.gather(one, [url])
    whole = one.beside(kept.COSIGNED)
    for odd in (whole[:-9] + b"AAAAAAA=\n", checkpoint.split(whole)[0], whole[:-1], whole + b"\xff", b"", b"odd\n\n"):
        one.keep(kept.COSIGNED, odd)
        assert kept.cosigned(one) == one.checkpoint
        assert kept.witnessed(one) == ()
        with serving(w1) as url:
            assert kept.gather(one, [url])[0].why == ""


# ---- what the holder of the log key may try -----------------------------------------------------------------------


def test_a_second_history_finds_no_witness(tmp_path) -> None:
    """Split view: the same name, another history for somebody else."""
    w1 = witness(tmp_path / "w1")
    one = log(tmp_path / "log", 3, w1.key)
    other = copied(one, 5, tmp_path / "other", b"other")
    with serving(w1) as url:
        kept.gather(one, [url])
        (told,) = kept.gather(other, [url])
    assert told.contradicts
    assert "another history" in told.why
    assert kept.witnessed(other) == ()


def test_a_log_that_was_rolled_back_finds_no_witness(tmp_path) -> None:
    w1 = witness(tmp_path / "w1")
    one = log(tmp_path / "log", 5, w1.key)
    other = copied(one, 3, tmp_path / "other")
    with serving(w1) as url:
        kept.gather(one, [url])
        (told,) = kept.gather(other, [url])
    assert told.contradicts
    assert "has cosigned 5 entries of this log, and here are 3" in told.why
    with pytest.raises(EvidenceError, match="older copy"):
        kept.asked(other, 5)


def test_history_that_was_rewritten_finds_no_witness(tmp_path) -> None:
    """The same length as before, so that no count gives it away."""
    w1 = witness(tmp_path / "w1")
    one = log(tmp_path / "log", 5, w1.key)
    other = copied(one, 5, tmp_path / "other", b"rewritten")
    with serving(w1) as url:
        kept.gather(one, [url])
        (told,) = kept.gather(other, [url])
        assert told.contradicts
        assert kept.gather(one, [url])[0].why == ""
    text, lines = note.parse(Witness.open(tmp_path / "w1").last(ORIGIN))
    assert (cosignature.head(text).size, len(lines)) == (5, 2)


def test_two_writers_at_once_are_no_contradiction(tmp_path) -> None:
    """Another process appended and was witnessed between our look and our question: we look again."""
    w1 = witness(tmp_path / "w1")
    one = log(tmp_path / "log", 3, w1.key)
    beside = Log.open(one.address, signer(), pinned=trusts.write(one.trust))
    with serving(w1) as url:
        kept.gather(one, [url])
        threads = [threading.Thread(target=_append, args=(which, url)) for which in (one, beside)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (told,) = kept.gather(one, [url])
    assert (told.why, len(kept.witnessed(one))) == ("", 1)


def _append(to: Log, url: str) -> None:
    for number in range(5):
        to.append(payload(number))
        (told,) = kept.gather(to, [url])
        assert not told.contradicts
