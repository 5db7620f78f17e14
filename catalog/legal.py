"""Whether a text names the law that it relies on, and where in it: one rule wherever law is cited."""

import re

# 《中华人民共和国反恐怖主义法》第四十八条: which law, and where in it.
LAW_AND_ARTICLE = re.compile(r"《[^《》]+》[^《》]*第[一二三四五六七八九十百零〇\d\s]+[条款项]")


def names_law_and_article(text: str) -> bool:
    return LAW_AND_ARTICLE.search(text) is not None
