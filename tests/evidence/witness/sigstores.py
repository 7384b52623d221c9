"""A sigstore of our own: an authority, a list of certificates and a transparency log, all made here."""

import base64
import datetime as dt
import hashlib
import json
import struct
from pathlib import Path

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from seatrial.proof import merkle

NOW = dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)
ISSUER = "https://accounts.example.com"
P256 = "PKIX_ECDSA_P256_SHA_256"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def spki(key) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def usage(*, sign: bool = False, ca: bool = False) -> x509.KeyUsage:
    rest = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=sign, key_cert_sign=ca, crl_sign=ca, **rest)


class Sigstore:
    """What the public service does, in small."""

    def __init__(self) -> None:
        self.ca, self.ct, self.rekor = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        builder = x509.CertificateBuilder(
            name("sigstore of our own"),
            name("sigstore of our own"),
            self.ca.public_key(),
            1,
            NOW,
            NOW + dt.timedelta(3650),
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage(ca=True), critical=True)
        held = x509.SubjectKeyIdentifier.from_public_key(self.ca.public_key())
        self.root = builder.add_extension(held, critical=False).sign(self.ca, hashes.SHA256())

    def trusted(self, path: Path) -> Path:
        """Write the trusted root."""
        span = {"start": "2026-01-01T00:00:00Z"}

        def log(key, url):
            public = {"rawBytes": b64(spki(key)), "keyDetails": P256, "validFor": span}
            held = {"keyId": b64(hashlib.sha256(spki(key)).digest())}
            return {"baseUrl": url, "hashAlgorithm": "SHA2_256", "publicKey": public, "logId": held}

        authority = {
            "subject": {"organization": "x", "commonName": "sigstore of our own"},
            "uri": "https://fulcio.invalid",
            "certChain": {"certificates": [{"rawBytes": b64(self.root.public_bytes(Encoding.DER))}]},
            "validFor": span,
        }
        said = {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [log(self.rekor, "https://rekor.invalid")],
            "certificateAuthorities": [authority],
            "ctlogs": [log(self.ct, "https://ct.invalid")],
            "timestampAuthorities": [],
        }
        path.write_text(json.dumps(said))
        return path

    def certificate(self, key, subject: str, issuer: str) -> x509.Certificate:
        """Certify a key for ten minutes, and list the certificate."""
        span = (NOW, NOW + dt.timedelta(minutes=10))
        builder = x509.CertificateBuilder(self.root.subject, x509.Name([]), key.public_key(), 7, *span)
        builder = builder.add_extension(usage(sign=True), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        held = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca.public_key())
        builder = builder.add_extension(held, critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(subject)]), critical=True)
        said = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.57264.1.1"), issuer.encode())
        builder = builder.add_extension(said, critical=False)
        tbs = builder.sign(self.ca, hashes.SHA256()).tbs_certificate_bytes
        listed = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"), self._listed(tbs))
        return builder.add_extension(listed, critical=False).sign(self.ca, hashes.SHA256())

    def _listed(self, tbs: bytes) -> bytes:
        """The signed certificate timestamp of RFC 6962 over a certificate that lacks it, as the extension has it."""
        at = int(NOW.timestamp() * 1000)
        entry = hashlib.sha256(spki(self.ca)).digest() + struct.pack("!I", len(tbs))[1:] + tbs
        signature = self.ct.sign(struct.pack("!BBQH", 0, 0, at, 1) + entry + b"\0\0", ec.ECDSA(hashes.SHA256()))
        sct = (
            struct.pack("!B32sQHBBH", 0, hashlib.sha256(spki(self.ct)).digest(), at, 0, 4, 3, len(signature))
            + signature
        )
        listed = struct.pack("!HH", len(sct) + 2, len(sct)) + sct
        assert len(listed) < 256
        return (b"\x04" + bytes([len(listed)]) if len(listed) < 128 else b"\x04\x81" + bytes([len(listed)])) + listed

    def sign(self, data: bytes, subject: str, *, issuer: str = ISSUER, at: dt.datetime = NOW) -> dict:
        """Sign some bytes as an identity, and return the bundle."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.certificate(key, subject, issuer)
        signature = key.sign(data, ec.ECDSA(hashes.SHA256()))
        held = {"content": b64(certificate.public_bytes(Encoding.PEM))}
        body = rfc8785.dumps(
            {
                "apiVersion": "0.0.1",
                "kind": "hashedrekord",
                "spec": {
                    "data": {"hash": {"algorithm": "sha256", "value": hashlib.sha256(data).hexdigest()}},
                    "signature": {"content": b64(signature), "publicKey": held},
                },
            }
        )
        material = {
            "certificate": {"rawBytes": b64(certificate.public_bytes(Encoding.DER))},
            "tlogEntries": [self._entered(body, int(at.timestamp()))],
            "timestampVerificationData": {"rfc3161Timestamps": []},
        }
        digest = {"algorithm": "SHA2_256", "digest": b64(hashlib.sha256(data).digest())}
        return {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": material,
            "messageSignature": {"messageDigest": digest, "signature": b64(signature)},
        }

    def _entered(self, body: bytes, at: int) -> dict:
        """Take an entry into the log as its third, with a proof, a signed checkpoint and a promise."""
        leaves = [merkle.leaf_hash(one) for one in (b"one", b"two", body, b"four")]
        root, held = merkle.root(leaves), hashlib.sha256(spki(self.rekor)).digest()
        text = f"rekor.invalid - 1\n4\n{b64(root)}\n"
        line = b64(held[:4] + self.rekor.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        promised = rfc8785.dumps({"body": b64(body), "integratedTime": at, "logID": held.hex(), "logIndex": 2})
        return {
            "logIndex": "2",
            "logId": {"keyId": b64(held)},
            "kindVersion": {"kind": "hashedrekord", "version": "0.0.1"},
            "integratedTime": str(at),
            "inclusionPromise": {"signedEntryTimestamp": b64(self.rekor.sign(promised, ec.ECDSA(hashes.SHA256())))},
            "inclusionProof": {
                "logIndex": "2",
                "rootHash": b64(root),
                "treeSize": "4",
                "hashes": [b64(one) for one in merkle.inclusion(leaves, 2)],
                "checkpoint": {"envelope": f"{text}\n\u2014 rekor.invalid {line}\n"},
            },
            "canonicalizedBody": b64(body),
        }
