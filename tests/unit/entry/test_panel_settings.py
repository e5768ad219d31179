"""What the owner sets of the panel reaches the adapter, or is refused with its name."""

import json

import pytest

from orbit_adapters.marzban.settings import MarzbanConnection
from orbit_entry.config.panel import PanelFields

REQUIRED = {"ORBIT_PANEL_URL": "https://panel.example.org:8000", "ORBIT_PANEL_PASSWORD": "canary-password"}


def connection(given: dict[str, str]) -> MarzbanConnection:
    """How the panel of these settings is reached."""
    first = PanelFields.model_validate(given).first_panel
    assert first is not None
    assert isinstance(first.connection, MarzbanConnection)
    return first.connection


def test_a_shop_may_have_all_its_panels_in_the_database() -> None:
    """With off there is no panel in the settings, and no password is asked for; without off there must be one."""
    assert PanelFields.model_validate({"ORBIT_PANEL_URL": "off"}).first_panel is None
    with pytest.raises(ValueError, match="is missing"):
        PanelFields.model_validate({"ORBIT_PANEL_URL": "https://panel.example.org:8000"})


def test_subscription_links_begin_with_the_address_that_is_set() -> None:
    """Without the setting customers' links begin with the panel's own address."""
    assert connection(REQUIRED).links_base_url == "https://panel.example.org:8000"
    own = {"ORBIT_PANEL_SUBSCRIPTION_URL": "https://keys.example.org/"}
    assert connection(REQUIRED | own).links_base_url == "https://keys.example.org"


def test_everything_in_the_node_map_is_used() -> None:
    """Tags, region, room and exclusion of a node are what the adapter works with."""
    node = {"inbound_tags": ["VLESS FRA"], "region": "eu", "capacity": 500, "excluded": True}
    (known,) = connection(REQUIRED | {"ORBIT_PANEL_NODES": json.dumps({"Frankfurt": node})}).nodes.values()
    assert known.model_dump(mode="json") == node


@pytest.mark.parametrize("node", [{"capcity": 5}, {"capacity": -1}, {"capacity": "many"}, {"excluded": "perhaps"}])
def test_what_can_t_be_used_is_refused(node: dict[str, object]) -> None:
    """A misspelt or senseless word in the node map stops the start instead of being ignored."""
    with pytest.raises(ValueError, match="ORBIT_PANEL_NODES"):
        PanelFields.model_validate(REQUIRED | {"ORBIT_PANEL_NODES": json.dumps({"Frankfurt": node})})
