"""SM3 and what is built on it, checked against the standard and an independent implementation."""

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain import crypto


def sm3_by_the_book(data: bytes) -> bytes:
    """GB/T 32905-2016, chapter 5, step by step and slowly."""

    def rotate(x: int, n: int) -> int:
        n %= 32
        return (x << n | x >> (32 - n)) & 0xFFFFFFFF

    padded = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + struct.pack(">Q", len(data) * 8)
    state = [
        0x7380166F,
        0x4914B2B9,
        0x172442D7,
        0xDA8A0600,
        0xA96F30BC,
        0x163138AA,
        0xE38DEE4D,
        0xB0FB0E4E,
    ]
    for start in range(0, len(padded), 64):
        w = list(struct.unpack(">16I", padded[start : start + 64]))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15)
            w.append(x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            constant = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = rotate((rotate(a, 12) + e + rotate(constant, j)) & 0xFFFFFFFF, 7)
            ss2 = ss1 ^ rotate(a, 12)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & 0xFFFFFFFF & g)
            tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
            a, b, c, d = tt1, a, rotate(b, 9), c
            e, f, g, h = tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17), e, rotate(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return struct.pack(">8I", *state)


class WrongDigest(crypto.OpenSslBackend):
    def sm3(self, data: bytes) -> bytes:
        return bytes(32)


class WrongMac(crypto.OpenSslBackend):
    def hmac_sm3(self, key: bytes, data: bytes) -> bytes:
        return self.sm3(key + data)


class CountingBackend(crypto.OpenSslBackend):
    calls = 0

    def sm3(self, data: bytes) -> bytes:
        self.calls += 1
        return super().sm3(data)


@pytest.fixture
def default_backend() -> Iterator[None]:
    yield
    crypto.use_backend(crypto.OpenSslBackend())


def test_the_digest_of_the_standard() -> None:
    assert crypto.sm3_hex(b"abc") == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


@given(st.binary(max_size=300))
def test_sm3_agrees_with_the_algorithm_of_the_standard(data: bytes) -> None:
    assert crypto.sm3_hex(data) == sm3_by_the_book(data).hex()


@given(st.binary(min_size=1, max_size=150), st.binary(max_size=100))
def test_hmac_agrees_with_its_definition(key: bytes, data: bytes) -> None:
    short = sm3_by_the_book(key) if len(key) > 64 else key
    block = short.ljust(64, b"\0")
    inner = sm3_by_the_book(bytes(b ^ 0x36 for b in block) + data)
    outer = sm3_by_the_book(bytes(b ^ 0x5C for b in block) + inner)
    assert crypto.hmac_sm3_hex(key, data) == outer.hex()


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        crypto.hmac_sm3_hex(b"", b"data")


def test_digest_of_is_the_digest_of_the_canonical_bytes() -> None:
    assert crypto.digest_of({"b": 1, "a": "数"}) == crypto.sm3_hex('{"a":"数","b":1}'.encode())


def test_the_self_test_passes_with_openssl() -> None:
    crypto.self_test()


@pytest.mark.parametrize("backend", [WrongDigest(), WrongMac()])
def test_a_backend_that_computes_wrongly_is_never_put_in(
    backend: crypto.CryptoBackend, default_backend: None
) -> None:
    with pytest.raises(RuntimeError, match="self test failed"):
        crypto.use_backend(backend)
    crypto.self_test()


def test_another_backend_can_be_put_in(default_backend: None) -> None:
    backend = CountingBackend()
    crypto.use_backend(backend)
    before = backend.calls
    crypto.digest_of([1])
    assert backend.calls == before + 1


def test_the_self_test_finds_a_backend_that_broke_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crypto, "_backend", WrongDigest())
    with pytest.raises(RuntimeError, match="GB/T 32905"):
        crypto.self_test()


@pytest.mark.parametrize(
    ("one", "other", "equal"), [("数a", "数a", True), ("a", "b", False), ("a", "aa", False)]
)
def test_constant_time_equal(one: str, other: str, equal: bool) -> None:
    assert crypto.constant_time_equal(one, other) is equal


def test_secrets_are_long_readable_and_never_the_same() -> None:
    found = {crypto.new_secret() for _ in range(200)}
    assert len(found) == 200
    assert {len(secret) for secret in found} == {45}
    assert not set("".join(found)) & set("0OoIl1-_=/+ ")


def test_a_secret_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        crypto.new_secret(8)
