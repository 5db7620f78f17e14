"""Secrets that are read again: opened only whole, for the same use, under the same key."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from citybrain.sealing import CannotOpen, decrypt, encrypt, seal, unseal


def test_what_is_sealed_opens_for_its_use_alone_and_never_looks_the_same() -> None:
    sealed = seal("口令 secret", "upstream")
    assert unseal(sealed, "upstream") == "口令 secret"
    assert sealed != seal("口令 secret", "upstream")
    for wrong, use in (
        (sealed, "other"),
        ("AAAA" + sealed[4:], "upstream"),
        ("", "upstream"),
        ("?", "x"),
    ):
        with pytest.raises(CannotOpen):
            unseal(wrong, use)


def test_sm4_is_that_of_the_standard_and_a_changed_byte_is_found() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    block = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 - the standard's vector
    assert block.update(key).hex() == "681edf34d206965e86b3e94f536e4246"
    hidden = bytearray(encrypt("政务数据".encode(), key))
    assert decrypt(bytes(hidden), key).decode() == "政务数据"
    hidden[15] ^= 1
    with pytest.raises(CannotOpen):
        decrypt(bytes(hidden), key)
