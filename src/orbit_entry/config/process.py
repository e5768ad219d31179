"""One process: its role, its web server, its logs."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field


class ProcessRole(StrEnum):
    """What a process does: the bot handles updates, the worker runs the periodic jobs, the web role only serves HTTP.

    Every process answers health requests, whatever its roles.
    """

    BOT = "bot"
    WORKER = "worker"
    WEB = "web"


ProcessRoles = frozenset[ProcessRole]
"""The roles of one process."""

ALL_ROLES: ProcessRoles = frozenset(ProcessRole)
WEB_ONLY: ProcessRoles = frozenset({ProcessRole.WEB})

NEEDS_OWNER = 78
"""How a process ends that only its owner can mend (EX_CONFIG of sysexits.h): to start it again changes nothing."""


class ProcessFields(BaseModel):
    """Where the web server of a process listens, and what the process logs."""

    web_host: str = Field(
        "127.0.0.1",
        validation_alias="ORBIT_WEB_HOST",
        min_length=1,
        description="Where the web server (webhook, health) listens.",
        examples=["127.0.0.1"],
    )
    web_port: int = Field(
        8080,
        validation_alias="ORBIT_WEB_PORT",
        ge=0,
        le=65535,
        description="The web server's port; 0 takes a free one.",
        examples=["8080"],
    )
    log_level: str = Field(
        "info",
        validation_alias="ORBIT_LOG_LEVEL",
        pattern=r"^(debug|info|warning|error)$",
        description="`debug`, `info`, `warning` or `error`.",
        examples=["info"],
    )
    log_format: Literal["json", "console"] = Field(
        "json",
        validation_alias="ORBIT_LOG_FORMAT",
        description="`json`, a line for each event, or `console`, which is easier to read.",
        examples=["console"],
    )
