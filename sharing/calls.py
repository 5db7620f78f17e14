"""Reading the record of calls: narrowed, page by page without counting, and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sharing.choices import ANSWERED
from sharing.models import Authorization, ServiceCall

PER_PAGE = 50
EXPORT_LIMIT = 100_000
MOST_GRANTS = 500  # that a word may mean
REFUSED = "refused"


@dataclass(frozen=True)
class Cursor:
    """A place in the record: that of one call. Calls are in the order of time, then of id."""

    at: datetime
    pk: int

    @classmethod
    def of(cls, call: ServiceCall) -> "Cursor":
        return cls(call.at, call.pk)

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor in an address; None for anything that is none."""
        moment, _dot, pk = text.partition(".")
        digits = text.isascii() and moment.isdigit() and pk.isdigit()
        if not digits or len(moment) > 16 or len(pk) > 18:
            return None
        return cls(
            datetime.fromtimestamp(int(moment) / 1_000_000, tz=timezone.get_current_timezone()),
            int(pk),
        )

    def __str__(self) -> str:
        return f"{round(self.at.timestamp() * 1_000_000)}.{self.pk}"

    @property
    def older(self) -> Q:
        # The first condition alone is enough for an index to begin at the right place.
        return Q(at__lte=self.at) & (Q(at__lt=self.at) | Q(pk__lt=self.pk))

    @property
    def newer(self) -> Q:
        return Q(at__gte=self.at) & (Q(at__gt=self.at) | Q(pk__gt=self.pk))


@dataclass(frozen=True)
class Portion:
    """Some calls, newest first, and the cursors from which there are newer and older ones."""

    calls: Sequence[ServiceCall]
    newer: Cursor | None
    older: Cursor | None


def portion(
    rows: QuerySet[ServiceCall], *, before: Cursor | None = None, after: Cursor | None = None
) -> Portion:
    """The calls right before or after a cursor, the newest of all without one."""
    if after is not None:
        found = list(rows.filter(after.newer).order_by("at", "pk")[: PER_PAGE + 1])
        more, calls = len(found) > PER_PAGE, found[:PER_PAGE][::-1]
        return Portion(
            calls,
            newer=Cursor.of(calls[0]) if more else None,
            older=Cursor.of(calls[-1]) if calls else None,
        )
    if before is not None:
        rows = rows.filter(before.older)
    found = list(rows.order_by("-at", "-pk")[: PER_PAGE + 1])
    calls = found[:PER_PAGE]
    return Portion(
        calls,
        newer=Cursor.of(calls[0]) if calls and before is not None else None,
        older=Cursor.of(calls[-1]) if len(found) > PER_PAGE else None,
    )


def with_names(rows: QuerySet[ServiceCall]) -> QuerySet[ServiceCall]:
    """The calls with what is shown beside them."""
    return rows.select_related(
        "authorization__entry", "service", "code", "consumer", "provider"
    ).defer("authorization__terms", "authorization__entry__search")


def ended(outcome: str) -> Q:
    """Calls with that outcome; REFUSED stands for every refusal."""
    return ~Q(outcome__in=ANSWERED) if outcome == REFUSED else Q(outcome=outcome)


def about(words: str) -> Q:
    """Calls under grants whose number or entry has all the words in it."""
    condition = Q()
    for word in words.split():
        condition &= Q(number__icontains=word) | Q(entry__title__icontains=word)
    found = Authorization.objects.filter(condition).order_by("-pk").values_list("pk", flat=True)
    return Q(authorization__in=list(found[:MOST_GRANTS]))


def export_rows(rows: QuerySet[ServiceCall]) -> Iterator[Sequence[object]]:
    """Headings, then at most EXPORT_LIMIT calls, newest first, fetched in portions."""
    yield [
        _("时间"), _("结果"), _("状态码"), _("方式"), _("授权编号"), _("信息资源"), _("服务编码"),
        _("授权码标识"), _("使用单位"), _("提供单位"), _("信息项"), _("行数"), _("用时（毫秒）"),
        _("来源地址"), _("请求编号"),
    ]  # fmt: skip
    latest = with_names(rows).order_by("-at", "-pk")[:EXPORT_LIMIT]
    for call in latest.iterator(chunk_size=2000):
        grant = call.authorization
        yield [
            call.at,
            call.get_outcome_display(),
            call.status,
            call.get_way_display(),
            grant.number if grant else "",
            grant.entry.title if grant else "",
            call.service.code if call.service else "",
            str(call.code) if call.code else "",
            call.consumer.name if call.consumer else "",
            call.provider.name if call.provider else "",
            "、".join(call.items),
            call.rows,
            call.milliseconds,
            call.ip,
            call.request_id,
        ]
