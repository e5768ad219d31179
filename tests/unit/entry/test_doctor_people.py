"""The doctor says whether customers can reach a person."""

import pytest

from orbit_entry.config.reading import shop_settings
from orbit_entry.doctor.inside import check_people

GOOD = {
    "BOT_TOKEN": "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "ORBIT_PANEL_URL": "https://panel.example.org:8000/",
    "ORBIT_PANEL_PASSWORD": "canary-panel-password",
    "ORBIT_TON_ADDRESS": "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh",
}


@pytest.mark.parametrize(
    ("owner", "support", "warned"),
    [(None, "", {"owner", "support"}), (None, "shop_help", {"owner"}), (5, "", set()), (5, "shop_help", set())],
)
def test_customers_reach_support_or_the_owner(owner: int | None, support: str, warned: set[str]) -> None:
    """It warns when there is nobody to write to: the owner stands in for a support account that isn't set."""
    settings = shop_settings(GOOD | {"ORBIT_OWNER_ID": owner, "ORBIT_SUPPORT": support})
    assert {check.about for check in check_people(settings) if check.is_warning} == warned
