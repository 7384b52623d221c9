"""Archives whose every byte follows from their files: sorted, of one date, owned by nobody."""

from __future__ import annotations

import gzip
import io
import tarfile
import time
import zipfile
from collections.abc import Mapping

FIRST = 315_619_200
"""1980-01-02, seconds UTC: a zip file knows no earlier day, wherever it is read."""


def zipped(files: Mapping[str, bytes], when: int, *, squeezed: bool = True) -> bytes:
    """Return a zip file of these files, in their order, each of mode 0644.

    Args:
        files: Name -> content.
        when: Seconds UTC.
        squeezed: Whether to deflate; what is only stored does not depend on the release of zlib.
    """
    moment = time.gmtime(max(when, FIRST))[:6]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (moment[0], *moment[1:]))
            entry.create_system = 3
            entry.external_attr = (0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if squeezed else zipfile.ZIP_STORED
            archive.writestr(entry, data, compresslevel=9 if squeezed else None)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip file, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def wheel(data: bytes, when: int) -> bytes:
    """Return a wheel with the same files, sorted, its metadata last as the format asks."""
    files = unzipped(data)

    def rank(name: str) -> tuple[bool, bool, str]:
        top = name.partition("/")[0]
        return top.endswith(".dist-info"), name.endswith("/RECORD"), name

    return zipped({name: files[name] for name in sorted(files, key=rank)}, when)


def sdist(data: bytes, when: int) -> bytes:
    """Return an sdist (`.tar.gz`) with the same files, sorted, owned by nobody, of one date; folders are implied."""
    inner = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as old,
        tarfile.open(fileobj=inner, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted((one for one in old if one.isfile()), key=lambda one: one.name):
            content = old.extractfile(member)
            new.addfile(_entry(member, when), content)
    return gzip.compress(inner.getvalue(), 9, mtime=when)


def _entry(member: tarfile.TarInfo, when: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(member.name)
    entry.size, entry.mtime = member.size, when
    entry.mode = 0o755 if member.mode & 0o100 else 0o644
    return entry
