"""Who a session or a password belongs to."""

from django.contrib.auth.backends import ModelBackend

from citybrain.organizations.models import User


class AccountBackend(ModelBackend):
    """Django's own; the person comes with their department, which every page asks for."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("department").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
