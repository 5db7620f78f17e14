"""Identifiers: real samples of the standards pass, one wrong character never does."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric

from citybrain import identifiers

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
HAIKOU_ORGAN = "11460100"


@pytest.mark.parametrize("code", ["91110108551385082Q", "91110000600037341L"])
def test_published_credit_codes_pass(code: str) -> None:
    identifiers.check_credit_code(code)


def _check_character(first17: str) -> str:
    """GB 32100-2015: weights are powers of 3 modulo 31."""
    total = sum(
        CREDIT_CODE_ALPHABET.index(character) * pow(3, index, 31)
        for index, character in enumerate(first17)
    )
    return CREDIT_CODE_ALPHABET[(31 - total % 31) % 31]


@given(st.text(CREDIT_CODE_ALPHABET[:10], min_size=6, max_size=6), st.data())
def test_any_code_with_the_check_character_of_the_standard_passes(
    region: str, data: st.DataObject
) -> None:
    letters = st.text(CREDIT_CODE_ALPHABET, min_size=2, max_size=2)
    first17 = data.draw(letters) + region + (data.draw(letters) + "0" * 7)
    identifiers.check_credit_code(first17 + _check_character(first17))


@given(
    st.integers(0, 999_999),
    st.integers(0, 17),
    st.sampled_from(CREDIT_CODE_ALPHABET),
)
def test_one_wrong_character_in_a_credit_code_is_found(
    serial: int, position: int, character: str
) -> None:
    code = identifiers.make_credit_code(HAIKOU_ORGAN, serial)
    assume(code[position] != character)
    with pytest.raises(ValueError, match="统一社会信用代码"):
        identifiers.check_credit_code(code[:position] + character + code[position + 1 :])


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("9111010855138508", "统一社会信用代码应为 18 位，现为 16 位。"),
        ("91110108551385082q", "第 18 位不能用“q”"),
        ("91110108551385082O", "第 18 位不能用“O”"),
        ("91110108551385082\u0661", "第 18 位不能用“\u0661”"),
        ("91110108551385082R", "校验位不对"),
        ("9111A108551385082Q", "第 3 至 8 位是行政区划码"),
    ],
)
def test_wrong_credit_codes_get_a_sentence(code: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        identifiers.check_credit_code(code)


def test_fictional_codes_are_valid_distinct_and_recognisable() -> None:
    codes = [identifiers.make_credit_code(HAIKOU_ORGAN, serial) for serial in range(2000)]
    assert len(set(codes)) == 2000
    for code in codes:
        identifiers.check_credit_code(code)
        assert code.startswith("11460100XN")
        assert code[16] == _organisation_check_character(code[8:16])


def _organisation_check_character(body: str) -> str:
    """GB 11714-1997: A is 10 to Z is 35; 10 is written X and 11 is written 0."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(c, 36) * weight for c, weight in zip(body, weights, strict=True))
    return "0123456789X0"[11 - total % 11]


@pytest.mark.parametrize(("body", "digit"), [("00817989", "3"), ("00817365", "1")])
def test_the_oracle_of_organisation_codes_is_right(body: str, digit: str) -> None:
    assert _organisation_check_character(body) == digit


@pytest.mark.parametrize(
    ("prefix", "serial"), [("11460100", -1), ("11460100", 1_000_000), ("1146010", 1)]
)
def test_codes_that_cannot_be_made_are_refused(prefix: str, serial: int) -> None:
    with pytest.raises(ValueError, match=r"serial|18 位"):
        identifiers.make_credit_code(prefix, serial)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_resident_ids_of_the_standard_pass(number: str) -> None:
    identifiers.check_resident_id(number)


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(0, 999))
def test_resident_ids_with_a_right_check_digit_pass_and_a_wrong_one_fails(
    born: date, order: int
) -> None:
    first17 = f"460106{born:%Y%m%d}{order:03d}"
    digit = ric.calc_check_digit(first17 + "0")
    identifiers.check_resident_id(first17 + digit)
    for wrong in set("0123456789X") - {digit}:
        with pytest.raises(ValueError, match="校验位"):
            identifiers.check_resident_id(first17 + wrong)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("11010519491231002x", "大写 X"),
        ("110105491231002", "18 位"),
        ("990105194912310028", "省级"),
        ("110105194913310028", "出生日期"),
        ("110105299901010023", "出生日期"),
    ],
)
def test_wrong_resident_ids_get_a_sentence_without_the_number(number: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        identifiers.check_resident_id(number)
    assert number not in str(caught.value)


@pytest.mark.parametrize("number", ["13800000000", "19999999999"])
def test_mobile_numbers_pass(number: str) -> None:
    identifiers.check_mobile(number)


@pytest.mark.parametrize(
    "number", ["12800000000", "1380000000", "+8613800000000", "1380000000\u0661", "13800000000\n"]
)
def test_wrong_mobile_numbers_are_refused(number: str) -> None:
    with pytest.raises(ValueError, match="手机号码应为 11 位数字"):
        identifiers.check_mobile(number)


@pytest.mark.parametrize("code", ["460000", "460100", "460105", "469001"])
def test_region_codes_pass(code: str) -> None:
    identifiers.check_region_code(code)


@pytest.mark.parametrize(
    ("code", "message"),
    [("4601", "6 位数字"), ("990100", "省级"), ("460005", "后两位"), ("46010a", "6 位数字")],
)
def test_wrong_region_codes_get_a_sentence(code: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        identifiers.check_region_code(code)


@pytest.mark.parametrize(
    ("validate", "right", "wrong", "error_code"),
    [
        (
            identifiers.validate_credit_code,
            "91110108551385082Q",
            "91110108551385082R",
            "credit_code",
        ),
        (
            identifiers.validate_resident_id,
            "11010519491231002X",
            "110105194912310021",
            "resident_id",
        ),
        (identifiers.validate_mobile, "13800000000", "138", "mobile"),
        (identifiers.validate_region_code, "460100", "4601", "region_code"),
    ],
)
def test_django_validators_say_the_same(
    validate: Callable[[str], None], right: str, wrong: str, error_code: str
) -> None:
    validate(right)
    with pytest.raises(ValidationError) as caught:
        validate(wrong)
    assert caught.value.code == error_code


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        (" ９１１１０１０８-551385082q ", "91110108551385082Q"),
        ("138 0000 0000", "13800000000"),
        ("91110108–551385082Q\u3000", "91110108551385082Q"),
    ],
)
def test_normalise_brings_what_people_type_into_standard_form(typed: str, standard: str) -> None:
    assert identifiers.normalise(typed) == standard
