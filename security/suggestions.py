"""Which grade an item probably has, from its name and type, and why: for a person to confirm.

One ordered table of rules; the first whose words occur in the name decides. The grades follow
GB/T 43697-2024 annex H (harm to organisations and persons) and the sensitive kinds of personal
information of article 28 of the Personal Information Protection Law.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from catalog.choices import DataType, Grade
from catalog.models import DataItem
from security.choices import Category


@dataclass(frozen=True)
class Rule:
    """`words`: any of them in the item's name. `unless`: none of them may occur."""

    code: str
    words: tuple[str, ...]
    grade: str
    category: str
    why: Any
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    grade: str
    category: str
    reason: str


NOT_A_PERSON = (
    "企业",
    "单位",
    "机构",
    "项目",
    "部门",
    "药品",
    "设备",
    "地名",
    "区划",
    "道路",
    "学校",
    "景区",
)

RULES: tuple[Rule, ...] = (
    Rule(
        "biometric",
        ("指纹", "人脸", "虹膜", "声纹", "基因", "照片"),
        Grade.GENERAL_4,
        Category.PERSONAL_IDENTITY,
        lazy("属于生物识别等敏感个人信息"),
    ),
    Rule(
        "identity_number",
        (
            "身份证",
            "公民身份号码",
            "居民身份",
            "护照",
            "证件号码",
            "身份号码",
            "社会保障号",
            "驾驶证号",
        ),
        Grade.GENERAL_4,
        Category.PERSONAL_IDENTITY,
        lazy("属于可直接识别特定自然人的证件号码"),
    ),
    Rule(
        "account",
        (
            "银行卡",
            "银行账号",
            "银行账户",
            "收入",
            "工资",
            "缴存基数",
            "缴费基数",
            "公积金账号",
            "个人账户",
        ),
        Grade.GENERAL_4,
        Category.PERSONAL_PROPERTY,
        lazy("属于金融账户或个人财产等敏感个人信息"),
    ),
    Rule(
        "health",
        ("疾病", "病情", "诊断", "病历", "残疾", "血型", "用药", "过敏", "孕", "感染者"),
        Grade.GENERAL_4,
        Category.PERSONAL_HEALTH,
        lazy("属于医疗健康敏感个人信息"),
        ("病例数", "发病数", "死亡数", "例数", "率", "残疾人数"),
    ),
    Rule(
        "track",
        ("行踪", "轨迹", "实时位置"),
        Grade.GENERAL_4,
        Category.PERSONAL_LOCATION,
        lazy("属于行踪轨迹敏感个人信息"),
    ),
    Rule(
        "contact",
        ("手机", "联系电话", "电话号码", "电子邮箱", "微信"),
        Grade.GENERAL_3,
        Category.PERSONAL_CONTACT,
        lazy("属于个人联系方式"),
        ("服务电话", "投诉电话", "监督电话", "公开电话", "咨询电话"),
    ),
    Rule(
        "home",
        ("家庭住址", "居住地址", "户籍地址", "户口所在地", "家庭地址", "常住地址", "通讯地址"),
        Grade.GENERAL_3,
        Category.PERSONAL_LOCATION,
        lazy("属于个人住址"),
    ),
    Rule(
        "name",
        ("姓名", "户主", "申请人", "权利人", "配偶", "监护人", "持证人", "从业人员"),
        Grade.GENERAL_3,
        Category.PERSONAL_BASIC,
        lazy("可识别特定自然人"),
        ("人数", "数量", "名称"),
    ),
    Rule(
        "person_detail",
        ("性别", "民族", "出生日期", "年龄", "婚姻状况", "学历", "职业", "政治面貌"),
        Grade.GENERAL_2,
        Category.PERSONAL_BASIC,
        lazy("属于个人基本资料，单独不能识别特定自然人"),
    ),
    Rule(
        "plate",
        ("车牌", "号牌号码", "车架号", "发动机号"),
        Grade.GENERAL_3,
        Category.PERSONAL_PROPERTY,
        lazy("可关联到车辆所有人"),
    ),
    Rule(
        "coordinates",
        ("经度", "纬度", "坐标"),
        Grade.GENERAL_2,
        Category.GEOSPATIAL,
        lazy("属于地理空间位置"),
    ),
    Rule(
        "organisation_code",
        ("统一社会信用代码", "组织机构代码", "注册号", "许可证号", "法定代表人"),
        Grade.GENERAL_2,
        Category.ORGANIZATION,
        lazy("属于组织登记信息，依法公示"),
    ),
    Rule(
        "statistics",
        (
            "数量",
            "总数",
            "总量",
            "面积",
            "金额",
            "率",
            "指数",
            "均值",
            "合计",
            "浓度",
            "人数",
            "户数",
        ),
        Grade.GENERAL_1,
        Category.STATISTICS,
        lazy("属于汇总统计信息，不指向特定对象"),
    ),
)


def suggest(item: DataItem) -> Suggestion:
    """The suggestion for one item with its reason in Chinese; never changes anything."""
    for rule in RULES:
        word = next((word for word in rule.words if word in item.name), None)
        if word is None or any(other in item.name for other in rule.unless):
            continue
        return Suggestion(
            rule.grade,
            rule.category,
            _("名称含“%(word)s”，%(why)s。") % {"word": word, "why": rule.why},
        )
    if item.data_type in (DataType.GENERAL, DataType.MEMO):
        return Suggestion(
            Grade.GENERAL_2,
            Category.OPERATION,
            _("数据类型为“%s”，内容不受约束，建议人工核对。") % item.get_data_type_display(),
        )
    return Suggestion(
        Grade.GENERAL_1, Category.PUBLIC_ADMINISTRATION, _("名称和类型未见敏感特征。")
    )
