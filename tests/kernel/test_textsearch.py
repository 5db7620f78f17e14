"""Chinese full-text search, compared in a real PostgreSQL with slow and obvious oracles."""

import csv
import random
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from hypothesis import example, given, settings
from hypothesis import strategies as st

from citybrain import textsearch

SAMPLE = Path(__file__).parents[1] / "data" / "china-data-sources-sample.csv"
COLUMNS: dict[str, textsearch.Weight] = {
    "title": "A",
    "provider": "B",
    "description": "C",
    "tags": "D",
}
HAN = "\u4e00-\u9fff"

pytestmark = pytest.mark.django_db


class Note(models.Model):
    """A table as an app would have it; it exists only while a test runs."""

    title = models.TextField()
    body = models.TextField()
    search_vector = SearchVectorField(null=True)
    objects: "models.Manager[Note]" = models.Manager()

    class Meta:
        app_label = "textsearch_tests"

    def __str__(self) -> str:
        return self.title


@pytest.fixture
def notes(db: None) -> "models.Manager[Note]":
    with connection.schema_editor() as editor:
        editor.create_model(Note)
    return Note.objects


def add(notes: "models.Manager[Note]", title: str, body: str = "") -> Note:
    vector = textsearch.SearchVectorValue([(title, "A"), (body, "B")])
    return notes.create(title=title, body=body, search_vector=vector)


def found(notes: "models.Manager[Note]", query: str) -> list[str]:
    matching = notes.filter(search_vector=textsearch.search_query(query))
    return list(
        matching.order_by(textsearch.rank(query).desc(), "pk").values_list("title", flat=True)
    )


def matches(text: str, query: str) -> bool:
    """Whether PostgreSQL finds ``text`` by ``query``; both literals have to be accepted by it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::tsvector @@ %s::tsquery",
            [
                textsearch.to_tsvector_literal([(text, "A")]),
                textsearch.to_tsquery_literal(query) or "",
            ],
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture
def search_sample(db: None) -> Callable[[str], set[str]]:
    """Search the 200 real descriptions; gives their ids."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE sample (id text, vector tsvector) ON COMMIT DROP")
        for row in sample():
            parts = [(row[column], weight) for column, weight in COLUMNS.items()]
            literal = textsearch.to_tsvector_literal(parts)
            cursor.execute("INSERT INTO sample VALUES (%s, %s)", [row["source_id"], literal])

    def search(query: str) -> set[str]:
        with connection.cursor() as cursor:
            literal = textsearch.to_tsquery_literal(query)
            cursor.execute("SELECT id FROM sample WHERE vector @@ %s::tsquery", [literal])
            return {row[0] for row in cursor.fetchall()}

    return search


def sample() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def containing(pattern: str) -> set[str]:
    """The ids of the real descriptions with a column in which ``pattern`` is found."""
    expression = re.compile(pattern)
    return {
        row["source_id"]
        for row in sample()
        if any(expression.search(textsearch.normalise(row[column])) for column in COLUMNS)
    }


def sample_text() -> str:
    return textsearch.normalise("\n".join(row[c] for row in sample() for c in COLUMNS))


@pytest.mark.parametrize("length", [1, 2, 3, 4, 7])
def test_chinese_words_find_exactly_the_texts_that_contain_them(
    search_sample: Callable[[str], set[str]], length: int
) -> None:
    words = re.findall(rf"(?=([{HAN}]{{{length}}}))", sample_text())
    draw = random.Random(length)
    absent = ["".join(draw.choices("".join(words), k=length)) for _ in range(20)]
    for word in draw.sample(words, 60) + absent:
        assert search_sample(word) == containing(re.escape(word)), word


def test_words_and_numbers_find_exactly_the_texts_with_a_word_that_begins_so(
    search_sample: Callable[[str], set[str]],
) -> None:
    words = re.findall(r"[a-z0-9]+", sample_text())
    draw = random.Random(5)
    for word in draw.sample(words, 100):
        beginning = word[: draw.randint(1, len(word))]
        assert search_sample(beginning) == containing(rf"(?<![a-z0-9]){beginning}"), beginning


def test_words_with_a_space_between_must_all_occur(
    search_sample: Callable[[str], set[str]],
) -> None:
    nonempty = 0
    for one, other in product(["数据", "统计", "年报", "report", "能源"], repeat=2):
        both = containing(one) & containing(other)
        nonempty += bool(both)
        assert search_sample(f"{one} {other}") == search_sample(f"{other}、{one}") == both
    assert nonempty > 10


alphabet = "居民证ab1-、 '\\😀"


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet, max_size=20), st.text(alphabet, max_size=6))
@example(text="居民证", query="民证")
@example(text="居民 证", query="民证")
@example(text="ab1-a", query="ab1-")
def test_any_query_agrees_with_the_oracle(text: str, query: str) -> None:
    assert matches(text, query) == oracle(text, query)


