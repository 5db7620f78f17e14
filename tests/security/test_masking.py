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
        ("公民身份号码", Category.PERSONAL_IDENTITY, "460199199001010015", "460***********0015"),
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
    ],
)
def test_the_usual_positions(name: str, category: str, value: str, masked: str) -> None:
    assert mask(value, name=name, category=category) == masked


@given(
    st.text(min_size=2),
    st.sampled_from(Category.values),
    st.sampled_from(["姓名", "证号", "账号", "其他"]),
)
def test_a_masked_value_is_never_the_value(value: str, category: str, name: str) -> None:
    text = value.strip()
    if len(text) > 1 and set(text) != {"*"}:
        assert mask(value, name=name, category=category) != text
