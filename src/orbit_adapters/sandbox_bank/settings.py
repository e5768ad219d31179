"""Settings of payments through the sandbox's bank."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

LoopbackOrHttpsUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https://[^\s?#@]+|http://(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(/[^\s?#@]*)?)$"
    ),
]
"""Whoever can change the answers on their way decides what was paid: http stays on this machine."""


class SandboxBankSettings(BaseModel):
    """The bank's address and this shop's account there.

    `shop` is the account's own name, which the bank shows in its answers: it names the source, so a new key changes
    nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: LoopbackOrHttpsUrl
    key: SecretStr = Field(min_length=16)
    webhook_secret: SecretStr = Field(min_length=16)
    shop: str = Field(default="orbit", pattern=r"^[a-z0-9-]{1,40}$")
    timeout_s: float = Field(default=5.0, gt=0, le=60)
