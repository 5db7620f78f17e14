"""Masked values keep only what the portal's policy keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from security.choices import Category
from security.masking import mask


@pytest.mark.parametrize(
    ("name", "category", "value", "masked"),
    [
        ("姓名", Category.PERSONAL_BASIC, "陈琼生", "陈**"),
        ("姓名", Category.PERSONAL_BASIC, "陈", "陈*"),
        ("公民身份号码", Category.PERSONAL_IDENTITY, "460199199001010015", "460*************15"),
        ("联系电话", Category.PERSONAL_CONTACT, "19900001001", "199****1001"),
        ("电子邮箱", Category.PERSONAL_CONTACT, "chen@example.com", "c***@example.com"),
        ("银行卡号", Category.PERSONAL_PROPERTY, "6222021234567890", "************7890"),
        ("家庭住址", Category.PERSONAL_LOCATION, "海口市秀英区长流镇1号", "海口市秀英区****"),
        (
            "家庭住址",
            Category.PERSONAL_LOCATION,
            "海南省海口市龙华区金贸街道",
            "海南省海口市龙华区****",
        ),
        ("家庭住址", Category.PERSONAL_LOCATION, "某小区3栋", "****"),
        ("诊断结果", Category.PERSONAL_HEALTH, "高血压", "***"),
        ("姓名", Category.PERSONAL_BASIC, "", ""),
        # Short values and words from a list say it all by a part of themselves.
        ("性别", Category.PERSONAL_BASIC, "男", "***"),
        ("婚姻状况", Category.PERSONAL_BASIC, "未婚", "***"),
        ("文化程度", Category.PERSONAL_IDENTITY, "3", "***"),
        ("是否低保", Category.PERSONAL_BASIC, "是", "***"),
        ("证件类型", Category.PERSONAL_IDENTITY, "居民身份证", "***"),
        ("工作单位", Category.PERSONAL_BASIC, "海口市第一中学", "海***"),
    ],
)
def test_the_usual_positions(name: str, category: str, value: str, masked: str) -> None:
    assert mask(value, name=name, category=category) == masked


@given(
    st.text(min_size=1),
    st.sampled_from(Category.values),
    st.sampled_from(["姓名", "证号", "账号", "其他"]),
)
def test_a_masked_value_is_never_the_value(value: str, category: str, name: str) -> None:
    text = value.strip()
    if text and set(text) != {"*"}:
        assert mask(value, name=name, category=category) != text
