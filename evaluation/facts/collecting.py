"""Everything that the report on a year says, put together from the records."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import override

from evaluation import indicators
from evaluation.facts import calls, clocks, entries, grants, guidance, requests, updating
from evaluation.facts.calls import Exchange
from evaluation.facts.clocks import Clocks
from evaluation.facts.departments import Departments, DepartmentThen, departments_at
from evaluation.facts.entries import CatalogTotals, Holdings
from evaluation.facts.grants import Grants
from evaluation.facts.period import Period, due_at
from evaluation.facts.updating import Updating
from evaluation.report.facts_schema import (
    AnnualReportFacts,
    CatalogCounts,
    DepartmentRow,
    DutyCounts,
    MonthRow,
    PreviousYear,
)
from evaluation.report.findings import with_findings

LANGUAGE = "zh-hans"
STEPS = 6
"""How often ``collect`` calls back."""
Done = Callable[[], None]
Pairs = list[tuple[int, int]]


@dataclass(frozen=True)
class Records:
    """The records of a period, added up by department."""

    departments: Departments
    totals: CatalogTotals
    holdings: list[tuple[int, Holdings]]
    updating: list[tuple[int, Updating]]
    clocks: list[Clocks]
    guidance: list[tuple[int, DutyCounts]]
    applications: Pairs
    grants: list[tuple[int, Grants]]
    calls: calls.Calls
    exchanges: list[Exchange]

    @property
    def entries(self) -> int:
        return sum(one.entries for _pk, one in self.holdings)

    @property
    def duties(self) -> DutyCounts:
        return clocks.total([clock.counts for clock in self.clocks])


def collect(period: Period, done: Done = lambda: None) -> AnnualReportFacts:
    """The facts of the period's year; ``done`` is called after each of ``STEPS`` steps.

    The same records before ``period.compiled_at`` give the same facts, whatever came later.
    """
    with override(LANGUAGE):
        records = read(period, done)
        previous = previous_year(period)
        done()
        return with_findings(_facts(period, records, previous))


def read(period: Period, done: Done = lambda: None) -> Records:
    """Adds up the records of the period; ``done`` is called after each of five steps."""
    departments = departments_at(period)
    totals, holdings = entries.catalog_totals(period), entries.holdings(period)
    done()
    updated = updating.updating(period)
    done()
    duties, applications = clocks.counted(period), requests.applications_made(period)
    guided = guidance.first_answers(period)
    done()
    granted = grants.grants(period)
    done()
    called, exchanges = calls.calls(period), calls.exchanges(period, departments)
    done()
    return Records(
        departments=departments,
        totals=totals,
        holdings=holdings,
        updating=updated,
        clocks=duties,
        guidance=guided,
        applications=applications,
        grants=granted,
        calls=called,
        exchanges=exchanges,
    )


def previous_year(period: Period) -> PreviousYear | None:
    """The year before as its own report had it; None if the portal has no record of it."""
    year = period.year - 1
    before = Period(year, min(due_at(year), period.compiled_at))
    records = read(before)
    applications = requests.application_counts(before, records.clocks)
    authorizations = grants.authorization_counts(before, records.grants)
    called = calls.call_counts(records.calls, records.exchanges)
    if not (records.entries or applications.received or called.total or records.duties.opened):
        return None
    return PreviousYear(
        year=year,
        entries=records.entries,
        items=records.totals.items,
        hosted_services=calls.services_in_operation(before),
        applications_received=applications.received,
        applications_due=applications.due,
        applications_in_time=applications.answered_in_time,
        authorizations_active=authorizations.active,
        calls=called.total,
        rows_served=called.rows_served,
        duties_breached=records.duties.breached,
    )


def _facts(period: Period, records: Records, previous: PreviousYear | None) -> AnnualReportFacts:
    departments = records.departments
    return AnnualReportFacts(
        year=period.year,
        city_name=settings.CITY_NAME,
        authority_name=settings.AUTHORITY_NAME,
        recipient=settings.CITY_GOVERNMENT,
        copied_to=tuple(settings.REPORT_COPIED_TO),
        platform_name=settings.SITE_NAME,
        legal_bases=tuple(settings.REPORT_BASES),
        period_start=period.first_day.isoformat(),
        period_end=f"{period.year}-12-31",
        compiled_from=period.compiled_at.isoformat(),
        catalog=_catalog(period, records),
        applications=requests.application_counts(period, records.clocks),
        authorizations=grants.authorization_counts(period, records.grants),
        calls=calls.call_counts(records.calls, records.exchanges),
        corrections=requests.correction_counts(period, records.clocks),
        duties=records.duties,
        duty_rules=clocks.by_rule(records.clocks),
        security=entries.security_counts(period),
        months=_months(period, records),
        indicators=indicators.DEFINITIONS,
        levels=indicators.LEVELS,
        departments=indicators.scored(_rows(records)),
        services=calls.services(period, departments),
        refusals=requests.refusals(period, departments),
        breaches=clocks.breaches(period, departments),
        previous=previous,
    )


def _catalog(period: Period, records: Records) -> CatalogCounts:
    totals = records.totals
    holders = {records.departments.holder(pk) for pk, _holdings in records.holdings}
    return CatalogCounts(
        departments_with_entries=len(holders & {one.pk for one in records.departments.evaluated}),
        entries=records.entries,
        entries_new=totals.entries_new,
        items=totals.items,
        by_sharing_type=totals.by_sharing_type,
        by_theme=totals.by_theme,
        by_grade=totals.by_grade,
        entries_sharable=sum(one.sharable for _pk, one in records.holdings),
        entries_with_data=sum(one.with_data for _pk, one in records.holdings),
        entries_update_due=sum(one.due for _pk, one in records.updating),
        entries_updated_in_time=sum(one.in_time for _pk, one in records.updating),
        hosted_services=calls.services_in_operation(period),
    )


def _months(period: Period, records: Records) -> tuple[MonthRow, ...]:
    applications = requests.applications_by_month(period)
    return tuple(
        MonthRow(
            month=month,
            applications=applications.get(month, 0),
            calls=records.calls.by_month.get(month, 0),
        )
        for month in range(1, 13)
    )


def _rows(records: Records) -> list[DepartmentRow]:
    """One line for each evaluated department, with what it took over from others."""
    then = records.departments
    holdings = then.by_holder(records.holdings)
    updated = then.by_holder(records.updating)
    duties = then.by_holder((clock.department_id, clock) for clock in records.clocks)
    guided = then.by_holder(records.guidance)
    applications = then.by_holder(records.applications)
    granted = then.by_holder(records.grants)
    served = then.by_holder((one.provider_id, one.calls) for one in records.exchanges)
    made = then.by_holder((one.consumer_id, one.calls) for one in records.exchanges)
    return [
        _row(
            one,
            holdings=holdings[one.pk],
            updated=updated[one.pk],
            duties=duties[one.pk],
            guided=clocks.total(guided[one.pk]),
            applications=applications[one.pk],
            granted=granted[one.pk],
            served=sum(served[one.pk]),
            made=sum(made[one.pk]),
        )
        for one in then.evaluated
    ]


def _row(
    one: DepartmentThen,
    *,
    holdings: Collection[Holdings],
    updated: Collection[Updating],
    duties: Collection[Clocks],
    guided: DutyCounts,
    applications: Collection[int],
    granted: Collection[Grants],
    served: int,
    made: int,
) -> DepartmentRow:
    answers = requests.answers(duties)
    return DepartmentRow(
        code=one.code,
        name=one.name,
        short_name=one.short_name,
        entries=sum(part.entries for part in holdings),
        entries_sharable=sum(part.sharable for part in holdings),
        entries_with_data=sum(part.with_data for part in holdings),
        entries_update_due=sum(part.due for part in updated),
        entries_updated_in_time=sum(part.in_time for part in updated),
        answers_due=answers.due,
        answers_given=answers.given,
        answers_in_time=answers.in_time,
        calls_served=served,
        applications_made=sum(applications),
        authorizations_granted=sum(part.usable for part in granted),
        authorizations_used=sum(part.used for part in granted),
        calls_made=made,
        duties=clocks.total([clock.counts for clock in duties]),
        guidance=guided,
        scores=(),
        total_centi=None,
        rank=None,
        level="",
    )
