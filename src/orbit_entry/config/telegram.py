"""The Bot API, and how updates come from it: by polling, or pushed to a webhook."""

import re

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from orbit_entry.config.urls import HttpsUrl, Url

_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


class TelegramFields(BaseModel):
    """Which Bot API server, and the webhook if there is one."""

    telegram_api_url: Url = Field(
        "https://api.telegram.org",
        validation_alias="ORBIT_TELEGRAM_API_URL",
        description="A Bot API server of your own.",
        examples=["https://api.telegram.org"],
    )
    webhook_url: HttpsUrl | None = Field(
        None,
        validation_alias="ORBIT_WEBHOOK_URL",
        description="The public address that Telegram pushes updates to. Without it the bot polls.",
        examples=["https://shop.example.org"],
    )
    webhook_secret: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_WEBHOOK_SECRET",
        validate_default=True,
        description="16 to 256 letters, digits, `_` or `-` that prove an update comes from Telegram.",
        examples=["a-long-random-word"],
    )

    @field_validator("webhook_secret")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if secret is None and info.data.get("webhook_url") is not None:
            raise ValueError("is missing; ORBIT_WEBHOOK_URL needs it")
        if secret is not None and _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()) is None:
            raise ValueError("must be 16 to 256 letters, digits, _ or -")
        return secret
