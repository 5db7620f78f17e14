"""The page that every role lands on: the worklist 待办."""

from collections import Counter
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from citybrain import registry
from citybrain.duties.worklist import MOST_LISTED
from citybrain.notices import queries
from citybrain.notices.worklist import Row, worklist
from citybrain.organizations.actors import Actor
from citybrain.ui import Card, Tab

PER_PAGE = 50
WHOSE = ("mine", "deputised")
STANDINGS = ("today", "soon", "overdue")


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = worklist(actor)
    whose = request.GET.get("whose", "")
    standing = request.GET.get("standing", "")
    shown = [row for row in rows if _wanted(row, whose, standing)]
    unread = queries.unread_count(actor)
    context = {
        "cards": [*_cards(rows, unread), *_cards_of_apps(actor)],
        "tabs": _tabs(rows, whose) if actor.principal_ids else [],
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "filtered": len(shown) < len(rows),
        "most_listed": MOST_LISTED if _is_cut(rows) else 0,
        "principals": queries.standing_in_for(actor) if actor.principal_ids else [],
        "department": actor.department,
        "today": timezone.localdate(),
        "unread_count": unread,  # for the bell, which would count again
    }
    return render(request, "home/worklist.html", context)


def _wanted(row: Row, whose: str, standing: str) -> bool:
    if whose in WHOSE and row.item.deputised != (whose == "deputised"):
        return False
    return standing not in STANDINGS or row.standing == standing


def _is_cut(rows: list[Row]) -> bool:
    """Whether of one kind of work there may be more than is listed."""
    kinds = Counter(str(row.item.action) for row in rows)
    return any(count >= MOST_LISTED for count in kinds.values())


def _address(**query: str) -> str:
    return f"{reverse('home')}?{urlencode(query)}" if query else reverse("home")


def _cards(rows: list[Row], unread: int) -> list[Card]:
    count = Counter(row.standing for row in rows)
    item = _("项")
    return [
        Card(
            _("今日到期"),
            count["today"],
            item,
            "calendar-due",
            "warning" if count["today"] else "neutral",
            _address(standing="today"),
        ),
        Card(_("3个工作日内"), count["soon"], item, "hourglass", "info", _address(standing="soon")),
        Card(
            _("已逾期"),
            count["overdue"],
            item,
            "alert-circle",
            "danger" if count["overdue"] else "neutral",
            _address(standing="overdue"),
        ),
        Card(
            _("未读通知"),
            f"{unread}+" if unread >= queries.COUNTED else unread,
            _("条"),
            "bell",
            "neutral",
            f"{reverse('notices:inbox')}?unread=1",
        ),
    ]


def _cards_of_apps(actor: Actor) -> list[Card]:
    return [card for source in registry.home_cards for card in source(actor)]


def _tabs(rows: list[Row], whose: str) -> list[Tab]:
    deputised = sum(row.item.deputised for row in rows)
    return [
        Tab(_("全部"), _address(), whose not in WHOSE, len(rows)),
        Tab(_("本人的"), _address(whose="mine"), whose == "mine", len(rows) - deputised),
        Tab(_("代理的"), _address(whose="deputised"), whose == "deputised", deputised),
    ]
