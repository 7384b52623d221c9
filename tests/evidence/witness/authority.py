"""A time-stamping authority made with `openssl ts`, and served over HTTP."""

import shutil
import subprocess
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.evidence.witness.logs import running

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl, which makes the authority, is absent"
)

CONFIG = """
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
"""


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Authority:
    """A root, a certificate for stamping under it, and what it takes to answer."""

    def __init__(
        self, folder: Path, *, days: str = "30", usage: str = "critical,timeStamping", name: str = "harbour"
    ) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "usage").write_text(f"extendedKeyUsage = {usage}\n")
        root, key = str(folder / "root.pem"), str(folder / "root.key")
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        openssl("req", "-x509", *curve, "-keyout", key, "-out", root, "-subj", f"/CN={name} root", "-days", "3650")
        asked = str(folder / "tsa.csr")
        openssl("req", "-new", *curve, "-keyout", str(folder / "tsa.key"), "-out", asked, "-subj", f"/CN={name}")
        signed = ("-CA", root, "-CAkey", key, "-CAcreateserial", "-extfile", str(folder / "usage"), "-days", days)
        openssl("x509", "-req", "-in", asked, "-out", str(folder / "tsa.pem"), *signed)

    @property
    def root(self) -> bytes:
        """Its root certificate, DER."""
        return x509.load_pem_x509_certificate((self.folder / "root.pem").read_bytes()).public_bytes(Encoding.DER)

    def answer(self, asked: bytes) -> bytes:
        """Its answer to a request."""
        (self.folder / "asked").write_bytes(asked)
        words = ("-reply", "-queryfile", str(self.folder / "asked"), "-out", str(self.folder / "answer"))
        openssl("ts", *words, "-config", str(self.folder / "tsa.cnf"))
        return (self.folder / "answer").read_bytes()

    @contextmanager
    def serving(self, *, kind: str = "application/timestamp-reply", change=lambda answer: answer):
        """Serve it on the loopback interface."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                body = change(authority.answer(asked))
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
            yield url
