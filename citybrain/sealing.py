"""Secrets that must be read again: sealed with SM4 in GCM (GB/T 32907-2016, GB/T 36624-2018).

What need not be read again is kept as a keyed digest instead (citybrain/crypto.py). Each use has a
key of its own, derived from CODE_PEPPER, so that what was sealed for one use opens for no other.
"""

import base64
import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

from citybrain.crypto import hmac_sm3_hex

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 16, 12, 16


class CannotOpen(Exception):
    """What was sealed was changed, or sealed for another use or under another key."""


def seal(text: str, use: str) -> str:
    """The text sealed for `use`, as printable characters; every call gives another result."""
    return base64.b64encode(encrypt(text.encode(), _key(use))).decode()


def unseal(sealed: str, use: str) -> str:
    """The text that was sealed for `use`. Raises CannotOpen."""
    try:
        return decrypt(base64.b64decode(sealed, validate=True), _key(use)).decode()
    except ValueError:
        raise CannotOpen from None


def encrypt(data: bytes, key: bytes) -> bytes:
    """SM4-GCM under a key of 16 bytes: the nonce, what is hidden, and the tag, in this order."""
    nonce = os.urandom(NONCE_BYTES)
    hiding = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    hidden = hiding.update(data) + hiding.finalize()
    return nonce + hidden + hiding.tag


def encrypted(pieces: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The same, piece by piece: what comes out together is what `decrypt` opens."""
    nonce = os.urandom(NONCE_BYTES)
    hiding = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    yield nonce
    for piece in pieces:
        yield hiding.update(piece)
    yield hiding.finalize()
    yield hiding.tag


def decrypt(data: bytes, key: bytes) -> bytes:
    """What `encrypt` was given. Raises CannotOpen."""
    if len(data) < NONCE_BYTES + TAG_BYTES:
        raise CannotOpen
    nonce, tag = data[:NONCE_BYTES], data[-TAG_BYTES:]
    opening = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    try:
        return opening.update(data[NONCE_BYTES:-TAG_BYTES]) + opening.finalize()
    except InvalidTag:
        raise CannotOpen from None


def _key(use: str) -> bytes:
    derived = hmac_sm3_hex(settings.CODE_PEPPER.encode(), f"seal:{use}".encode())
    return bytes.fromhex(derived)[:KEY_BYTES]
