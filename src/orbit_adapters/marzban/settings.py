"""Settings of one Marzban panel."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr


def _plain_url(url: str) -> str:
    """*url* without a trailing slash. Raises ValueError unless it is http(s) with a host and without credentials."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https address such as https://panel.example.com:8000")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must hold no user name, password, query or fragment")
    return url.rstrip("/")


BaseUrl = Annotated[str, AfterValidator(_plain_url)]


class NodeSettings(BaseModel):
    """The owner's settings of one node.

    `inbound_tags` are the inbounds whose hosts point at the node; `capacity` is in users; None means unlimited.
    An excluded node gets no new keys.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inbound_tags: tuple[str, ...] = ()
    region: str | None = None
    capacity: int | None = Field(default=None, ge=0)
    excluded: bool = False


class MarzbanConnection(BaseModel):
    """How the owner says a panel is reached: its address, our login, its nodes.

    `subscription_base_url` is put before relative subscription links; None means `base_url`. `nodes` is keyed
    by the node's name on the panel (`Master` is the panel's own core); a node without tags here gets the inbounds
    whose hosts have its address.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: BaseUrl = Field(description="The panel's address.", examples=["https://panel.example.org:8000"])
    username: str = Field(min_length=1, description="A sudo admin that lives in its database.", examples=["admin"])
    password: SecretStr = Field(min_length=1, description="That admin's password.")
    verify_tls: bool = Field(True, description="Whether its certificate must be good.")
    ca_file: Path | None = Field(
        None, description="A certificate to trust when no public authority has signed its own."
    )
    subscription_base_url: BaseUrl | None = Field(
        None, description="What customers' links begin with, if not base_url."
    )
    nodes: dict[str, NodeSettings] = Field(
        default_factory=dict,
        description="Which inbound tags lead to which node, if their addresses don't say it.",
        examples=['{"Frankfurt": {"inbound_tags": ["VLESS FRA"], "region": "eu", "capacity": 500}}'],
    )

    @property
    def links_base_url(self) -> str:
        """The base URL for relative subscription links."""
        return self.subscription_base_url or self.base_url


class MarzbanSettings(MarzbanConnection):
    """One panel, with its name in the shop. Times are in seconds.

    `attempts` is how often a harmless request is sent.
    """

    panel_id: str = Field(min_length=1)
    timeout_s: float = Field(default=10, gt=0)
    create_timeout_s: float = Field(default=30, gt=0)
    in_flight: int = Field(default=4, ge=1)
    attempts: int = Field(default=3, ge=1)
