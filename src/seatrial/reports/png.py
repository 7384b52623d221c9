"""PNG files, written byte by byte.

The pixels are stored, not squeezed: zlib's output differs between its versions, and equal pictures
must be equal bytes on every machine.  (W3C PNG Specification, third edition; RFC 1950 and 1951.)
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt

_BLOCK = 65535


def encode(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Return a PNG file.

    Args:
        pixels: `(height, width)` for grey or `(height, width, 3)` for red, green, blue; neither side empty.
    """
    height, width = pixels.shape[:2]
    colour = 2 if pixels.ndim == 3 else 0
    lines = np.ascontiguousarray(pixels, dtype=np.uint8).reshape(height, -1)
    raw = np.concatenate([np.zeros((height, 1), np.uint8), lines], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", _stored(raw)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _stored(raw: bytes) -> bytes:
    """Return a zlib stream of uncompressed blocks."""
    parts = [b"\x78\x01"]
    for start in range(0, len(raw), _BLOCK):
        block = raw[start : start + _BLOCK]
        last = start + _BLOCK >= len(raw)
        parts.append(struct.pack("<BHH", int(last), len(block), len(block) ^ 0xFFFF) + block)
    return b"".join([*parts, struct.pack(">I", zlib.adler32(raw))])