def oracle(text: str, query: str) -> bool:
    """Each phrase of the query is in the text, from the beginning of a word if it begins one."""
    word = "[ab1]"
    loose_hyphen = rf"(?<!{word})-|-(?!{word})"
    phrases = re.findall(r"[居民证ab1-]+", re.sub(loose_hyphen, " ", query))
    within = re.sub(loose_hyphen, " ", text)
    return bool(phrases) and all(
        re.search(rf"(?<!{word})(?={word}){phrase}|(?!{word}){phrase}", within)
        for phrase in phrases
    )


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=100))
@example("it's a \\ ' \\' \\\\ '' :* & | ! <-> ( )")
@example("\0\ud800 居'民\\")
def test_postgresql_accepts_any_text_and_a_text_finds_itself(text: str) -> None:
    searchable = textsearch.to_tsquery_literal(text) is not None
    assert matches(text, text) is searchable


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = textsearch.normalise(text)
    assert textsearch.normalise(once) == once


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("资源代码3074601000015/000001", "3074601000015/000001"),
        ("资源代码3074601000015/000001", "3074601000015/0000"),
        ("资源代码3074601000015/000001", "30746"),
        ("资源代码3074601000015/000001", "000001"),
        ("GB/T 9704-2012公文格式", "gb/t 9704-2012"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("abc 123", "ＡＢＣ"),
        ("A股市场2025年度报告", "A股"),
        ("A股市场2025年度报告", "2025年"),
        ("A股市场2025年度报告", "市场2025年度"),
        ("居民“身份证”", "居民 “身份证”"),
        ("人々の〇〇データ", "々の"),
        ("𠮷野家", "𠮷野"),
        ("Straße", "STRASSE"),
    ],
)
def test_it_finds(text: str, query: str) -> None:
    assert matches(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("居民，身份", "民身"),
        ("3074601000015/000001", "000001/3074601000015"),
        ("3074601000015/000001", "4601000015"),
        ("12025年", "2025年"),
        ("A股", "AB股"),
        ("A 股", "A股"),
        ("GB T 9704", "GB/T"),
        ("公文2012", "公2012"),
        ("anything", "!"),
        ("anything", "😀"),
        ("anything", ""),
    ],
)
def test_it_does_not_find(text: str, query: str) -> None:
    assert not matches(text, query)


def test_words_of_two_parts_are_not_run_together(notes: "models.Manager[Note]") -> None:
    add(notes, title="居民", body="身份")
    assert found(notes, "居民 身份") == ["居民"]
    assert found(notes, "居民身份") == []


@pytest.mark.parametrize("query", ["", "   ", "，。！", "😀", "''\\", "-_/"])
def test_nothing_to_search_gives_no_literal(query: str) -> None:
    assert textsearch.to_tsquery_literal(query) is None


def test_only_the_beginning_of_a_huge_query_counts() -> None:
    huge = "居" * 100_000
    assert textsearch.to_tsquery_literal(huge) == textsearch.to_tsquery_literal("居" * 200)
    words = " ".join(f"w{number}" for number in range(100))
    literal = textsearch.to_tsquery_literal(words)
    assert literal is not None
    assert literal.count("&") == 15


def long_texts() -> dict[str, str]:
    draw = random.Random(1)
    characters = [chr(code) for code in range(0x4E00, 0x9FA5)]
    return {
        "one word again and again": "数据" * 150_000,
        "ever new characters": "".join(draw.choices(characters, k=300_000)),
        "ever new words": " ".join(f"w{number:x}" for number in range(300_000)),
        "one endless word": "a" * 1_000_000,
        "four-byte characters": "".join(
            chr(0x20000 + draw.randrange(40_000)) for _ in range(200_000)
        ),
    }


@pytest.mark.parametrize("name", long_texts())
def test_very_long_texts_are_stored_and_found_by_their_beginning(name: str) -> None:
    text = long_texts()[name]
    assert matches(text, text[:50])


def test_a_short_word_far_behind_in_a_long_text_is_found() -> None:
    text = "海口" * 10_000 + "，居民"
    assert matches(text, "居民")
    assert matches(text, "民")


def test_matches_in_the_title_come_first(notes: "models.Manager[Note]") -> None:
    add(notes, "统计年鉴", "人口数据，人口普查，人口抽样")
    add(notes, "人口普查数据", "各区街道")
    add(notes, "无关", "各区街道")
    assert found(notes, "人口") == ["人口普查数据", "统计年鉴"]


def test_a_literal_can_be_assigned_and_saved_like_any_value(notes: "models.Manager[Note]") -> None:
    note = add(notes, "人口普查")
    note.search_vector = textsearch.to_tsvector_literal([("企业登记", "A")])
    note.save()
    assert found(notes, "人口") == []
    assert found(notes, "企业") == ["人口普查"]
    vector = textsearch.SearchVectorValue([("O'Neil \\ 车辆", "A")])
    notes.filter(pk=note.pk).update(search_vector=vector)
    assert found(notes, "o'neil 车辆") == ["人口普查"]
    notes.bulk_create([Note(title="批量", search_vector=vector)])
    assert found(notes, "车辆") == ["人口普查", "批量"]


def test_a_gin_index_serves_every_kind_of_query(notes: "models.Manager[Note]") -> None:
    notes.bulk_create(
        Note(title="", search_vector=textsearch.to_tsvector_literal([(f"海口{number}企业", "A")]))
        for number in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON textsearch_tests_note USING gin (search_vector)")
        # With few rows a scan is cheaper; the question is whether the index can serve at all.
        cursor.execute("SET LOCAL enable_seqscan = off")
    for query in ("居", "居民", "居民身份证", "abc", "3074601000015/000001", "居民 证"):
        plan = notes.filter(search_vector=textsearch.search_query(query)).explain()
        assert "Bitmap Index Scan" in plan, query
