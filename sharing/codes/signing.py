"""Signing a call with HMAC-SM3, asked for where items of grade 3 or above are granted (HK-38).

    Authorization: CBA-HMAC-SM3 key=…, time=…, nonce=…, signature=…

The signature is over the scheme, method, path, query, SM3 of the body, time and nonce, one a line
(`text_to_sign`); docs/api.md has samples. The secret itself never travels, so that whoever reads a
call, in a log or on a proxy, can neither change it, nor send it again, nor sign another.

To check a signature the portal must know the key, of a plain code it keeps a keyed hash only. The
key of a signing code is therefore not kept but derived: HMAC-SM3 under the pepper of the `digest`
on its row, which is the keyed hash of random bytes that nobody was ever shown. The rows alone, say
a stolen backup, give no key without the pepper, which is in the environment; the pepper alone gives
none without the row; a new code has a new key.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from citybrain.crypto import hmac_sm3_hex, sm3_hex

SCHEME = "CBA-HMAC-SM3"
HEADER = re.compile(
    r"CBA-HMAC-SM3 key=([0-9a-f]{12}), ?time=([0-9]{10}), ?nonce=([0-9A-Za-z_-]{16,64}),"
    r" ?signature=([0-9a-f]{64})"
)
SIGNING_SECRET = re.compile(r"[0-9a-f]{64}")
NO_BODY = sm3_hex(b"")
SKEW = 300  # seconds that a client's clock may be off, and that a nonce is remembered twice over


@dataclass(frozen=True)
class Target:
    """What a call asks for, byte by byte as it was sent."""

    method: str
    path: str
    query: str = ""
    body_digest: str = NO_BODY


@dataclass(frozen=True)
class Signed:
    """A signature as presented."""

    key: str
    time: int
    nonce: str
    signature: str

    def offset(self, at: datetime) -> int:
        """How many seconds the caller's clock is ahead of the portal's."""
        return self.time - int(at.timestamp())


def read(header: str) -> Signed | None:
    """The signature in an Authorization header, None when there is none of this form."""
    match = HEADER.fullmatch(header)
    if match is None:
        return None
    key, seconds, nonce, signature = match.groups()
    return Signed(key, int(seconds), nonce, signature)


@lru_cache(maxsize=4096)
def signing_key(digest: str) -> str:
    """The secret of a signing code, from the digest on its row."""
    return hmac_sm3_hex(settings.CODE_PEPPER.encode(), f"signing|{digest}".encode())


def text_to_sign(target: Target, time: int, nonce: str) -> bytes:
    lines = (SCHEME, target.method, target.path, target.query, target.body_digest, str(time), nonce)
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def signature_of(secret: str, target: Target, time: int, nonce: str) -> str:
    """What a caller with this secret has to send."""
    return hmac_sm3_hex(secret.encode(), text_to_sign(target, time, nonce))


def authorization_header(code: str, target: Target, *, at: datetime, nonce: str) -> str:
    """What a caller with the code `cba_<key>.<secret>` sends: signed when it is a signing code.

    The secrets of signing codes are 64 hexadecimal characters, those of plain codes are not.
    """
    key, _dot, secret = code.removeprefix("cba_").partition(".")
    if not SIGNING_SECRET.fullmatch(secret):
        return f"Bearer {code}"
    time = int(at.timestamp())
    signature = signature_of(secret, target, time, nonce)
    return f"{SCHEME} key={key}, time={time}, nonce={nonce}, signature={signature}"
