"""Stored sigstore bundles, checked offline against a trusted root of our own."""

import base64
import datetime as dt
import json
import subprocess
import sys

import pytest

from seatrial.errors import EvidenceError, InputError
from seatrial.evidence.witness import keyless
from seatrial.evidence.witness.keyless import Identity, Signed

pytest.importorskip("sigstore", reason="seatrial[sigstore] is not installed")

from tests.evidence.witness.sigstores import ISSUER, NOW, Sigstore

ANN = Identity("ann@example.com", ISSUER)
DATA = b"an approval\n"


@pytest.fixture(scope="module")
def service() -> Sigstore:
    return Sigstore()


@pytest.fixture
def root(service, tmp_path):
    return service.trusted(tmp_path / "root.json")


def checked(bundle: dict, root, *, data: bytes = DATA, who: Identity = ANN) -> Signed:
    return keyless.check(json.dumps(bundle).encode(), data, root, who)


def test_a_stored_bundle_says_who_signed(service, root) -> None:
    assert checked(service.sign(DATA, ANN.subject), root) == Signed(ANN, int(NOW.timestamp()), 2)


def test_other_bytes_are_refused(service, root) -> None:
    with pytest.raises(EvidenceError, match="is not good"):
        checked(service.sign(DATA, ANN.subject), root, data=DATA + b"\n")


@pytest.mark.parametrize("who", [Identity("eve@example.com", ISSUER), Identity(ANN.subject, "https://other.example")])
def test_another_identity_is_refused(service, root, who) -> None:
    with pytest.raises(EvidenceError, match="is not good"):
        checked(service.sign(DATA, ANN.subject), root, who=who)


def test_another_service_is_refused(root) -> None:
    with pytest.raises(EvidenceError, match="is not good"):
        checked(Sigstore().sign(DATA, ANN.subject), root)


@pytest.mark.parametrize("minutes", [-1, 11])
def test_a_certificate_that_was_not_valid_then_is_refused(service, root, minutes) -> None:
    with pytest.raises(EvidenceError, match="is not good"):
        checked(service.sign(DATA, ANN.subject, at=NOW + dt.timedelta(minutes=minutes)), root)


@pytest.mark.parametrize("part", ["ca", "ct", "rekor"])
def test_each_key_of_the_service_counts(service, root, part) -> None:
    """A certificate by another authority, or one that was not listed, or an entry that was not taken in."""
    other = Sigstore()
    for name in {"ca", "ct", "rekor", "root"} - ({part} | ({"root"} if part == "ca" else set())):
        setattr(other, name, getattr(service, name))
    with pytest.raises(EvidenceError, match="is not good"):
        checked(other.sign(DATA, ANN.subject), root)


@pytest.mark.parametrize(
    "path",
    [
        ("messageSignature", "signature"),
        ("verificationMaterial", "tlogEntries", 0, "canonicalizedBody"),
        ("verificationMaterial", "tlogEntries", 0, "inclusionProof", "rootHash"),
        ("verificationMaterial", "tlogEntries", 0, "inclusionPromise", "signedEntryTimestamp"),
        ("verificationMaterial", "certificate", "rawBytes"),
    ],
    ids=lambda path: path[-1],
)
def test_a_changed_part_is_refused(service, root, path) -> None:
    bundle = service.sign(DATA, ANN.subject)
    *outer, last = path
    inner = bundle
    for step in outer:
        inner = inner[step]
    data = bytearray(base64.b64decode(inner[last]))
    data[-9] ^= 1
    inner[last] = base64.b64encode(data).decode()
    with pytest.raises(EvidenceError, match="is not good"):
        checked(bundle, root)


@pytest.mark.parametrize("odd", [b"", b"{}", b"[]", b"nonsense", b"\xff", b'{"mediaType": "x"}'])
def test_what_is_no_bundle_is_refused(root, odd) -> None:
    with pytest.raises(EvidenceError, match="is not good"):
        keyless.check(odd, DATA, root, ANN)


def test_what_is_no_trusted_root_is_named(service, tmp_path) -> None:
    bundle = json.dumps(service.sign(DATA, ANN.subject)).encode()
    (tmp_path / "odd.json").write_text("{}")
    for path in (tmp_path / "none.json", tmp_path / "odd.json"):
        with pytest.raises(InputError, match="no trusted root"):
            keyless.check(bundle, DATA, path, ANN)


def test_without_the_extra_the_command_that_brings_it_is_named() -> None:
    code = (
        "import sys; sys.modules['sigstore'] = None; from pathlib import Path\n"
        "from seatrial.evidence.witness import keyless; from seatrial.errors import MissingExtra\n"
        "try: keyless.check(b'', b'', Path(), keyless.Identity('a', 'b'))\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'seatrial[sigstore]'" in done.stdout
