"""The way to an endpoint, over real connections on loopback."""

import contextlib
import datetime as dt
import hashlib
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from seatrial.targets.chat import Chat
from seatrial.targets.target import Situated, surroundings
from seatrial.targets.topology import topology


@contextlib.contextmanager
def listening(wrap=None):
    """A port that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def accept():
            while not stop.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = server.accept()
                    with contextlib.suppress(OSError, ssl.SSLError):
                        (wrap.wrap_socket(connection, server_side=True) if wrap else connection).close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        with contextlib.suppress(OSError):
            socket.create_connection(server.getsockname(), timeout=1).close()
        thread.join(5)


@pytest.fixture
def secured(tmp_path, monkeypatch):
    """A server's context with a certificate that this process trusts, and the certificate's digest."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(day).not_valid_after(day.replace(year=2126))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = built.sign(key, SHA256())
    (tmp_path / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return context, hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def test_a_plain_connection_says_that_nothing_is_sealed():
    with listening() as port:
        found = topology(f"http://127.0.0.1:{port}/v1/secret-path?key=hunter2", 5.0)
    assert found["network.scheme"] == "http"
    assert found["network.host"] == "127.0.0.1"
    assert found["network.port"] == str(port)
    assert (found["network.reached"], found["network.tls"]) == ("yes", "none")
    assert "hunter2" not in str(found)
    assert "secret-path" not in str(found)


def test_tls_says_version_and_certificate(secured):
    context, digest = secured
    with listening(context) as port:
        found = topology(f"https://localhost:{port}/v1", 5.0)
    assert found["network.reached"] == "yes"
    assert found["network.tls"].startswith("TLSv1.")
    assert found["network.certificate"] == f"sha256:{digest}"
    assert found["network.cipher"]


def test_what_cannot_be_reached_or_trusted_is_said_and_not_raised(secured, monkeypatch):
    context, _ = secured
    with listening(context) as port:
        monkeypatch.delenv("SSL_CERT_FILE")
        distrusted = topology(f"https://localhost:{port}/v1", 5.0)
    assert distrusted["network.reached"] == "no: SSLCertVerificationError"
    with listening() as port:
        pass
    assert topology(f"http://127.0.0.1:{port}", 1.0)["network.reached"].startswith("no: ")


def test_proxies_are_named_and_their_addresses_are_not(monkeypatch):
    for name in (
        "HTTP_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "http_proxy",
        "HTTPS_PROXY",
        "NO_PROXY",
        "no_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    with listening() as port:
        url = f"http://127.0.0.1:{port}"
        assert topology(url, 5.0)["network.proxies"] == "none set"
        monkeypatch.setenv("https_proxy", "http://ann:hunter2@proxy.example:3128")
        found = topology(url, 5.0)
    assert found["network.proxies"] == "HTTPS_PROXY set, not used"
    assert "hunter2" not in str(found)
    assert topology("http://127.0.0.1:1", 0.5, proxied=True)["network.proxies"] == "HTTPS_PROXY set, used"


def test_a_chat_target_tells_its_way():
    with listening() as port:
        target = Chat(url=f"http://127.0.0.1:{port}/v1", model="m", timeout=5.0)
        assert isinstance(target, Situated)
        assert surroundings(target)["network.reached"] == "yes"
    assert surroundings(object()) == {}
