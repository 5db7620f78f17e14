"""Facts of a plausible year and of an empty one, made by whole-number formulas, not by chance."""

from collections.abc import Sequence
from dataclasses import replace

from evaluation.report.facts_schema import (
    AnnualReportFacts,
    ApplicationCounts,
    AuthorizationCounts,
    BreachRow,
    CallCounts,
    CatalogCounts,
    CorrectionCounts,
    DepartmentRow,
    DutyCounts,
    DutyRuleRow,
    IndicatorDefinition,
    IndicatorScore,
    LevelDefinition,
    MonthRow,
    NamedCount,
    PreviousYear,
    RefusalRow,
    SecurityCounts,
    ServiceRow,
)
from evaluation.report.findings import with_findings

DEPARTMENTS = (
    ("海口市公安局", "市公安局"), ("海口市民政局", "市民政局"), ("海口市教育局", "市教育局"),
    ("海口市发展和改革委员会", "市发展改革委"), ("海口市财政局", "市财政局"),
    ("海口市科学技术工业信息化局", "市科工信局"), ("海口市自然资源和规划局", "市资规局"),
    ("海口市人力资源和社会保障局", "市人社局"), ("海口市生态环境局", "市生态环境局"),
    ("海口市住房和城乡建设局", "市住建局"), ("海口市交通运输和港航管理局", "市交通港航局"),
    ("海口市水务局", "市水务局"), ("海口市农业农村局", "市农业农村局"), ("海口市商务局", "市商务局"),
    ("海口市卫生健康委员会", "市卫健委"), ("海口市应急管理局", "市应急管理局"),
    ("海口市市场监督管理局", "市市场监管局"), ("海口市综合行政执法局", "市综合执法局"),
    ("海口市医疗保障局", "市医保局"), ("海口市旅游和文化广电体育局", "市旅文局"),
    ("海口市统计局", "市统计局"), ("海口市司法局", "市司法局"),
    ("海口市退役军人事务局", "市退役军人局"), ("海口市林业局", "市林业局"),
    ("海口市秀英区人民政府", "秀英区政府"), ("海口市龙华区人民政府", "龙华区政府"),
    ("海口市琼山区人民政府", "琼山区政府"), ("海口市美兰区人民政府", "美兰区政府"),
)  # fmt: skip

INDICATORS = tuple(
    IndicatorDefinition(
        code=code, name=name, short_name=short, weight=weight, rule_version="2025.1",
        formula=f"{formula}，再乘以权重。", basis=f"《政务数据共享条例》{article}",
    )
    for code, name, short, weight, formula, article in (
        ("attachment", "目录挂接率", "挂接", 20, "已挂接数据或者接口的目录数除以已发布目录数", "第十八条"),
        ("updating", "更新及时率", "更新", 20, "按更新周期按时更新的目录数除以应更新目录数", "第十八条"),
        ("answering", "答复及时率", "答复", 25, "在法定期限内答复的申请数除以应答复申请数", "第二十一条"),
        ("using", "授权使用率", "使用", 15, "当年有调用记录的授权数除以当年可用授权数", "第三十八条"),
        ("duties", "法定时限履行率", "时限", 20, "按时完成的法定时限事项数除以已到期事项数", "第三十九条"),
    )
)  # fmt: skip

LEVELS = (
    LevelDefinition(name="优秀", minimum_centi=9_000),
    LevelDefinition(name="良好", minimum_centi=8_000),
    LevelDefinition(name="合格", minimum_centi=6_000),
    LevelDefinition(name="不合格", minimum_centi=0),
)

RULES = (
    ("answer_unconditional", "无条件共享申请答复", "第二十一条", "1个工作日"),
    ("answer_conditional", "有条件共享申请答复", "第二十一条", "10个工作日"),
    ("deliver", "实际共享数据", "第二十二条", "20个工作日"),
    ("publish_catalog", "目录审核发布", "第十七条", "2个工作日"),
    ("update_catalog", "目录变更更新", "第十七条", "10个工作日"),
    ("correct", "校核申请反馈", "第二十六条", "10个工作日"),
)

THEMES = ("公共服务", "健康保障", "社会保障", "城乡建设", "生态环保", "社区治理", "信用体系")
SERVICES = (
    "行政区划信息查询", "婚姻登记信息核验", "不动产登记信息查询", "企业登记基本信息查询",
    "社会保险参保状态核验", "低保对象信息核验", "学籍信息核验", "医疗机构执业许可查询",
    "排污许可信息查询", "道路运输经营许可查询",
)  # fmt: skip
AUTHORITY = "海口市大数据发展局"
LAW = "《政务数据共享条例》"


