"""Roles: whether the owner of an account sees and manages those of others too."""

from typing import Final

ADMIN: Final = "admin"
MEMBER: Final = "member"
ROLES: Final = (MEMBER, ADMIN)
