"""Settings of payments through the sandbox's bank."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from orbit_adapters.payment_plugin.setting_types import SafeUrl


class SandboxBankSettings(BaseModel):
    """The bank's address and this shop's account there.

    `shop` is the account's own name, which the bank shows in its answers: it names the source, so a new key changes
    nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    url: SafeUrl = Field(
        validation_alias="ORBIT_BANK_URL",
        description="The sandbox's bank, to try card payments out; not for real money. Needs the two below.",
        examples=["http://127.0.0.1:8090/bank"],
    )
    key: SecretStr = Field(
        validation_alias="ORBIT_BANK_KEY",
        min_length=16,
        description="The shop's key at the sandbox's bank.",
        examples=["the-key-from-the-sandbox"],
    )
    webhook_secret: SecretStr = Field(
        validation_alias="ORBIT_BANK_WEBHOOK_SECRET",
        min_length=16,
        description="What the sandbox's bank signs its webhooks with; it sends them to /pay/bank.",
        examples=["a-long-random-word"],
    )
    shop: str = Field(default="orbit", pattern=r"^[a-z0-9-]{1,40}$")
    timeout_s: float = Field(default=5.0, gt=0, le=60)
