"""Agreeing to several applications at once: each judged by itself, up to the first that is not clean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict, Refused
from sharing.models import ShareApplication
from sharing.services import applications
from sharing.together import queries


@dataclass
class Done:
    """What was agreed to, and where and why it stopped; what came after that was not touched."""

    agreed: list[ShareApplication] = field(default_factory=list)
    stopped_at: ShareApplication | None = None
    reasons: Sequence[str] = ()


def agree(*, actor: Actor, chosen: Mapping[int, int]) -> Done:
    """Agrees to those of `chosen` (id -> version that was seen) that wait, the oldest first.

    Each is a move of its own, with its own records and clocks (SC-21). Stops at the first that is
    not clean any more or was changed meanwhile. Raises Conflict when nothing of `chosen` waits.
    """
    done = Done()
    waiting = list(queries.waiting(actor).filter(pk__in=chosen))
    if not waiting:
        raise Conflict(_("所选申请已经办理，请刷新后再看。"))
    for one in waiting:
        (judged,) = queries.checked([one])
        done.reasons = judged.reasons or _refusals(actor, one, chosen[one.pk])
        if done.reasons:
            done.stopped_at = one
            break
        done.agreed.append(one)
    return done


def _refusals(actor: Actor, application: ShareApplication, version: int) -> list[str]:
    """Agrees to it; why that was not possible, as sentences."""
    try:
        applications.move("agree", actor=actor, application=application, version=version)
    except Refused as refused:
        return list(refused.reasons)
    except ValidationError as error:
        return [str(text) for text in error.messages]
    except Conflict as conflict:
        return [str(conflict)]
    return []
