"""RFC 3161 tokens over a checkpoint, by an authority made with `openssl ts`."""

import datetime as dt
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.evidence.witness.authority import Authority, needs_openssl
from tests.evidence.witness.logs import log, payload

from seatrial.errors import EvidenceError, InputError
from seatrial.evidence.log import Log
from seatrial.evidence.witness import timestamps
from seatrial.proof import trust as trusts

pytestmark = needs_openssl
pytest.importorskip("rfc3161_client", reason="seatrial[timestamps] is not installed")


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "it")


NOTE = b"a checkpoint\n"


@pytest.fixture(scope="module")
def answer(authority) -> bytes:
    return timestamps.bare(authority.answer(timestamps.request(NOTE)))


def test_a_token_over_a_checkpoint_is_kept_beside_it(tmp_path, authority) -> None:
    one = log(tmp_path / "log", 3, timestamps=(authority.root,))
    before = int(time.time())
    with authority.serving() as url:
        stamp = timestamps.keep(one, timestamps.ask(url, timestamps.request(one.checkpoint)))
    assert before - 1 <= stamp.time <= time.time() + 1
    assert stamp.authority == "harbour"
    again = Log.open(one.address, pinned=trusts.write(one.trust))
    kept = timestamps.over(again, again.checkpoint)
    assert timestamps.check(kept, again.checkpoint, again.trust.timestamps) == stamp
    one.append(payload(9))
    assert timestamps.over(one, one.checkpoint) == b""


def test_a_token_over_other_bytes_is_refused(authority, answer) -> None:
    assert timestamps.check(answer, NOTE, [authority.root]).authority == "harbour"
    for other in (b"", NOTE + b"\n", b"another checkpoint\n"):
        with pytest.raises(EvidenceError, match="over other bytes"):
            timestamps.check(answer, other, [authority.root])


def test_a_foreign_root_is_refused(tmp_path, authority, answer) -> None:
    other = Authority(tmp_path / "other")
    with pytest.raises(EvidenceError, match="is not good"):
        timestamps.check(answer, NOTE, [other.root])
    assert timestamps.check(answer, NOTE, [other.root, authority.root])
    with pytest.raises(EvidenceError, match="pins no authority"):
        timestamps.check(answer, NOTE, [])


def test_a_certificate_that_had_expired_is_refused(tmp_path) -> None:
    expired = Authority(tmp_path / "expired", days="-1")
    given = timestamps.bare(expired.answer(timestamps.request(NOTE)))
    with pytest.raises(EvidenceError, match="is not good"):
        timestamps.check(given, NOTE, [expired.root])


def test_a_certificate_for_something_else_is_refused(tmp_path) -> None:
    """`openssl ts` refuses to sign with one, so its certificate is exchanged after the fact."""
    with pytest.raises(subprocess.CalledProcessError):
        Authority(tmp_path / "web", usage="serverAuth").answer(timestamps.request(NOTE))


def test_no_bit_of_what_is_signed_is_free(authority, answer) -> None:
    """Every bit of the token is signed, or leads nowhere; what an attacker may change says the same."""
    said = timestamps.check(answer, NOTE, [authority.root])
    for at in range(0, len(answer), 3):
        torn = bytearray(answer)
        torn[at] ^= 0x10
        try:
            assert timestamps.check(bytes(torn), NOTE, [authority.root]) == said
        except EvidenceError:
            continue


def test_text_beside_the_token_is_dropped_and_refused(authority, answer) -> None:
    token = answer[answer.index(bytes.fromhex("3003020100")) + 5 :]
    text = bytes.fromhex("300a 020100 3005 0c03") + b"yes" + token
    wordy = b"\x30\x82" + len(text).to_bytes(2, "big") + text
    assert timestamps.bare(wordy) == answer
    with pytest.raises(EvidenceError, match="besides its token"):
        timestamps.check(wordy, NOTE, [authority.root])


@pytest.mark.parametrize("odd", [b"", b"nonsense", bytes.fromhex("30053003020102"), bytes.fromhex("30053003020100")])
def test_what_is_no_answer_is_refused(odd) -> None:
    with pytest.raises(EvidenceError, match=r"no answer|not granted"):
        timestamps.bare(odd)


def test_an_authority_that_does_not_answer_as_it_should_is_named(authority) -> None:
    with authority.serving(kind="text/html") as url, pytest.raises(InputError, match="answered text/html"):
        timestamps.ask(url, timestamps.request(NOTE))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(InputError, match="cannot be reached"):
        timestamps.ask(f"http://127.0.0.1:{port}", b"")
    with pytest.raises(InputError, match="no address"):
        timestamps.ask("ftp://x", b"")


def test_without_the_extra_the_command_that_brings_it_is_named() -> None:
    code = (
        "import sys; sys.modules['rfc3161_client'] = None\n"
        "from seatrial.evidence.witness import timestamps\n"
        "from seatrial.errors import MissingExtra\n"
        "try: timestamps.request(b'x')\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert "pip install 'seatrial[timestamps]'" in done.stdout


def test_the_day_is_not_years_off(authority, answer) -> None:
    at = dt.datetime.fromtimestamp(timestamps.check(answer, NOTE, [authority.root]).time, dt.UTC)
    assert abs(at - dt.datetime.now(dt.UTC)) < dt.timedelta(days=1)
