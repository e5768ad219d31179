"""Everything the owner sets. `.env.example` is generated from here, so each field says what it is for."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, Json, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from orbit_adapters.marzban.settings import MarzbanSettings, NodeSettings
from orbit_adapters.rates.settings import RatesSettings
from orbit_adapters.ton.address import AddressError, Network, TonAddress
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.ids import TelegramId
from orbit_entry.config.ephemeral_state import EphemeralStateSettings

_BOT_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_URL = re.compile(r"https?://[^\s/@?#]+(/[^\s?#]*)?")


def _url(text: str) -> str:
    if _URL.fullmatch(text) is None:
        raise ValueError("isn't an http or https address without a user name in it")
    return text.rstrip("/")


def _https_url(text: str) -> str:
    """Telegram pushes over https only; a stand-in on this machine may do without."""
    if not text.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError("must begin with https://")
    return _url(text)


Url = Annotated[str, AfterValidator(_url)]
HttpsUrl = Annotated[str, AfterValidator(_https_url)]


class Settings(EphemeralStateSettings):
    """What a running shop needs: the bot's token, the owner, a panel, and a wallet to be paid to."""

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
        description="The Telegram user name customers may write to.",
        examples=["my_shop_support"],
    )
    panel_url: Url = Field(
        validation_alias="ORBIT_PANEL_URL",
        description="The address of your Marzban panel.",
        examples=["https://panel.example.org:8000"],
    )
    panel_username: str = Field(
        "admin",
        validation_alias="ORBIT_PANEL_USERNAME",
        min_length=1,
        description="A sudo admin that lives in the panel's database.",
        examples=["admin"],
    )
    panel_password: SecretStr = Field(
        validation_alias="ORBIT_PANEL_PASSWORD",
        description="That admin's password.",
        examples=["the-password-of-that-admin"],
    )
    panel_ca_file: Path | None = Field(
        None,
        validation_alias="ORBIT_PANEL_CA_FILE",
        description="A certificate to trust when no public authority has signed the panel's own.",
        examples=["/etc/orbit/panel-ca.pem"],
    )
    panel_nodes: Annotated[Json[dict[str, NodeSettings]], NoDecode] = Field(
        default_factory=dict,
        validate_default=False,
        validation_alias="ORBIT_PANEL_NODES",
        description="Which inbound tags lead to which node; without it hosts and nodes are matched by address.",
        examples=['{"Frankfurt": {"inbound_tags": ["VLESS FRA"], "region": "eu"}}'],
    )
    ton_network: Network = Field(
        Network.MAINNET,
        validation_alias="ORBIT_TON_NETWORK",
        description="`mainnet` or `testnet`.",
        examples=["mainnet"],
    )
    ton_address: str = Field(
        validation_alias="ORBIT_TON_ADDRESS",
        description="The TON wallet customers pay to. Only watched: nobody ever asks for its keys.",
        examples=["UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh"],
    )
    ton_api_url: Url | None = Field(
        None,
        validation_alias="ORBIT_TON_API_URL",
        description="Another toncenter v3 endpoint than the network's public one.",
        examples=["https://toncenter.com/api/v3"],
    )
    ton_api_key: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_TON_API_KEY",
        description="A toncenter key; without one a single request a second is allowed.",
        examples=["the-key-from-the-toncenter-bot"],
    )
    ton_rate_rub: str | None = Field(
        None,
        validation_alias="ORBIT_TON_RATE_RUB",
        pattern=r"^[0-9]{1,9}(\.[0-9]{1,8})?$",
        description="A fixed price of one coin in roubles. Without it two public sources are asked.",
        examples=["250.50"],
    )
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
    web_host: str = Field(
        "127.0.0.1",
        validation_alias="ORBIT_WEB_HOST",
        min_length=1,
        description="Where the web door (webhook, health) listens.",
        examples=["127.0.0.1"],
    )
    web_port: int = Field(
        8080,
        validation_alias="ORBIT_WEB_PORT",
        ge=0,
        le=65535,
        description="The web door's port; 0 takes a free one.",
        examples=["8080"],
    )
    log_level: str = Field(
        "info",
        validation_alias="ORBIT_LOG_LEVEL",
        pattern=r"^(debug|info|warning|error)$",
        description="`debug`, `info`, `warning` or `error`.",
        examples=["info"],
    )

    @field_validator("bot_token")
    @classmethod
    def _has_the_shape_of_a_token(cls, token: SecretStr) -> SecretStr:
        if _BOT_TOKEN.fullmatch(token.get_secret_value()) is None:
            raise ValueError("isn't a bot token: digits, a colon, then at least twenty letters and digits")
        return token

    @field_validator("webhook_secret")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if secret is None and info.data.get("webhook_url") is not None:
            raise ValueError("is missing; ORBIT_WEBHOOK_URL needs it")
        if secret is not None and _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()) is None:
            raise ValueError("must be 16 to 256 letters, digits, _ or -")
        return secret

    @field_validator("ton_rate_rub")
    @classmethod
    def _is_worth_something(cls, rate: str | None) -> str | None:
        if rate is not None and not rate.strip("0."):
            raise ValueError("must be more than nothing")
        return rate

    @field_validator("panel_ca_file")
    @classmethod
    def _is_there(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_file():
            raise ValueError("there is no such file")
        return file

    @field_validator("ton_address")
    @classmethod
    def _is_an_address(cls, address: str, info: ValidationInfo) -> str:
        network = info.data.get("ton_network", Network.MAINNET)
        try:
            TonAddress.parse(address, network)
        except AddressError as error:
            raise ValueError(f"isn't an address of the {network}: {error}") from None
        return address

    @property
    def panel(self) -> MarzbanSettings:
        """The panel's part."""
        return MarzbanSettings(
            panel_id="main",
            base_url=self.panel_url,
            username=self.panel_username,
            password=self.panel_password,
            ca_file=self.panel_ca_file,
            nodes=self.panel_nodes,
        )

    @property
    def ton(self) -> TonSettings:
        """The wallet's part."""
        return TonSettings(
            address=self.ton_address, network=self.ton_network, api_url=self.ton_api_url, api_key=self.ton_api_key
        )

    @property
    def rates(self) -> RatesSettings:
        """The rates' part: a price in roubles is counted in kopecks there."""
        price = self.ton_rate_rub
        return RatesSettings(kopecks_per_coin=None if price is None else format(Decimal(price) * 100, "f"))

    @property
    def owner(self) -> TelegramId | None:
        """Who is told about money that is nobody's, and about trouble."""
        return None if self.owner_id is None else TelegramId(self.owner_id)
