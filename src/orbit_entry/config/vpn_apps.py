"""The apps that customers are offered to connect with."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, Json, StringConstraints, field_validator, model_validator
from pydantic_settings import NoDecode

from orbit_adapters.vpn_clients.offer import AppOffer, app_offer
from orbit_adapters.vpn_clients.platform import Platform

Page = Annotated[str, StringConstraints(pattern=r"^https://[^\s\"'<>]+$", max_length=300)]
"""An address that a customer's browser opens."""
Pages = dict[str, dict[Platform, list[Page]]]


class VpnAppFields(BaseModel):
    """Which apps the opening page offers, and where they are installed from."""

    vpn_apps: Annotated[Json[dict[Platform, list[str]]], NoDecode] = Field(
        default_factory=dict,
        validate_default=False,
        validation_alias="ORBIT_VPN_APPS",
        description="The apps that customers are offered on ios, android, windows, macos, linux and tv, the first one "
        "first (docs/opening-page.md). What isn't named here keeps its default.",
        examples=['{"ios": ["incy", "happ"], "android": ["happ", "v2rayng"]}'],
    )
    vpn_app_pages: Annotated[Json[Pages], NoDecode] = Field(
        default_factory=dict,
        validate_default=False,
        validation_alias="ORBIT_VPN_APP_PAGES",
        description="Addresses that install an app, where a store has lost or moved it.",
        examples=['{"happ": {"ios": ["https://apps.apple.com/app/id6504287215"]}}'],
    )

    @field_validator("vpn_app_pages")
    @classmethod
    def _are_of_apps(cls, pages: Pages) -> Pages:
        app_offer({}, pages)
        return pages

    @model_validator(mode="after")
    def _can_be_offered(self) -> Self:
        try:
            app_offer(self.vpn_apps, self.vpn_app_pages)
        except ValueError as error:
            raise ValueError(f"ORBIT_VPN_APPS: {error}") from error
        return self

    @property
    def app_offer(self) -> AppOffer:
        """The apps of the opening page."""
        return app_offer(self.vpn_apps, self.vpn_app_pages)
