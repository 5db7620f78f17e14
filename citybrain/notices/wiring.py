"""What the notices app plugs into the kernel: its pages in the menu, and deputyships as subjects."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.notices.policies import deputyship_policy
from citybrain.registry import MenuItem, Subject

registry.subjects.add(
    "organizations.Deputyship",
    Subject(_("AB角代理"), lambda deputyship: reverse("notices:deputies"), deputyship_policy),
)
for item in (
    MenuItem("home", _("工作台"), _("待办事项"), "home", "list-check"),
    MenuItem("inbox", _("工作台"), _("消息通知"), "notices:inbox", "bell"),
    MenuItem("deputies", _("工作台"), _("AB角代理"), "notices:deputies", "users"),
):
    registry.menu.add(item.code, item)
