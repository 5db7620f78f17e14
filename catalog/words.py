"""Everyday words and what laws and catalogs call the same thing."""

from collections.abc import Mapping
from functools import cache

from citybrain.soundsearch import syllables

# Each is the short form of the official term after it, which entries are written in.
OFFICIAL: Mapping[str, str] = {
    "身份证号": "公民身份号码",
    "身份证": "公民身份号码",
    "低保": "最低生活保障",
    "医保": "医疗保险",
    "社保": "社会保险",
    "公积金": "住房公积金",
    "户口": "户籍",
    "房产": "不动产",
    "营业执照": "市场主体",
    "信用代码": "统一社会信用代码",
    "公租房": "公共租赁住房",
    "残疾证": "残疾人",
    "学籍": "学生",
    "驾照": "机动车驾驶证",
    "疫苗": "预防接种",
    "养老院": "养老机构",
    "台风": "热带气旋",
    "路灯": "道路照明",
    "车牌": "号牌",
    "厕所": "公厕",
    "学校": "中小学校",
    "房产证": "不动产权证",
    "结婚": "婚姻",
    "离婚": "婚姻",
}
# What the State calls otherwise by now. Entries are written in both: who asks with one means either.
RENAMED: Mapping[str, str] = {
    "市场主体": "经营主体",
    "国土资源": "自然资源",
    "环境保护": "生态环境",
    "卫生计生": "卫生健康",
    "工商行政管理": "市场监督管理",
    "食品药品监督": "市场监督",
}
# Said at the end of almost any question, and hardly ever meant.
IDLE = ("信息", "数据", "情况", "资料", "查询", "明细")


@cache
def _spelled() -> dict[str, str]:
    """Initials and pinyin of each everyday word, with its official term: sfz and shenfenzheng."""
    found: dict[str, str] = {}
    for word, term in OFFICIAL.items():
        spoken = syllables(word)
        for letters in ("".join(one[:1] for one in spoken), "".join(spoken)):
            found.setdefault(letters, term)
    return found


def in_official_words(q: str) -> list[str]:
    """What was asked for with one everyday word replaced by its official term, for each found.

    The word may also be given in pinyin, or by its initials from three letters on. A term that has
    been renamed stands for its other name, too.
    """
    if q.isascii() and len(q) > 2:
        term = _spelled().get(q.lower())
        return [term, *_otherwise(term)] if term else []
    found: dict[str, str] = {}
    for word, term in OFFICIAL.items():
        # 身份证号 is not also 身份证, and 住房公积金 says its official term already.
        if word in q and term not in q and not any(word in longer for longer in found):
            found[word] = q.replace(word, term)
    said = list(found.values())
    return [*said, *(other for one in (q, *said) for other in _otherwise(one))]


def _otherwise(q: str) -> list[str]:
    """The question with a term under its other name, older or newer."""
    pairs = [*RENAMED.items(), *((new, old) for old, new in RENAMED.items())]
    return [q.replace(one, other) for one, other in pairs if one in q]


def without_idle_words(q: str) -> str:
    """The question without words at its end that only say that something is asked for."""
    for word in IDLE:
        if q.endswith(word) and len(q) > len(word) + 1:
            return q.removesuffix(word).rstrip()
    return q