def sample_facts(year: int = 2025) -> AnnualReportFacts:
    """Return the facts of a year with something to say in every chapter."""
    departments = _ranked([_department(place) for place in range(len(DEPARTMENTS))])
    due = _total(departments, "answers_due")
    rules = _rules(departments)
    services = _services(departments)
    calls = sum(row.calls for row in services)
    entries = _total(departments, "entries")
    return with_findings(
        AnnualReportFacts(
            year=year,
            city_name="海口市",
            authority_name=AUTHORITY,
            recipient="海口市人民政府",
            copied_to=("市政府办公室", "市委网信办", "市财政局", "市审计局"),
            platform_name="海口城市大脑数据资源管理门户",
            legal_bases=(f"{LAW}第三十八条", "《海口市智慧城市促进条例（草案）》第四十条"),
            period_start=f"{year}-01-01",
            period_end=f"{year}-12-31",
            compiled_from=f"{year + 1}-01-05T00:00:00+08:00",
            catalog=_catalog(departments, entries),
            applications=ApplicationCounts(
                received=due + 6, due=due, answered=due - 2,
                answered_in_time=_total(departments, "answers_in_time"), answered_by_rule=due // 3,
                refused=len(REFUSALS), returned=19, pending=8, average_working_days_centi=465,
            ),
            authorizations=AuthorizationCounts(
                active=_total(departments, "authorizations_granted") - 7,
                granted=_total(departments, "authorizations_granted") - 20,
                usable=_total(departments, "authorizations_granted"),
                in_use=_total(departments, "authorizations_used"), suspended=3, revoked=4,
            ),
            calls=CallCounts(
                total=calls + 9_312, ok=calls, refused=9_180, failed=132,
                rows_served=sum(row.rows_served for row in services),
                consumer_departments=sum(1 for row in departments if row.calls_made),
                refused_by_reason=(
                    NamedCount(code="over_quota", name="超出调用额度", count=6_214),
                    NamedCount(code="expired", name="授权已到期", count=2_471),
                    NamedCount(code="foreign", name="授权码与调用方不符", count=495),
                ),
            ),
            corrections=CorrectionCounts(received=37, due=36, answered=35, answered_in_time=31),
            duties=_sum_duties([row.counts for row in rules]),
            duty_rules=rules,
            security=SecurityCounts(
                items_graded=entries * 9, items_personal=entries * 2, items_masked=entries,
                incidents_reported=None,
            ),
            months=tuple(
                MonthRow(month=month, applications=9 + month * 5 % 13, calls=calls * month // 78)
                for month in range(1, 13)
            ),
            indicators=INDICATORS,
            levels=LEVELS,
            departments=departments,
            services=services,
            refusals=REFUSALS,
            breaches=_breaches(departments),
            previous=PreviousYear(
                year=year - 1, entries=entries - 61, items=(entries - 61) * 9, hosted_services=7,
                applications_received=128, applications_due=128, applications_in_time=109,
                authorizations_active=41, calls=calls // 2, rows_served=calls * 3,
                duties_breached=52,
            ),
        )
    )  # fmt: skip


def empty_facts(year: int = 2025) -> AnnualReportFacts:
    """Return the facts of a first year in which nothing has happened yet."""
    nothing = DutyCounts(opened=0, in_time=0, late=0, overdue=0, running=0)
    departments = tuple(
        DepartmentRow(
            code=f"D{place:02d}", name=name, short_name=short, entries=0, entries_sharable=0, entries_with_data=0,
            entries_update_due=0, entries_updated_in_time=0, answers_due=0, answers_given=0,
            answers_in_time=0, calls_served=0, applications_made=0, authorizations_granted=0,
            authorizations_used=0, calls_made=0, duties=nothing,
            scores=tuple(
                IndicatorScore(code=row.code, numerator=0, denominator=0, points_centi=None)
                for row in INDICATORS
            ),
            total_centi=None, rank=None, level="",
        )
        for place, (name, short) in enumerate(DEPARTMENTS)
    )  # fmt: skip
    return with_findings(
        replace(
            sample_facts(year),
            copied_to=(),
            catalog=CatalogCounts(
                departments_with_entries=0, entries=0, entries_new=0, items=0, by_sharing_type=(),
                by_theme=(), by_grade=(), entries_sharable=0, entries_with_data=0, entries_update_due=0,
                entries_updated_in_time=0, hosted_services=0,
            ),
            applications=ApplicationCounts(
                received=0, due=0, answered=0, answered_in_time=0, answered_by_rule=0, refused=0,
                returned=0, pending=0, average_working_days_centi=None,
            ),
            authorizations=AuthorizationCounts(
                active=0, granted=0, in_use=0, usable=0, suspended=0, revoked=0
            ),
            calls=CallCounts(
                total=0, ok=0, refused=0, failed=0, rows_served=0, consumer_departments=0,
                refused_by_reason=(),
            ),
            duties=nothing,
            duty_rules=(),
            security=SecurityCounts(
                items_graded=0, items_personal=0, items_masked=0, incidents_reported=None
            ),
            months=tuple(MonthRow(month=month, applications=0, calls=0) for month in range(1, 13)),
            departments=departments,
            services=(),
            refusals=(),
            breaches=(),
            corrections=None,
            previous=None,
        )
    )  # fmt: skip


REFUSALS = tuple(
    RefusalRow(
        number=f"SQ2025{place:04d}", entry=entry, applicant=applicant, provider=provider,
        decided_on=f"2025-{place % 9 + 2:02d}-1{place % 8}", reason=reason, basis=basis,
    )
    for place, (entry, applicant, provider, reason, basis) in enumerate(
        (
            ("常住人口基础信息", "市商务局", "市公安局", "申请的信息项超出所述使用场景的必要范围",
             "《个人信息保护法》第六条"),
            ("行政处罚案件卷宗", "市旅文局", "市综合执法局", "案件尚在调查，依法不予提供",
             "《行政处罚法》第五十条"),
            ("传染病个案报告信息", "龙华区政府", "市卫健委", "法律规定不得向其他单位提供个案信息",
             "《传染病防治法》第十二条"),
            ("单项统计调查原始资料", "市发展改革委", "市统计局", "统计调查对象的原始资料依法保密",
             "《统计法》第二十五条"),
            ("未公布的预算草案", "秀英区政府", "市财政局", "所列依据不足以支持申请的使用范围",
             "《政务数据共享条例》第十四条"),
        ),
        start=1,
    )
)  # fmt: skip


def _department(place: int) -> DepartmentRow:
    name, short = DEPARTMENTS[place]
    idle, weak = place == 23, place == 16
    entries = 0 if idle else 6 + place * 7 % 17
    with_data = entries * (10 - place % 6) // 10
    update_due = entries * 2 // 3
    updated = update_due * (10 - place * 3 % 7) // 10
    due = 0 if idle else 2 + place * 5 % 9
    in_time = due - (1 if place % 4 == 1 else 0) - (2 if place % 9 == 6 else 0)
    if weak:
        with_data, updated, in_time = entries // 3, 1, due // 2
    granted = 1 + place * 3 % 6
    used = granted - (place % 3)
    used = max(used, 0)
    opened = due + update_due + 2
    breached = due - in_time + (1 if place % 5 == 2 else 0)
    duties = DutyCounts(
        opened=opened,
        in_time=opened - breached - 1,
        late=breached - breached // 2,
        overdue=breached // 2,
        running=1,
    )
    ratios = (
        (with_data, entries),
        (updated, update_due),
        (in_time, due),
        (used, granted),
        (duties.in_time, duties.judged),
    )
    scores = tuple(
        IndicatorScore(
            code=indicator.code,
            numerator=part,
            denominator=whole,
            points_centi=indicator.weight * 100 * part // whole if whole else None,
        )
        for indicator, (part, whole) in zip(INDICATORS, ratios, strict=True)
    )
    reached = sum(score.points_centi or 0 for score in scores)
    possible = sum(
        indicator.weight
        for indicator, score in zip(INDICATORS, scores, strict=True)
        if score.points_centi is not None
    )
    total = reached * 100 // possible
    return DepartmentRow(
        code=f"D{place:02d}", name=name, short_name=short, entries=entries,
        entries_sharable=entries,
        entries_with_data=with_data, entries_update_due=update_due, entries_updated_in_time=updated,
        answers_due=due, answers_given=due - (1 if place in {6, 15} else 0),
        answers_in_time=in_time, calls_served=entries * 1_733 if place % 2 == 0 else entries * 97,
        applications_made=place * 4 % 11, authorizations_granted=granted, authorizations_used=used,
        calls_made=used * 4_211, duties=duties, scores=scores, total_centi=total, rank=None,
        level=next(level.name for level in LEVELS if total >= level.minimum_centi),
    )  # fmt: skip


def _ranked(rows: Sequence[DepartmentRow]) -> tuple[DepartmentRow, ...]:
    ordered = sorted(rows, key=lambda row: -(row.total_centi or 0))
    return tuple(replace(row, rank=rank) for rank, row in enumerate(ordered, start=1))


def _catalog(departments: Sequence[DepartmentRow], entries: int) -> CatalogCounts:
    open_, closed = entries * 5 // 10, entries // 12
    per_theme = entries // len(THEMES)
    important = 6
    return CatalogCounts(
        departments_with_entries=sum(1 for row in departments if row.entries),
        entries=entries,
        entries_new=61,
        items=entries * 9,
        by_sharing_type=(
            NamedCount(code="unconditional", name="无条件共享", count=open_),
            NamedCount(code="conditional", name="有条件共享", count=entries - open_ - closed),
            NamedCount(code="withheld", name="不予共享", count=closed),
        ),
        by_theme=tuple(
            NamedCount(code=f"T{place}", name=theme, count=per_theme + 9 - place * 3)
            for place, theme in enumerate(THEMES)
        ),
        by_grade=(
            NamedCount(code="important", name="重要数据", count=important),
            NamedCount(code="general_4", name="一般数据4级", count=18),
            NamedCount(code="general_3", name="一般数据3级", count=77),
            NamedCount(code="general_2", name="一般数据2级", count=120),
            NamedCount(code="general_1", name="一般数据1级", count=entries - important - 215),
        ),
        entries_sharable=_total(departments, "entries_sharable"),
        entries_with_data=_total(departments, "entries_with_data"),
        entries_update_due=_total(departments, "entries_update_due"),
        entries_updated_in_time=_total(departments, "entries_updated_in_time"),
        hosted_services=len(SERVICES),
    )


def _rules(departments: Sequence[DepartmentRow]) -> tuple[DutyRuleRow, ...]:
    whole = _sum_duties([row.duties for row in departments])
    shares = (10, 25, 20, 15, 20)
    parts = [
        DutyCounts(
            opened=0, in_time=whole.in_time * share // 100, late=whole.late * share // 100,
            overdue=whole.overdue * share // 100, running=whole.running * share // 100,
        )
        for share in shares
    ]  # fmt: skip
    taken = _sum_duties(parts)
    parts.append(
        DutyCounts(
            opened=0, in_time=whole.in_time - taken.in_time, late=whole.late - taken.late,
            overdue=whole.overdue - taken.overdue, running=whole.running - taken.running,
        )
    )  # fmt: skip
    return tuple(
        DutyRuleRow(
            code=code, title=title, article=f"{LAW}{article}", limit=limit,
            counts=DutyCounts(
                opened=part.judged + part.running, in_time=part.in_time, late=part.late,
                overdue=part.overdue, running=part.running,
            ),
        )
        for (code, title, article, limit), part in zip(RULES, parts, strict=True)
    )  # fmt: skip


def _services(departments: Sequence[DepartmentRow]) -> tuple[ServiceRow, ...]:
    providers = sorted(departments, key=lambda row: -row.calls_served)
    return tuple(
        ServiceRow(
            code=f"S{place:04d}", name=name, department=providers[place].short_name,
            calls=providers[place].calls_served, rows_served=providers[place].calls_served * 12,
            consumer_departments=14 - place,
        )
        for place, name in enumerate(SERVICES)
    )  # fmt: skip


def _breaches(departments: Sequence[DepartmentRow]) -> tuple[BreachRow, ...]:
    rows = []
    for place, department in enumerate(departments):
        for number in range(department.duties.breached):
            _code, title, article, _limit = RULES[(place + number) % len(RULES)]
            overdue = number < department.duties.overdue
            month = (place + number * 3) % 12 + 1
            rows.append(
                BreachRow(
                    rule=title, article=f"{LAW}{article}", department=department.short_name,
                    subject=f"{THEMES[place % len(THEMES)]}类信息资源SQ2025{place:02d}{number:02d}",
                    due_on=f"2025-{month:02d}-1{number}",
                    fulfilled_on=None if overdue else f"2025-{month:02d}-2{number}",
                    days_late=31 + place if overdue else 6 + number,
                )
            )  # fmt: skip
    return tuple(rows)


def _sum_duties(parts: Sequence[DutyCounts]) -> DutyCounts:
    return DutyCounts(
        opened=sum(part.opened for part in parts),
        in_time=sum(part.in_time for part in parts),
        late=sum(part.late for part in parts),
        overdue=sum(part.overdue for part in parts),
        running=sum(part.running for part in parts),
    )


def _total(departments: Sequence[DepartmentRow], name: str) -> int:
    return sum(getattr(row, name) for row in departments)
