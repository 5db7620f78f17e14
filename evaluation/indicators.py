"""The six indicators by which departments are evaluated (HK-16, SC-38), and the levels.

A department's ratio in an indicator times the weight gives its points. An indicator without
anything to judge does not apply; the total is what was reached of what could be reached, and a
department to which too little applies has none: its few duties say nothing of it beside the others.
Everything is whole-number arithmetic, rounded half up, so that anybody gets the same result by
hand. A change of a line here is a new rule version; scores given before keep theirs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evaluation.report.facts_schema import (
    DepartmentRow,
    IndicatorDefinition,
    IndicatorScore,
    LevelDefinition,
)

RULE_VERSION = "2026.1"
REGULATION = "《政务数据共享条例》"
PROMOTION = "《海口市智慧城市促进条例（草案）》"
FULL_POINTS_CENTI = 10_000
LEAST_APPLYING = 40  # points that must be within reach for a total, a level and a rank


@dataclass(frozen=True)
class Indicator:
    """A definition, and where its ratio stands in a department's row."""

    definition: IndicatorDefinition
    ratio: Callable[[DepartmentRow], tuple[int, int]]


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        IndicatorDefinition(
            code="attachment",
            name="目录挂接率",
            short_name="挂接",
            weight=20,
            rule_version=RULE_VERSION,
            formula=(
                "期末已挂接数据或者接口的目录数除以已发布的可以共享的目录数，再乘以权重；"
                "不予共享的目录不计。"
            ),
            basis=f"{REGULATION}第二十二条",
        ),
        lambda row: (row.entries_with_data, row.entries_sharable),
    ),
    Indicator(
        IndicatorDefinition(
            code="updating",
            name="更新及时率",
            short_name="更新",
            weight=20,
            rule_version=RULE_VERSION,
            formula=(
                "各次更新均未超过登记的更新周期的目录数除以应更新目录数，再乘以权重；"
                "期限届满日为休息日的顺延至下一工作日，实时和每日更新的按周计，不定期更新的不计。"
            ),
            basis=f"{REGULATION}第十八条、第三十八条",
        ),
        lambda row: (row.entries_updated_in_time, row.entries_update_due),
    ),
    Indicator(
        IndicatorDefinition(
            code="answering",
            name="答复及时率",
            short_name="答复",
            weight=20,
            rule_version=RULE_VERSION,
            formula="在法定期限内答复的共享申请数除以应答复的共享申请数，再乘以权重。",
            basis=f"{REGULATION}第二十一条",
        ),
        lambda row: (row.answers_in_time, row.answers_due),
    ),
    Indicator(
        IndicatorDefinition(
            code="using",
            name="授权使用率",
            short_name="使用",
            weight=15,
            rule_version=RULE_VERSION,
            formula=(
                "本年度有成功调用或者下载记录的授权数除以可用授权数，再乘以权重；"
                "提供部门尚未提供数据的授权不计。"
            ),
            basis=f"{REGULATION}第三十八条",
        ),
        lambda row: (row.authorizations_used, row.authorizations_granted),
    ),
    Indicator(
        IndicatorDefinition(
            code="duties",
            name="法定时限履行率",
            short_name="时限",
            weight=20,
            rule_version=RULE_VERSION,
            formula=(
                "在期限内完成的法定时限事项数除以已完成和已到期的法定时限事项数，再乘以权重；"
                "期限届满前撤销的事项不计。"
            ),
            basis=f"{REGULATION}第三十九条",
        ),
        lambda row: (row.duties.in_time, row.duties.judged),
    ),
    Indicator(
        IndicatorDefinition(
            code="guidance",
            name="指导支持首次答复及时率",
            short_name="指导",
            weight=5,
            rule_version=RULE_VERSION,
            formula=(
                "在主管部门设定的期限内首次答复的业务指导和技术支持数除以应首次答复数，再乘以权重；"
                "追问不计，答复前由提出单位办结的不计。"
            ),
            basis=f"{PROMOTION}第十八条",
        ),
        lambda row: (row.guidance.in_time, row.guidance.judged) if row.guidance else (0, 0),
    ),
)
DEFINITIONS: tuple[IndicatorDefinition, ...] = tuple(one.definition for one in INDICATORS)
LEVELS: tuple[LevelDefinition, ...] = (
    LevelDefinition(name="优秀", minimum_centi=9_000),
    LevelDefinition(name="良好", minimum_centi=8_000),
    LevelDefinition(name="合格", minimum_centi=6_000),
    LevelDefinition(name="不合格", minimum_centi=0),
)


def scored(rows: Sequence[DepartmentRow]) -> tuple[DepartmentRow, ...]:
    """The rows with scores, totals, ranks and levels: by rank, else in the order given.

    Departments with equal totals share a rank; those without a total come last, without one.
    """
    judged = [_scored(row) for row in rows]
    totals = [row.total_centi for row in judged if row.total_centi is not None]
    ranked = [
        replace(row, rank=1 + sum(total > row.total_centi for total in totals))
        if row.total_centi is not None
        else row
        for row in judged
    ]
    return tuple(sorted(ranked, key=lambda row: row.rank or len(ranked) + 1))


def level_of(total_centi: int) -> str:
    return next(level.name for level in LEVELS if total_centi >= level.minimum_centi)


def _scored(row: DepartmentRow) -> DepartmentRow:
    scores = tuple(_score(indicator, row) for indicator in INDICATORS)
    reached = sum(score.points_centi or 0 for score in scores)
    possible = sum(
        indicator.definition.weight
        for indicator, score in zip(INDICATORS, scores, strict=True)
        if score.points_centi is not None
    )
    if possible < LEAST_APPLYING:
        return replace(row, scores=scores)
    total = _half_up(reached * FULL_POINTS_CENTI, possible * 100)
    return replace(row, scores=scores, total_centi=total, level=level_of(total))


def _score(indicator: Indicator, row: DepartmentRow) -> IndicatorScore:
    numerator, denominator = indicator.ratio(row)
    weight = indicator.definition.weight
    return IndicatorScore(
        code=indicator.definition.code,
        numerator=numerator,
        denominator=denominator,
        points_centi=_half_up(weight * 100 * numerator, denominator) if denominator else None,
    )


def _half_up(dividend: int, divisor: int) -> int:
    return (2 * dividend + divisor) // (2 * divisor)
