"""Applications, what was granted on them, the services that serve it, and every use on record."""

from sharing.models.application import ApplicationItem, ExtensionRequest, ShareApplication
from sharing.models.attachment import Attachment, AttachmentContent, FileKind
from sharing.models.authorization import Authorization, AuthorizationItem
from sharing.models.backend import ServiceBackend
from sharing.models.basket import BasketLine
from sharing.models.call import ServiceCall
from sharing.models.code import AuthorizationCode, CodeNetwork, UsedNonce
from sharing.models.correction import (
    CorrectionLine,
    CorrectionRequest,
    OpenRedelivery,
    Redelivery,
)
from sharing.models.daily import DailyUse
from sharing.models.developer import (
    Developer,
    DeveloperKey,
    DeveloperLetter,
    DeveloperSession,
)
from sharing.models.dispute import Dispute, ExpertOpinion
from sharing.models.exchange import ExchangePackage, ExchangePlan
from sharing.models.guidance import GuidanceTicket
from sharing.models.limit import RowLimit
from sharing.models.matter import RightsMatter
from sharing.models.open_call import OpenCall, OpenDailyUse
from sharing.models.operation import (
    MaintenanceWindow,
    ServiceAvailability,
    ServiceEnd,
    ServiceHealth,
    ServiceVersion,
)
from sharing.models.paper import AnswerPaper, PaperKind
from sharing.models.returnflow import ReturnNeed, ReturnPackage, ReturnPart, ReturnReceipt
from sharing.models.rights import Undertaking, UseReminder, UseReport
from sharing.models.service import HostedDataset, HostedRow, InterfaceService
from sharing.models.unsaved import UnsavedApplication
from sharing.models.upload import DataUpload

__all__ = [
    "AnswerPaper",
    "ApplicationItem",
    "Attachment",
    "AttachmentContent",
    "Authorization",
    "AuthorizationCode",
    "AuthorizationItem",
    "BasketLine",
    "CodeNetwork",
    "CorrectionLine",
    "CorrectionRequest",
    "DailyUse",
    "DataUpload",
    "Developer",
    "DeveloperKey",
    "DeveloperLetter",
    "DeveloperSession",
    "Dispute",
    "ExchangePackage",
    "ExchangePlan",
    "ExpertOpinion",
    "ExtensionRequest",
    "FileKind",
    "GuidanceTicket",
    "HostedDataset",
    "HostedRow",
    "InterfaceService",
    "MaintenanceWindow",
    "OpenCall",
    "OpenDailyUse",
    "OpenRedelivery",
    "PaperKind",
    "Redelivery",
    "ReturnNeed",
    "ReturnPackage",
    "ReturnPart",
    "ReturnReceipt",
    "RightsMatter",
    "RowLimit",
    "ServiceAvailability",
    "ServiceBackend",
    "ServiceCall",
    "ServiceEnd",
    "ServiceHealth",
    "ServiceVersion",
    "ShareApplication",
    "Undertaking",
    "UnsavedApplication",
    "UseReminder",
    "UseReport",
    "UsedNonce",
]
