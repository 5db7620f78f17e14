"""Suggestions: from name and type, with a reason, the more protected kind first; and masking."""

import pytest

from catalog.choices import DataType, Grade
from catalog.models import DataItem
from security.choices import GRADE_ORDER, PERSONAL, Category
from security.models import ItemGrade
from security.suggestions import RULES, suggest


@pytest.mark.parametrize(
    ("name", "grade", "category", "words"),
    [
        ("人脸照片", "general_4", "personal_identity", "生物识别"),
        ("公民身份号码", "general_4", "personal_identity", "证件号码"),
        ("法定代表人身份证号", "general_4", "personal_identity", "证件号码"),
        ("银行账号", "general_4", "personal_property", "金融账户"),
        ("主要诊断", "general_4", "personal_health", "医疗健康"),
        ("联系电话", "general_3", "personal_contact", "联系方式"),
        ("家庭住址", "general_3", "personal_location", "个人住址"),
        ("申请人姓名", "general_3", "personal_basic", "可识别特定自然人"),
        ("性别", "general_2", "personal_basic", "个人基本资料"),
        ("统一社会信用代码", "general_2", "organization", "组织登记信息"),
        ("经度", "general_2", "geospatial", "地理空间"),
        ("床位数量", "general_1", "statistics", "汇总统计"),
        # Words that only look like personal information.
        ("服务电话", "general_1", "public_administration", "未见敏感特征"),
        ("发病率", "general_1", "statistics", "汇总统计"),
        ("残疾人数", "general_1", "statistics", "汇总统计"),
        ("登记编号", "general_1", "public_administration", "未见敏感特征"),
    ],
)
def test_what_a_name_suggests(name: str, grade: str, category: str, words: str) -> None:
    found = suggest(DataItem(name=name, data_type=DataType.CHARACTER))
    assert (found.grade, found.category) == (grade, category)
    assert words in found.reason


@pytest.mark.parametrize("kind", [DataType.MEMO, DataType.GENERAL])
def test_free_text_is_for_a_person_to_look_at(kind: str) -> None:
    found = suggest(DataItem(name="办理情况", data_type=kind))
    assert found.grade == Grade.GENERAL_2
    assert "建议人工核对" in found.reason


def test_every_rule_can_decide_and_says_which_word_it_saw() -> None:
    for rule in RULES:
        reasons = {
            word: suggest(DataItem(name=word, data_type=DataType.CHARACTER)).reason
            for word in rule.words
        }
        assert any(str(rule.why) in reason for reason in reasons.values()), rule.code
        assert all("名称含“" in reason for reason in reasons.values()), rule.code


def test_personal_information_is_masked_from_general_grade_3_on() -> None:
    for grade in Grade.values:
        for category in Category.values:
            masked = ItemGrade(grade=grade, category=category).is_masked
            high = GRADE_ORDER.index(grade) >= GRADE_ORDER.index("general_3")
            assert masked == (high and category in PERSONAL), (grade, category)
