"""Pinyin, initials, words run together and words mistyped, as PostgreSQL answers them."""

import pytest
from django.db import connection

from citybrain import soundsearch
from citybrain.textsearch import can_be_loosened, to_tsquery_literal, to_tsvector_literal

pytestmark = pytest.mark.django_db


def found(text: str, query: str, *, loose: bool = False, weights: str = "") -> bool:
    vector = to_tsvector_literal([(text, "A")], spoken=[(text, "A")])
    asked = to_tsquery_literal(query, weights, spoken=True, loose=loose)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", (vector, asked))
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("居民身份证信息", "sfz"),
        ("居民身份证信息", "shenfenzheng"),
        ("居民身份证信息", "shenfenzh"),
        ("公共停车场信息", "TingCheChang"),
        ("重庆市", "chongqing"),
        ("重庆市", "cqs"),
        ("西安", "xian"),
        ("先进单位", "xian"),
        ("绿化", "lvhua"),
        ("甲A股行情", "hq"),
    ],
)
def test_names_are_found_by_their_sound(text: str, query: str) -> None:
    assert found(text, query)
    assert found(text, query, weights="A")
    assert not found(text, query, weights="B")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("居民身份证信息", "szf"),
        ("居民 身份证", "msf"),  # not across a gap
        ("停车场", "tingchec hang"),
        ("停车场", "chechangting"),
        ("停车场", "t"),
    ],
)
def test_other_sounds_are_not(text: str, query: str) -> None:
    assert not found(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("困难残疾人生活补贴", "残疾人补贴"),
        ("纳税信用 A 级纳税人", "A级纳税人"),
        ("12345 政务服务热线", "12345热线"),
        ("plate_number", "plate_numbr"),
        ("plate_number", "palte_number"),
        ("waiting_vehicles", "waiting_vehicels"),
        ("公共停车场", "tingchechnag"),
        ("公共停车场", "tinngchechang"),
    ],
)
def test_taken_loosely_more_is_found(text: str, query: str) -> None:
    assert can_be_loosened(query)
    assert not found(text, query)
    assert found(text, query, loose=True)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("困难残疾人生活", "残疾人补贴"),
        ("plate_number", "water_number"),
        ("停车", "停车场"),
        ("number", "letter"),
    ],
)
def test_but_not_anything(text: str, query: str) -> None:
    assert not found(text, query, loose=True)


def test_short_words_are_taken_by_the_word_alone() -> None:
    assert not any(map(can_be_loosened, ("停车", "停车场", "abc", "，。", "")))


def test_a_long_word_costs_no_more_than_a_short_one() -> None:
    assert len(soundsearch.readings("xianshiyanshian" * 2)) <= soundsearch.MOST_READINGS + 1
    for query in ("字" * 200, "a" * 200, "甲乙丙丁戊己庚辛 " * 16):
        literal = to_tsquery_literal(query, spoken=True, loose=True)
        assert literal is not None
        assert len(literal) < 60_000
