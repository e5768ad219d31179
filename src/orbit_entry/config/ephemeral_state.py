"""Redis, the rate limit and open dialogs: state that may be lost without harm."""

import re
from datetime import timedelta

from pydantic import BaseModel, Field, SecretStr, field_validator

from orbit_domain.rate_limit.rate_limit import RateLimitPolicy


class EphemeralStateFields(BaseModel):
    """Where ephemeral state is kept, how many requests one user may make, and how long a dialog lasts."""

    redis_url: SecretStr | None = Field(
        None,
        validation_alias="REDIS_URL",
        description="Redis for the cache, the rate limit and dialogs, shared by several processes. Without it: memory.",
        examples=["redis://localhost:6379/0"],
    )
    rate_limit_requests: int = Field(
        20,
        validation_alias="RATE_LIMIT_MAX_REQUESTS",
        ge=1,
        le=10_000,
        description="How many requests one user may make within the window.",
        examples=["20"],
    )
    rate_limit_window_s: int = Field(
        60,
        validation_alias="RATE_LIMIT_TIME_WINDOW",
        ge=1,
        le=86_400,
        description="That window, in seconds.",
        examples=["60"],
    )
    rate_limit_ban_s: int = Field(
        300,
        validation_alias="RATE_LIMIT_BAN_DURATION",
        ge=1,
        le=86_400,
        description="How long a user who makes more gets no answer, in seconds.",
        examples=["300"],
    )
    rate_limit_exempt_admins: bool = Field(
        True,
        validation_alias="RATE_LIMIT_ADMIN_EXEMPT",
        description="Whether the owner and admins are exempt from the limit.",
        examples=["true"],
    )
    dialog_state_ttl_s: int = Field(
        3600,
        validation_alias="REDIS_FSM_STATE_TTL",
        ge=1,
        description="How long an open dialog is kept, in seconds.",
        examples=["3600"],
    )
    dialog_data_ttl_s: int = Field(
        3600,
        validation_alias="REDIS_FSM_DATA_TTL",
        ge=1,
        description="How long what was typed in it is kept, in seconds.",
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
        """How many requests one user may make."""
        window, ban = timedelta(seconds=self.rate_limit_window_s), timedelta(seconds=self.rate_limit_ban_s)
        return RateLimitPolicy(self.rate_limit_requests, window, ban)
