"""Departments, the people in them, the groups that hold their rights, and their deputies."""

from citybrain.organizations.models.department import (
    Department,
    DepartmentChange,
    DepartmentGroupObjectPermission,
    DepartmentUserObjectPermission,
)
from citybrain.organizations.models.people import Deputyship, RoleGroup, User
from citybrain.organizations.models.token import ApiToken

__all__ = [
    "ApiToken",
    "Department",
    "DepartmentChange",
    "DepartmentGroupObjectPermission",
    "DepartmentUserObjectPermission",
    "Deputyship",
    "RoleGroup",
    "User",
]
