"""The verbs of the notices app."""

from citybrain.notices.services.deputyship import cancel_deputy, name_deputy
from citybrain.notices.services.escalation import escalate
from citybrain.notices.services.mail import deliver_digests, deliver_pending
from citybrain.notices.services.notice import mark_all_read, mark_read, people_to_tell, tell
from citybrain.notices.services.preference import set_preference
from citybrain.notices.services.reminder import remind

__all__ = [
    "cancel_deputy",
    "deliver_digests",
    "deliver_pending",
    "escalate",
    "mark_all_read",
    "mark_read",
    "name_deputy",
    "people_to_tell",
    "remind",
    "set_preference",
    "tell",
]
