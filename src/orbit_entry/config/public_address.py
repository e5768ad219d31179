"""Where customers' apps reach the shop's own subscription links."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, ValidationInfo, field_validator

from orbit_adapters.vpn_clients.deep_links import is_importable
from orbit_domain.subscription_link.link import LINK_PATH
from orbit_entry.config.urls import HttpsUrl

_Title = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]+$")]
_SERVERS = ("postgres://", "postgresql://", "postgresql+asyncpg://")


class PublicAddressFields(BaseModel):
    """The public address of the shop's web server, and what its subscriptions are called."""

    public_url: HttpsUrl | None = Field(
        None,
        validation_alias="ORBIT_PUBLIC_URL",
        description="The public address of the shop's web server. With it customers get a subscription link of the "
        "shop's own, which outlives any panel; without it the panel's.",
        examples=["https://keys.example.org"],
    )
    subscription_title: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]+$")] = (
        Field(
            "Orbit",
            validation_alias="ORBIT_SUBSCRIPTION_TITLE",
            min_length=1,
            max_length=25,
            description="What apps call the subscription: the name of your shop, at most 25 characters.",
            examples=["My VPN"],
        )
    )

    device_limit: int | None = Field(
        None,
        validation_alias="ORBIT_DEVICE_LIMIT",
        ge=1,
        le=1000,
        description="On how many devices a customer may use the shop's own link, as far as apps name them. "
        "Without it devices aren't counted. Without ORBIT_PUBLIC_URL panels that can limit them are asked to.",
        examples=["5"],
    )

    @field_validator("public_url")
    @classmethod
    def _can_be_sealed(cls, url: str | None, info: ValidationInfo) -> str | None:
        """Several machines may share a database on a server, and a key in one's folder is no good for the others."""
        database = info.data.get("database_url")
        on_a_server = database is not None and database.get_secret_value().startswith(_SERVERS)
        if url is not None and on_a_server and info.data.get("secret_keys") is None:
            raise ValueError("needs ORBIT_SECRET_KEYS too: links are stored sealed")
        if url is not None and not is_importable(f"{url}{LINK_PATH}/token"):
            raise ValueError("may have letters, digits, '.', '_', '-' and '/' only: apps read nothing else alike")
        return url
