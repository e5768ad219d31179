"""The first VPN panel: its address, its admin, its nodes. More of them are in the database (`orbit panel add`)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, Json, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from orbit_adapters.marzban.settings import MarzbanConnection, NodeSettings
from orbit_domain.ids import PanelId
from orbit_entry.config.urls import Url, plain_url

OFF = "off"


def _url_or_off(text: str) -> str:
    return OFF if text == OFF else plain_url(text)


@dataclass(frozen=True, slots=True)
class ConfiguredPanel:
    """A panel that the settings name: its id in the shop, its family, and how it is reached."""

    panel_id: PanelId
    kind: str
    connection: BaseModel


class PanelFields(BaseModel):
    """How the panel is reached."""

    panel_url: Annotated[str, AfterValidator(_url_or_off)] = Field(
        validation_alias="ORBIT_PANEL_URL",
        description="The address of your Marzban panel; off: all panels were added with orbit panel add.",
        examples=["https://panel.example.org:8000"],
    )
    panel_username: str = Field(
        "admin",
        validation_alias="ORBIT_PANEL_USERNAME",
        min_length=1,
        description="A sudo admin that lives in the panel's database.",
        examples=["admin"],
    )
    panel_password: SecretStr | None = Field(
        None,
        validate_default=True,
        validation_alias="ORBIT_PANEL_PASSWORD",
        description="That admin's password.",
        examples=["the-password-of-that-admin"],
        json_schema_extra={"goes_first": True},
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

    @field_validator("panel_password")
    @classmethod
    def _is_there_unless_off(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if not password and info.data.get("panel_url") != OFF:
            raise ValueError("is missing")
        return password

    @property
    def first_panel(self) -> ConfiguredPanel | None:
        """The panel of the settings. None: they name none."""
        if self.panel_url == OFF or self.panel_password is None:
            return None
        connection = MarzbanConnection(
            base_url=self.panel_url,
            username=self.panel_username,
            password=self.panel_password,
            ca_file=self.panel_ca_file,
            subscription_base_url=self.panel_subscription_url,
            nodes=self.panel_nodes,
        )
        return ConfiguredPanel(PanelId("main"), "marzban", connection)
