"""The sandbox's bank: card payments for trying the shop out. No real money can be paid there."""

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from orbit_adapters.sandbox_bank.settings import SandboxBankSettings
from orbit_entry.config.urls import SafeUrl

_MIN_CHARS = 16


class BankFields(BaseModel):
    """Where the sandbox's bank is, and the shop's account there: all three, or none."""

    bank_url: SafeUrl | None = Field(
        None,
        validation_alias="ORBIT_BANK_URL",
        description="The sandbox's bank, to try card payments out; not for real money. Needs the two below.",
        examples=["http://127.0.0.1:8090/bank"],
    )
    bank_key: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_BANK_KEY",
        validate_default=True,
        description="The shop's key at the sandbox's bank.",
        examples=["the-key-from-the-sandbox"],
    )
    bank_webhook_secret: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_BANK_WEBHOOK_SECRET",
        validate_default=True,
        description="What the sandbox's bank signs its webhooks with; it sends them to /pay/bank.",
        examples=["a-long-random-word"],
    )

    @field_validator("bank_key", "bank_webhook_secret")
    @classmethod
    def _comes_with_the_bank(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "bank_url" not in info.data:
            return secret  # The address is wrong, which is said of the address.
        if secret is None and info.data["bank_url"] is not None:
            raise ValueError("is missing; ORBIT_BANK_URL needs it")
        if secret is not None and info.data["bank_url"] is None:
            raise ValueError("is of no use without ORBIT_BANK_URL")
        if secret is not None and len(secret.get_secret_value()) < _MIN_CHARS:
            raise ValueError(f"must have at least {_MIN_CHARS} characters")
        return secret

    @property
    def bank(self) -> SandboxBankSettings | None:
        """The settings of the bank's adapter; None: the shop takes no cards."""
        if self.bank_url is None or self.bank_key is None or self.bank_webhook_secret is None:
            return None
        return SandboxBankSettings(url=self.bank_url, key=self.bank_key, webhook_secret=self.bank_webhook_secret)
