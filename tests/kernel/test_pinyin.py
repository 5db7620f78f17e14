"""Pinyin keys: sorting as people expect it, and initials to type."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain import pinyin


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("海口市A1区", "hai kou shi a1 qu"),
        ("重庆", "chong qing"),
        ("重量", "zhong liang"),
        ("绿色２０２５年", "lv se 2025 nian"),
        ("Ａ股（上海）", "a gu shang hai"),
        ("𠮷野", "𠮷 ye"),
        ("", ""),
        ("，。 ", ""),
    ],
)
def test_sort_keys(text: str, key: str) -> None:
    assert pinyin.sort_key(text) == key


def test_names_are_sorted_syllable_by_syllable() -> None:
    names = ["龙华区", "新区", "西安", "秀英区", "美兰区", "仙桃", "琼山区", "Beijing", "1号"]
    assert sorted(names, key=pinyin.sort_key) == [
        *("1号", "Beijing", "龙华区", "美兰区", "琼山区", "西安", "仙桃", "新区", "秀英区")
    ]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("居民身份证", "jmsfz"),
        ("A股 2025", "ag2025"),
        ("重庆市", "cqs"),
        ("二氧化碳", "eyht"),
        ("𠮷、😀", ""),
    ],
)
def test_initials(text: str, letters: str) -> None:
    assert pinyin.initials(text) == letters


@given(st.text())
def test_any_text_has_keys(text: str) -> None:
    key = pinyin.sort_key(text)
    assert key == key.strip()
    assert "  " not in key
    assert set(pinyin.initials(text)) <= set("0123456789abcdefghijklmnopqrstuvwxyz")


def test_pypinyin_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, citybrain.pinyin; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
