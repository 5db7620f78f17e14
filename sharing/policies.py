"""Who sees and who may handle applications, authorizations, services and calls."""

from django.db.models import Q

from catalog.choices import EntryState
from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy
from sharing.models import (
    Authorization,
    DataUpload,
    ExtensionRequest,
    InterfaceService,
    ServiceCall,
    ShareApplication,
)

# Signed and sent: from then on the provider and the bureau may know of an application.
DELIVERED = Q(submitted_at__isnull=False)


def city_readers(actor: Actor) -> bool:
    """Those who follow the whole city's sharing: the bureau, supervision and audit."""
    return actor.scope("supervise").everywhere or actor.scope("read_everything").everywhere


class ApplicationPolicy(Policy[ShareApplication]):
    """The applicant sees its own; the provider and the bureau only once it has been signed."""

    model = ShareApplication
    verbs = {
        "apply": Holds("apply_sharing"),
        "sign": Holds("sign_applications"),
        "answer": Holds("answer_applications", "provider"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or actor.scope("read_everything").everywhere:
            return EVERYTHING
        own = actor.scope("view_sharing")
        seen = own.q() | (own.q("provider") & DELIVERED)
        return seen | DELIVERED if city_readers(actor) else seen

    def sees_inside(self, actor: Actor, application: ShareApplication) -> bool:
        """Whether what happened before the signature may be shown: the applicant's own people."""
        return (
            actor.is_system
            or actor.may("view_sharing", application.department_id)
            or actor.scope("read_everything").everywhere
        )


class ExtensionPolicy(Policy[ExtensionRequest]):
    model = ExtensionRequest
    verbs = {
        "ask": Holds("answer_applications", "application.provider"),
        "consent": Holds("consent_extensions", "application.provider"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or city_readers(actor):
            return EVERYTHING
        scope = actor.scope("view_sharing")
        return scope.q("application__provider") | scope.q("application__department")


class AuthorizationPolicy(Policy[Authorization]):
    """Both sides see an authorization; the bureau and audit see all."""

    model = Authorization
    verbs = {
        "use": Holds("use_authorizations", "consumer"),
        "control": Holds("answer_applications", "provider"),
        "coordinate": Holds("coordinate_sharing", "provider"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or city_readers(actor):
            return EVERYTHING
        scope = actor.scope("view_sharing")
        return scope.q("consumer") | scope.q("provider")


class CallPolicy(Policy[ServiceCall]):
    """Each side sees its own part of the record: what it called, what was called of its own."""

    model = ServiceCall
    verbs = {}

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or city_readers(actor):
            return EVERYTHING
        scope = actor.scope("view_sharing")
        return scope.q("consumer") | scope.q("provider")


class ServicePolicy(Policy[InterfaceService]):
    """A service is seen by whoever sees its entry: everybody while it is published."""

    model = InterfaceService
    verbs = {
        "host": Holds("host_data", "entry.department"),
        "coordinate": Holds("coordinate_sharing", "entry.department"),
    }

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or city_readers(actor):
            return EVERYTHING
        own = actor.scope("view_sharing").q("entry__department")
        return own | Q(entry__state=EntryState.PUBLISHED)


class UploadPolicy(Policy[DataUpload]):
    """An upload holds rows as they are: it is for those who provide them, and for audit."""

    model = DataUpload
    verbs = {"host": Holds("host_data", "entry.department")}

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        own = actor.scope("host_data").q("entry__department")
        return own | actor.scope("read_everything").q("entry__department")


application_policy = ApplicationPolicy()
extension_policy = ExtensionPolicy()
authorization_policy = AuthorizationPolicy()
call_policy = CallPolicy()
service_policy = ServicePolicy()
upload_policy = UploadPolicy()
