"""The VPN panel: its address, its admin, its nodes."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, Json, SecretStr, field_validator
from pydantic_settings import NoDecode

from orbit_adapters.marzban.settings import MarzbanSettings, NodeSettings
from orbit_entry.config.urls import Url


class PanelFields(BaseModel):
    """How the panel is reached."""

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
    panel_subscription_url: Url | None = Field(
        None,
        validation_alias="ORBIT_PANEL_SUBSCRIPTION_URL",
        description="The address that customers' subscription links begin with; without it the panel's own.",
        examples=["https://keys.example.org"],
    )
    panel_nodes: Annotated[Json[dict[str, NodeSettings]], NoDecode] = Field(
        default_factory=dict,
        validate_default=False,
        validation_alias="ORBIT_PANEL_NODES",
        description="Which inbound tags lead to which node; without it hosts and nodes are matched by address. "
        "Of each node also: region, capacity (in keys), excluded (no new keys).",
        examples=['{"Frankfurt": {"inbound_tags": ["VLESS FRA"], "region": "eu", "capacity": 500}}'],
    )

    @field_validator("panel_ca_file")
    @classmethod
    def _is_there(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_file():
            raise ValueError("there is no such file")
        return file

    @property
    def panel(self) -> MarzbanSettings:
        """The settings of the panel adapter."""
        return MarzbanSettings(
            panel_id="main",
            base_url=self.panel_url,
            username=self.panel_username,
            password=self.panel_password,
            ca_file=self.panel_ca_file,
            subscription_base_url=self.panel_subscription_url,
            nodes=self.panel_nodes,
        )
