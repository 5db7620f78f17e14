"""Shapes and check digits of the identifiers that government data is full of.

``check_*`` return nothing or raise ``ValueError`` with a Chinese sentence for the person who typed
it; ``validate_*`` are the same for Django fields. All are strict: bring what people type into
standard form with ``normalise`` first. No message repeats the number: it may be personal data.
"""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent

# GB/T 2260 provinces; 83 is used on residence permits of people from Taiwan.
PROVINCES = frozenset(
    str(number)
    for area in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for number in range(area[0], area[1] + 1)
)
# The registries never issue organisation codes that begin so; XN stands for 虚拟, "fictional".
FICTIONAL_BODY = "XN"
MAX_FICTIONAL_SERIAL = 999_999
EARLIEST_BIRTH_YEAR = 1850

_CREDIT_CODE_CHARACTERS = re.compile(r"[0-9A-HJ-NP-RTUW-Y]")
_ORGANISATION_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHANGHAI = ZoneInfo("Asia/Shanghai")


def normalise(text: str) -> str:
    """Return ``text`` in half-width upper case, without spaces and hyphens."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-‐-―]", "", folded)


def check_credit_code(value: str) -> None:
    """Check a unified social credit code (GB 32100-2015): 18 characters, the last a check digit.

    The first character may be a letter (A army, N rural collectives, Y others), which is why
    stdnum's own ``validate`` is not used whole. Raises ``ValueError``.
    """
    if len(value) != 18:
        raise ValueError(
            _("统一社会信用代码应为 18 位，现为 %(length)d 位。") % {"length": len(value)}
        )
    for position, character in enumerate(value, start=1):
        if not _CREDIT_CODE_CHARACTERS.match(character):
            raise ValueError(
                _(
                    "统一社会信用代码第 %(position)d 位不能用“%(character)s”，"
                    "只能用数字和除 I、O、S、V、Z 以外的大写字母。"
                )
                % {"position": position, "character": character}
            )
    if not re.fullmatch(r"[0-9]{6}", value[2:8]):
        raise ValueError(_("统一社会信用代码第 3 至 8 位是行政区划码，应为数字。"))
    if value[-1] != uscc.calc_check_digit(value):
        raise ValueError(_("统一社会信用代码的校验位不对，请核对是否抄错。"))


def make_credit_code(prefix8: str, serial: int) -> str:
    """Return a valid but clearly fictional credit code for demo data and tests.

    ``prefix8``: registering authority, kind and region code, such as ``"11460100"`` for an organ
    of Haikou; ``serial``: 0 to 999999. The organisation code inside reads ``XN000001`` and has its
    own check digit (GB 11714-1997). Raises ``ValueError``.
    """
    if not 0 <= serial <= MAX_FICTIONAL_SERIAL:
        raise ValueError(f"serial must be 0 to {MAX_FICTIONAL_SERIAL}, not {serial}")
    body = f"{FICTIONAL_BODY}{serial:06d}"
    number = f"{prefix8}{body}{_organisation_check_digit(body)}"
    code = number + uscc.calc_check_digit(number)
    check_credit_code(code)
    return code


def check_resident_id(value: str) -> None:
    """Check a resident identity number (GB 11643-1999): province, birth date, check digit.

    The county is not looked up: lists of abolished counties are never complete. Raises
    ``ValueError``.
    """
    if not re.fullmatch(r"[0-9]{17}[0-9X]", value):
        raise ValueError(_("公民身份号码应为 18 位：17 位数字加 1 位数字或大写 X。"))
    if value[:2] not in PROVINCES:
        raise ValueError(_("公民身份号码前两位不是省级行政区划码。"))
    try:
        born = ric.get_birth_date(value)
    except InvalidComponent:
        raise ValueError(_("公民身份号码第 7 至 14 位不是有效的出生日期。")) from None
    if born.year < EARLIEST_BIRTH_YEAR or born > datetime.now(_SHANGHAI).date():
        raise ValueError(_("公民身份号码第 7 至 14 位不是有效的出生日期。"))
    if value[-1] != ric.calc_check_digit(value):
        raise ValueError(_("公民身份号码的校验位不对，请核对是否抄错。"))


def check_mobile(value: str) -> None:
    """Check the shape of a mainland mobile number: 11 digits, 13 to 19 first. Raises ValueError."""
    if not re.fullmatch(r"1[3-9][0-9]{9}", value):
        raise ValueError(_("手机号码应为 11 位数字，以 13 至 19 开头。"))


def check_region_code(value: str) -> None:
    """Check the shape of a region code (GB/T 2260): six digits, such as 460105.

    Raises ``ValueError``.
    """
    if not re.fullmatch(r"[0-9]{6}", value):
        raise ValueError(_("行政区划代码应为 6 位数字，如 460100。"))
    if value[:2] not in PROVINCES:
        raise ValueError(_("行政区划代码前两位不是省级行政区划码。"))
    if value[2:4] == "00" and value[4:] != "00":
        raise ValueError(_("行政区划代码不对：中间两位为 00 时，后两位也应为 00。"))


def _organisation_check_digit(body: str) -> str:
    total = sum(
        int(character, 36) * weight
        for character, weight in zip(body, _ORGANISATION_CODE_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def validate_credit_code(value: str) -> None:
    """Django validator of ``check_credit_code``."""
    try:
        check_credit_code(value)
    except ValueError as error:
        raise ValidationError(str(error), code="credit_code") from None


def validate_resident_id(value: str) -> None:
    """Django validator of ``check_resident_id``."""
    try:
        check_resident_id(value)
    except ValueError as error:
        raise ValidationError(str(error), code="resident_id") from None


def validate_mobile(value: str) -> None:
    """Django validator of ``check_mobile``."""
    try:
        check_mobile(value)
    except ValueError as error:
        raise ValidationError(str(error), code="mobile") from None


def validate_region_code(value: str) -> None:
    """Django validator of ``check_region_code``."""
    try:
        check_region_code(value)
    except ValueError as error:
        raise ValidationError(str(error), code="region_code") from None
