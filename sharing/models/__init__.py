"""Applications, what was granted on them, the services that serve it, and every use on record."""

from sharing.models.application import ApplicationItem, ExtensionRequest, ShareApplication
from sharing.models.authorization import Authorization, AuthorizationCode, AuthorizationItem
from sharing.models.call import ServiceCall
from sharing.models.correction import CorrectionRequest
from sharing.models.daily import DailyUse
from sharing.models.service import HostedDataset, HostedRow, InterfaceService
from sharing.models.upload import DataUpload

__all__ = [
    "ApplicationItem",
    "Authorization",
    "AuthorizationCode",
    "AuthorizationItem",
    "CorrectionRequest",
    "DailyUse",
    "DataUpload",
    "ExtensionRequest",
    "HostedDataset",
    "HostedRow",
    "InterfaceService",
    "ServiceCall",
    "ShareApplication",
]
