"""What the register begins with: a few national code lists and common data elements."""

from typing import Any

from django.apps import apps as current_apps
from django.utils import timezone

from catalog.rules import item_key
from catalog.standards.choices import StandardState

SEX = (("0", "未知的性别"), ("1", "男性"), ("2", "女性"), ("9", "未说明的性别"))
DISTRICTS = (
    ("460105", "秀英区"), ("460106", "龙华区"), ("460107", "琼山区"), ("460108", "美兰区"),
)  # fmt: skip
PEOPLES = (
    "汉族", "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族", "布依族", "朝鲜族",
    "满族", "侗族", "瑶族", "白族", "土家族", "哈尼族", "哈萨克族", "傣族", "黎族", "傈僳族",
    "佤族", "畲族", "高山族", "拉祜族", "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜族", "土族",
    "达斡尔族", "仫佬族", "羌族", "布朗族", "撒拉族", "毛南族", "仡佬族", "锡伯族", "阿昌族",
    "普米族", "塔吉克族", "怒族", "乌孜别克族", "俄罗斯族", "鄂温克族", "德昂族", "保安族", "裕固族",
    "京族", "塔塔尔族", "独龙族", "鄂伦春族", "赫哲族", "门巴族", "珞巴族", "基诺族",
)  # fmt: skip
LISTS: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "GB/T2261.1": ("人的性别代码", "GB/T 2261.1—2003 个人基本信息分类与代码 第1部分", SEX),
    "GB/T3304": (
        "民族代码",
        "GB/T 3304—1991 中国各民族名称的罗马字母拼写法和代码",
        tuple((f"{number:02}", name) for number, name in enumerate(PEOPLES, 1)),
    ),
    "GB/T2260-4601": ("海口市辖区代码", "GB/T 2260—2007 中华人民共和国行政区划代码", DISTRICTS),
}
CITY = "本市数据元目录"
# identifier: name, synonyms, type, length, fixed, checker, code list, source
ELEMENTS: dict[str, tuple[str, tuple[str, ...], str, int | None, bool, str, str, str]] = {
    "DE00001": ("姓名", ("人员姓名",), "C", 50, False, "", "", CITY),
    "DE00002": (
        "公民身份号码",
        ("身份证号", "身份证号码", "居民身份证号码", "公民身份证号码"),
        "C", 18, True, "resident_id", "", "GB 11643—1999 公民身份号码",
    ),
    "DE00003": (
        "统一社会信用代码", ("社会信用代码",), "C", 18, True, "credit_code", "",
        "GB 32100—2015 法人和其他组织统一社会信用代码编码规则",
    ),
    "DE00004": ("性别代码", ("人的性别代码",), "C", 1, True, "", "GB/T2261.1", "GB/T 2261.1—2003"),
    "DE00005": ("民族代码", (), "C", 2, True, "", "GB/T3304", "GB/T 3304—1991"),
    "DE00006": (
        "市辖区代码", ("所属区代码",), "C", 6, True, "region", "GB/T2260-4601", "GB/T 2260—2007",
    ),
    "DE00007": (
        "行政区划代码", ("区划代码",), "C", 12, False, "region", "", "GB/T 2260—2007、GB/T 10114",
    ),
    "DE00008": ("手机号码", ("手机号", "移动电话号码"), "C", 11, True, "mobile", "", CITY),
    "DE00009": ("联系电话", ("电话号码", "联系电话号码"), "C", 20, False, "phone", "", CITY),
    "DE00010": ("出生日期", ("出生年月日",), "D", None, False, "date", "", "GB/T 7408"),
    "DE00011": ("邮政编码", ("邮编",), "C", 6, True, "postal_code", "", CITY),
    "DE00012": ("电子邮箱", ("电子邮件地址",), "C", 100, False, "email", "", CITY),
}  # fmt: skip


def after_migrate(*, using: str, apps: Any = current_apps, **kwargs: Any) -> None:
    """Fills an empty register; one that has anything is the bureau's and is left alone."""
    try:
        lists, codes = apps.get_model("catalog", "CodeList"), apps.get_model("catalog", "Code")
        elements = apps.get_model("catalog", "DataElement")
    except LookupError:
        return
    if lists.objects.using(using).exists() or elements.objects.using(using).exists():
        return
    common = {"state": StandardState.IN_FORCE, "in_force_on": timezone.localdate()}
    made = {}
    for identifier, (name, source, rows) in LISTS.items():
        made[identifier] = lists.objects.using(using).create(
            identifier=identifier, name=name, source=source, **common
        )
        codes.objects.using(using).bulk_create(
            codes(code_list=made[identifier], position=place, code=code, label=label)
            for place, (code, label) in enumerate(rows, 1)
        )
    for identifier, row in ELEMENTS.items():
        name, synonyms, data_type, length, fixed, checker, code_list, source = row
        elements.objects.using(using).create(
            identifier=identifier,
            name=name,
            source=source,
            synonyms=list(synonyms),
            keys=[item_key(one) for one in (name, *synonyms)],
            data_type=data_type,
            length=length,
            fixed_length=fixed,
            checker=checker,
            code_list=made.get(code_list),
            **common,
        )
