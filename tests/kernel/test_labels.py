"""Articles as laws count them."""

import pytest

from citybrain.labels import article_label


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("SC-7", "共享条例第七条"),
        ("SC-10", "共享条例第十条"),
        ("SC-20", "共享条例第二十条"),
        ("SC-21", "共享条例第二十一条"),
        ("HK-14", "促进条例（草案）第十四条"),
        ("HK-40", "促进条例（草案）第四十条"),
        ("《政务数据共享条例》第三条", "《政务数据共享条例》第三条"),
        ("SC-", "SC-"),
        ("", ""),
    ],
)
def test_a_code_becomes_the_article_that_people_know(code: str, label: str) -> None:
    assert article_label(code) == label
