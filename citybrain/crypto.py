"""Digests and keyed digests with the national algorithm SM3 (GB/T 32905-2016).

Everything goes through a ``CryptoBackend``, so that a certified cryptographic machine can take
the place of OpenSSL without touching a caller (commercial cryptography assessment, 密评).
"""

import hmac
import math
import secrets
from collections.abc import Iterable
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC

from citybrain.canonical import canonical_bytes

# Letters and digits that nobody confuses when reading them out: no 0 O o, no 1 I l.
READABLE_CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"

# Appendix A of GB/T 32905-2016.
STANDARD_VECTORS = (
    (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
)
SM3_BLOCK_BYTES = 64


class CryptoBackend(Protocol):
    """What a cryptographic provider has to offer; both results are 32 bytes."""

    def sm3(self, data: bytes) -> bytes:
        """Return the SM3 digest of ``data``."""

    def sm3_of(self, pieces: Iterable[bytes]) -> bytes:
        """Return the SM3 digest of ``pieces`` joined, none of which is kept."""

    def hmac_sm3(self, key: bytes, data: bytes) -> bytes:
        """Return the HMAC (GB/T 15852.2, RFC 2104) of ``data`` under ``key`` with SM3."""


class OpenSslBackend:
    """SM3 through the OpenSSL that comes with the ``cryptography`` package."""

    def sm3(self, data: bytes) -> bytes:
        return self.sm3_of([data])

    def sm3_of(self, pieces: Iterable[bytes]) -> bytes:
        digest = Hash(SM3())
        for piece in pieces:
            digest.update(piece)
        return digest.finalize()

    def hmac_sm3(self, key: bytes, data: bytes) -> bytes:
        mac = HMAC(key, SM3())
        mac.update(data)
        return mac.finalize()


_backend: CryptoBackend = OpenSslBackend()


def use_backend(backend: CryptoBackend) -> None:
    """Compute with ``backend`` from now on; raises ``RuntimeError`` if it fails the self test."""
    global _backend  # noqa: PLW0603 - one provider per process is the point
    _check(backend)
    _backend = backend


def self_test() -> None:
    """Check the backend in use against the standard's vectors; raises ``RuntimeError``.

    Called when the portal starts: a build of OpenSSL without SM3 must stop it there, not at the
    first audit record.
    """
    _check(_backend)


def sm3_hex(data: bytes) -> str:
    """Return the SM3 digest of ``data`` as 64 lower-case hexadecimal characters."""
    return _backend.sm3(data).hex()


def sm3_hex_of(pieces: Iterable[bytes]) -> str:
    """The same of pieces joined, for what is too large to be held in memory."""
    return _backend.sm3_of(pieces).hex()


def hmac_sm3_hex(key: bytes, data: bytes) -> str:
    """Return the HMAC-SM3 of ``data`` as 64 lower-case hexadecimal characters.

    Raises ``ValueError`` for an empty key: a missing secret must not pass for a secret.
    """
    if not key:
        raise ValueError("HMAC-SM3 needs a key that is not empty")
    return _backend.hmac_sm3(key, data).hex()


def digest_of(value: object) -> str:
    """Return the SM3 digest (hexadecimal) of the canonical bytes of ``value``.

    Raises ``TypeError`` or ``ValueError`` as ``citybrain.canonical.canonical_bytes`` does.
    """
    return sm3_hex(canonical_bytes(value))


def constant_time_equal(a: str, b: str) -> bool:
    """Compare two secrets or digests without telling by time how far they agree."""
    return hmac.compare_digest(a.encode("utf-8"), b.encode("utf-8"))


def new_secret(nbytes: int = 32) -> str:
    """Return a random secret of at least ``nbytes`` bytes of entropy, safe in URLs and headers.

    The default gives 45 ``READABLE_CHARACTERS``. Raises ``ValueError`` under 16 bytes.
    """
    if nbytes < 16:
        raise ValueError("a secret needs at least 16 bytes of entropy")
    length = math.ceil(nbytes * 8 / math.log2(len(READABLE_CHARACTERS)))
    return "".join(secrets.choice(READABLE_CHARACTERS) for _ in range(length))


def _check(backend: CryptoBackend) -> None:
    for data, expected in STANDARD_VECTORS:
        found = {backend.sm3(data).hex(), backend.sm3_of([data[:1], data[1:]]).hex()}
        if found != {expected}:
            raise RuntimeError("SM3 self test failed: digest differs from GB/T 32905-2016")
    key, data = b"k" * 20, b"abc"
    block = key.ljust(SM3_BLOCK_BYTES, b"\0")
    inner = backend.sm3(bytes(byte ^ 0x36 for byte in block) + data)
    outer = backend.sm3(bytes(byte ^ 0x5C for byte in block) + inner)
    if backend.hmac_sm3(key, data) != outer:
        raise RuntimeError("SM3 self test failed: HMAC differs from RFC 2104")
