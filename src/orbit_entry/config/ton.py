"""The TON wallet customers pay to, and the API through which the chain is read."""

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from orbit_adapters.ton.address import AddressError, Network, TonAddress
from orbit_adapters.ton.settings import TonSettings
from orbit_entry.config.urls import SafeUrl


class TonFields(BaseModel):
    """Which wallet on which network, and where its transactions are read."""

    ton_network: Network = Field(
        Network.MAINNET,
        validation_alias="ORBIT_TON_NETWORK",
        description="`mainnet` or `testnet`.",
        examples=["mainnet"],
    )
    ton_address: str = Field(
        validation_alias="ORBIT_TON_ADDRESS",
        description="The TON wallet customers pay to. Orbit only reads it and never asks for its keys.",
        examples=["UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh"],
    )
    ton_api_url: SafeUrl | None = Field(
        None,
        validation_alias="ORBIT_TON_API_URL",
        description="Another toncenter v3 endpoint than the network's public one: https, or http on this machine.",
        examples=["https://toncenter.com/api/v3"],
    )
    ton_api_key: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_TON_API_KEY",
        description="A toncenter key; without one a single request a second is allowed.",
        examples=["the-key-from-the-toncenter-bot"],
    )

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
    def ton(self) -> TonSettings:
        """The settings of the TON adapter."""
        return TonSettings(
            address=self.ton_address, network=self.ton_network, api_url=self.ton_api_url, api_key=self.ton_api_key
        )
