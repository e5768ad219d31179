"""The bot and the people behind it: its token, the owner, the support account."""

import re

from pydantic import BaseModel, Field, SecretStr, field_validator

from orbit_domain.ids import TelegramId

_BOT_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")


class BotFields(BaseModel):
    """Which bot this is, who owns the shop, and whom customers may ask."""

    bot_token: SecretStr = Field(
        validation_alias="BOT_TOKEN",
        description="The bot's token from @BotFather.",
        examples=["123456789:the-letters-and-digits-BotFather-sent-you"],
    )
    owner_id: int | None = Field(
        None,
        validation_alias="ORBIT_OWNER_ID",
        gt=0,
        lt=2**52,
        description="Your Telegram id; alerts about money and panels go there.",
        examples=["123456789"],
    )
    support: str = Field(
        "",
        validation_alias="ORBIT_SUPPORT",
        pattern=r"^(@?[A-Za-z0-9_]{5,32})?$",
        description="The Telegram user name customers may write to. Without it the bot passes questions on to you.",
        examples=["my_shop_support"],
    )

    @field_validator("bot_token")
    @classmethod
    def _has_the_shape_of_a_token(cls, token: SecretStr) -> SecretStr:
        if _BOT_TOKEN.fullmatch(token.get_secret_value()) is None:
            raise ValueError("isn't a bot token: digits, a colon, then at least twenty letters and digits")
        return token

    @property
    def bot_id(self) -> int:
        """The bot's id, which is public."""
        return int(self.bot_token.get_secret_value().partition(":")[0])

    @property
    def owner(self) -> TelegramId | None:
        """The user who gets alerts about unmatched money and about errors."""
        return None if self.owner_id is None else TelegramId(self.owner_id)
