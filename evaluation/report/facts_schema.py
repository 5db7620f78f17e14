"""The facts of the annual report 政务信息资源共享情况报告, as one frozen value.

The draft regulation (HK-40) asks the authority for a yearly report to the city government; decree
809 (SC-38) names its four matters: timeliness of providing, quality of the data, application by
those who use it, and security. The facts hold the numbers for all of it and every sentence that
was derived from them, so the document, the preview and the API say the same thing for ever.

Units, held by every field:

* a plain ``int`` counts what its name says; nothing is a ``float``, so the canonical JSON and its
  SM3 digest are the same on every machine;
* ``*_centi`` is hundredths of a point or of a working day (9250 is 92.50);
* ``*_on`` is an ISO date (``2025-03-01``); ``compiled_from`` is an ISO instant with its offset;
* ``None`` means "not known" or "does not apply", never zero.

What belongs to the year: applications, corrections and duties are counted in the year in which
they were received or opened, and followed until ``compiled_from``.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCount:
    """A number under a heading: a sharing type, a theme, a grade, a reason of refusal."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogCounts:
    """The catalog at the end of the period (HK-14, SC-13 to SC-17)."""

    departments_with_entries: int
    entries: int
    """Published entries 信息资源目录."""
    entries_new: int
    """Of them, published for the first time in the period."""
    items: int
    """Data items 信息项 of the published entries."""
    by_sharing_type: tuple[NamedCount, ...]
    by_theme: tuple[NamedCount, ...]
    by_grade: tuple[NamedCount, ...]
    """Entries by their highest grade, from core to general 1."""
    entries_sharable: int
    """Of them, those that may be shared at all: not withheld 不予共享."""
    entries_with_data: int
    """Of the sharable, those to which rows or a live interface are attached 已挂接."""
    entries_update_due: int
    """Entries whose update cycle asked for at least one update in the period (SC-18)."""
    entries_updated_in_time: int
    hosted_services: int
    """Interface services 接口服务 in operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCounts:
    """Applications 共享申请 received in the period (SC-20 to SC-22)."""

    received: int
    due: int
    """Those whose reply was given, or should have been given, up to ``compiled_from``."""
    answered: int
    answered_in_time: int
    answered_by_rule: int
    """Of the answered: unconditional entries that the portal answered at once by rule."""
    refused: int
    """Of the answered: refused, with reason and basis (SC-14, SC-21)."""
    returned: int
    """Returned once for completion 退回补正 (SC-21)."""
    pending: int
    """Without an answer at ``compiled_from``."""
    average_working_days_centi: int | None
    """Mean time from receipt to answer in hundredths of a working day; None without answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCounts:
    """Authorizations 授权 (SC-25, SC-27, HK-38)."""

    active: int
    """In force at the end of the period."""
    granted: int
    """Granted in the period."""
    in_use: int
    """Of the usable: called, or fetched as a file, at least once in the period."""
    usable: int
    """In force at some time of the period, with the data delivered: of these are ``in_use``."""
    suspended: int
    revoked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCounts:
    """Calls 调用记录 of the interface services in the period (SC-29)."""

    total: int
    ok: int
    refused: int
    failed: int
    rows_served: int
    consumer_departments: int
    """Distinct departments with at least one successful call."""
    refused_by_reason: tuple[NamedCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionCounts:
    """Correction requests 校核申请 received in the period (SC-26)."""

    received: int
    due: int
    """Those whose answer was given, or should have been given, up to ``compiled_from``."""
    answered: int
    answered_in_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCounts:
    """Duties 法定时限 opened in the period, without those cancelled before their limit."""

    opened: int
    in_time: int
    late: int
    """Fulfilled after the limit."""
    overdue: int
    """Past the limit and not fulfilled at ``compiled_from``, or cancelled after the limit."""
    running: int
    """Neither fulfilled nor past the limit at ``compiled_from``."""

    @property
    def breached(self) -> int:
        """Duties not fulfilled within their limit."""
        return self.late + self.overdue

    @property
    def judged(self) -> int:
        """Duties of which it is known whether the limit was kept."""
        return self.in_time + self.late + self.overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRuleRow:
    """Duties of one rule."""

    code: str
    title: str
    article: str
    """Where the limit comes from, in Chinese: ``《政务数据共享条例》第二十一条``."""
    limit: str
    """The limit in words: ``10个工作日``."""
    counts: DutyCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityCounts:
    """Security management (HK-37, HK-38, HK-41, SC-34 to SC-37)."""

    items_graded: int
    """Data items of published entries with a confirmed grade."""
    items_personal: int
    """Of them, personal information."""
    items_masked: int
    """Of them, masked when served."""
    incidents_reported: int | None
    """Security incidents reported in the period; None if the portal does not record them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """One month of the period; all twelve are given, in order."""

    month: int
    applications: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDefinition:
    """An indicator 指标 as it was in force when the scores were computed (HK-16)."""

    code: str
    name: str
    short_name: str
    """At most five characters: the heading of a column."""
    weight: int
    """Full points; the weights of all indicators add up to 100."""
    rule_version: str
    formula: str
    """How it is computed, one Chinese sentence."""
    basis: str
    """The article that it rests on, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDefinition:
    """A level of the result, such as 优秀, and the total from which on it is given."""

    name: str
    minimum_centi: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorScore:
    """What one department reached in one indicator."""

    code: str
    numerator: int
    denominator: int
    """0 where the indicator does not apply to the department."""
    points_centi: int | None
    """None where the indicator does not apply; its weight then goes to the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRow:
    """One department, both as provider and as consumer, with its result (HK-16)."""

    code: str
    name: str
    short_name: str
    """As the city government calls it: ``市公安局``."""
    entries: int
    entries_sharable: int
    entries_with_data: int
    """Of the sharable (not withheld 不予共享), those with data attached 已挂接."""
    entries_update_due: int
    entries_updated_in_time: int
    answers_due: int
    """Applications from others whose reply was given or due up to ``compiled_from``."""
    answers_given: int
    answers_in_time: int
    calls_served: int
    """Successful calls of its services by other departments."""
    applications_made: int
    authorizations_granted: int
    """Authorizations that it could use at some time of the period: in force, data delivered."""
    authorizations_used: int
    """Of them, called at least once in the period."""
    calls_made: int
    """Successful calls as consumer."""
    duties: DutyCounts
    scores: tuple[IndicatorScore, ...]
    """In the order of ``AnnualReportFacts.indicators``."""
    total_centi: int | None
    """0 to 10000; None if no indicator applies."""
    rank: int | None
    level: str  # 优秀, 良好, 合格 or 不合格; empty without a total
    guidance: DutyCounts | None = None  # the first answers to questions on its data (HK-18)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """One interface service in the period; the list is sorted by calls, most first."""

    code: str
    name: str
    department: str
    """Short name of the provider."""
    calls: int
    """Successful calls."""
    rows_served: int
    consumer_departments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalRow:
    """An application that was refused, with its reason and legal basis (SC-14, SC-21)."""

    number: str
    entry: str
    applicant: str
    provider: str
    decided_on: str
    reason: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachRow:
    """A duty that was not fulfilled within its limit (HK-47, SC-39)."""

    rule: str
    """Title of the rule."""
    article: str
    department: str
    subject: str
    """What it was about: an entry, an application."""
    due_on: str
    fulfilled_on: str | None
    days_late: int
    """Working days from the limit until fulfilled, or until ``compiled_from``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousYear:
    """The same numbers of the year before, for comparison."""

    year: int
    entries: int
    items: int
    hosted_services: int
    applications_received: int
    applications_due: int
    applications_in_time: int
    authorizations_active: int
    calls: int
    rows_served: int
    duties_breached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem found by an explicit rule from the numbers, and the step that follows from it."""

    code: str
    title: str
    """One clause with its full stop, the lead of the paragraph on the problem."""
    text: str
    """The numbers and departments, one or two Chinese sentences."""
    step_title: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualReportFacts:
    """Everything that the report says; raises ``ValueError`` for a wrong period or instant."""

    schema_version: int = field(default=SCHEMA_VERSION)
    year: int
    city_name: str
    authority_name: str
    """Who reports, also the author of the document."""
    recipient: str
    """To whom: the city government (HK-40)."""
    copied_to: tuple[str, ...] = ()
    """Who receives a copy 抄送; may be empty."""
    platform_name: str
    """The portal, as the sentences of the report call it."""
    legal_bases: tuple[str, ...]
    """The articles that ask for the report, in Chinese."""
    period_start: str
    """1 January of the year."""
    period_end: str
    """31 December of the year."""
    compiled_from: str
    """The state of the records that the facts were read from, and the date of the document.

    Take the moment for which the report is due (5 January of the next year, 00:00 local time),
    not the clock, so that compiling again gives the same digest; for a year that still runs, take
    00:00 of today.
    """
    catalog: CatalogCounts
    applications: ApplicationCounts
    authorizations: AuthorizationCounts
    calls: CallCounts
    corrections: CorrectionCounts | None = None
    """None if the portal does not handle corrections yet."""
    duties: DutyCounts
    duty_rules: tuple[DutyRuleRow, ...]
    security: SecurityCounts
    months: tuple[MonthRow, ...]
    indicators: tuple[IndicatorDefinition, ...]
    levels: tuple[LevelDefinition, ...]
    """From the highest down; the last has the minimum 0."""
    departments: tuple[DepartmentRow, ...]
    """All departments with duties under the regulation, by rank, then by the usual order."""
    services: tuple[ServiceRow, ...]
    refusals: tuple[RefusalRow, ...]
    breaches: tuple[BreachRow, ...]
    previous: PreviousYear | None = None
    findings: tuple[Finding, ...] = ()
    """Filled by ``evaluation.report.findings.with_findings``."""

    def __post_init__(self) -> None:
        if self.schema_version != SCHEMA_VERSION:
            raise ValueError(f"schema_version {self.schema_version} is not {SCHEMA_VERSION}")
        period = (date.fromisoformat(self.period_start), date.fromisoformat(self.period_end))
        if period != (date(self.year, 1, 1), date(self.year, 12, 31)):
            raise ValueError(f"the period is not the year {self.year}: {period}")
        if datetime.fromisoformat(self.compiled_from).utcoffset() is None:
            raise ValueError("compiled_from needs an offset from UTC")
        if [row.month for row in self.months] != list(range(1, 13)):
            raise ValueError("months are not the twelve of the year in order")

    @property
    def compiled_at(self) -> datetime:
        """``compiled_from`` as an aware datetime in the offset that it was written with."""
        return datetime.fromisoformat(self.compiled_from)

    @property
    def cutoff(self) -> date:
        """The last day of which the facts speak: the end of the period, or earlier if it runs."""
        last_seen = (self.compiled_at - timedelta(microseconds=1)).date()
        return min(date.fromisoformat(self.period_end), last_seen)
