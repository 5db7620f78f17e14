"""One function masks every value that leaves the portal (portal policy; GB/T 35273 7.2).

The standard fixes no positions. Names keep the first character, phones three in front and four
behind, mail the first character and the domain, bank cards the last four, addresses go down to the
district. Ids keep three and two: with a birth date beside them, four would leave ten candidates.
Short values and words from a list, such as 男 or 未婚, are hidden whole: a part says it all.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from security.choices import Category

HIDDEN = "***"
SHORT_NUMBER, SHORT_WORD = 8, 5  # characters
DISTRICT = re.compile(
    r"^((?:[^省区市县]{1,8}(?:省|自治区))?(?:[^省区市县镇街路村]{1,8}市)?(?:[^区市县镇街路村小社]{1,6}[区县])?)"
)


def mask(value: Any, *, name: str, category: str) -> str:
    """The masked form of one value of an item called `name` in `category`; empty stays empty."""
    return masker_of(name, category)(value)


@lru_cache(maxsize=4096)
def masker_of(name: str, category: str) -> Callable[[Any], str]:
    """What `mask` does to every value of one item; for whoever masks many of them."""
    masker = _masker(name, category)

    def masked(value: Any) -> str:
        text = "" if value is None else str(value).strip()
        return masker(text) if text else ""

    return masked


def _masker(name: str, category: str) -> Callable[[str], str]:
    """The item's name decides first, then its category."""
    for words, masker in BY_NAME:
        if any(word in name for word in words):
            return masker
    return BY_CATEGORY.get(category, mask_middle)


def mask_name(text: str) -> str:
    return text[0] + "*" * max(len(text) - 1, 1)


def mask_number(text: str) -> str:
    """Keeps three in front and four behind; nothing of eight characters or less."""
    return text[:3] + "*" * (len(text) - 7) + text[-4:] if len(text) > SHORT_NUMBER else HIDDEN


def mask_identity(text: str) -> str:
    """Keeps three in front and two behind; nothing of eight characters or less."""
    return text[:3] + "*" * (len(text) - 5) + text[-2:] if len(text) > SHORT_NUMBER else HIDDEN


def mask_card(text: str) -> str:
    return "*" * max(len(text) - 4, 4) + text[-4:] if len(text) > 8 else "*" * len(text)


def mask_mail(text: str) -> str:
    local, at, domain = text.partition("@")
    return f"{local[:1]}***{at}{domain}" if at else mask_middle(text)


def mask_address(text: str) -> str:
    """Down to the district; without one nothing but stars is left."""
    found = DISTRICT.match(text)
    kept = found.group(1) if found else ""
    return f"{kept}****" if len(kept) < len(text) else "****"


def mask_middle(text: str) -> str:
    """For anything else: the first character stays of what is not short."""
    return text[0] + HIDDEN if len(text) > SHORT_WORD else HIDDEN


def hide(text: str) -> str:
    return HIDDEN


BY_NAME: tuple[tuple[tuple[str, ...], Callable[[str], str]], ...] = (
    (("邮箱", "电子邮件"), mask_mail),
    (("银行", "账号", "账户"), mask_card),
    (("地址", "住址"), mask_address),
    (("姓名", "户主", "申请人", "权利人", "配偶", "监护人", "持证人"), mask_name),
    (("电话", "手机"), mask_number),
    (("身份", "证件", "护照", "保障号", "证号"), mask_identity),
)
BY_CATEGORY: dict[str, Callable[[str], str]] = {
    Category.PERSONAL_IDENTITY: mask_identity,
    Category.PERSONAL_CONTACT: mask_number,
    Category.PERSONAL_BASIC: mask_middle,
    Category.PERSONAL_LOCATION: mask_address,
    Category.PERSONAL_HEALTH: hide,
    Category.PERSONAL_PROPERTY: hide,
}
