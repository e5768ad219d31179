"""What makes a shop quick, and keeps it so when somebody asks for too much."""

import re
from datetime import timedelta

from pydantic import Field, SecretStr, field_validator

from orbit_domain.rate_limit.rate_limit import RateLimitPolicy
from orbit_entry.config.database import DatabaseSettings


class EphemeralStateSettings(DatabaseSettings):
    """Redis and the flood limit."""

    redis_url: SecretStr | None = Field(
        None,
        validation_alias="REDIS_URL",
        description="Redis for cache, flood limit and dialogs that several processes share. Without it: memory.",
        examples=["redis://localhost:6379/0"],
    )
    flood_requests: int = Field(
        20,
        validation_alias="RATE_LIMIT_MAX_REQUESTS",
        ge=1,
        le=10_000,
        description="How many requests one user may make within the window.",
        examples=["20"],
    )
    flood_window_s: int = Field(
        60,
        validation_alias="RATE_LIMIT_TIME_WINDOW",
        ge=1,
        le=86_400,
        description="That window, in seconds.",
        examples=["60"],
    )
    flood_ban_s: int = Field(
        300,
        validation_alias="RATE_LIMIT_BAN_DURATION",
        ge=1,
        le=86_400,
        description="How long somebody who asks for more isn't answered, in seconds.",
        examples=["300"],
    )
    flood_spares_admins: bool = Field(
        True,
        validation_alias="RATE_LIMIT_ADMIN_EXEMPT",
        description="Whether owner and admins are never limited.",
        examples=["true"],
    )
    dialog_state_ttl_s: int = Field(
        3600,
        validation_alias="REDIS_FSM_STATE_TTL",
        ge=1,
        description="How long an open dialog is remembered, in seconds.",
        examples=["3600"],
    )
    dialog_data_ttl_s: int = Field(
        3600,
        validation_alias="REDIS_FSM_DATA_TTL",
        ge=1,
        description="How long what was typed in it is remembered, in seconds.",
        examples=["3600"],
    )

    @field_validator("redis_url")
    @classmethod
    def _is_a_redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and re.match(r"(rediss?|unix)://", url.get_secret_value()) is None:
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return url

    @property
    def rate_limit(self) -> RateLimitPolicy:
        """How much one user may ask for."""
        window, ban = timedelta(seconds=self.flood_window_s), timedelta(seconds=self.flood_ban_s)
        return RateLimitPolicy(self.flood_requests, window, ban)
