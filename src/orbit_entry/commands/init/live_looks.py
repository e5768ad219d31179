"""What `orbit init` looks at while it asks: the panel and the wallet, by the checks that the doctor has for them."""

import asyncio
from collections.abc import Mapping, Sequence

import httpx
from pydantic import SecretStr, ValidationError

from orbit_adapters.marzban.settings import MarzbanConnection
from orbit_adapters.payment_plugin.plugin import CheckTools
from orbit_adapters.secret_box.secret_box import SecretBox
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.ton.check import check_chain
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.ids import PanelId
from orbit_domain.money import BASE_CURRENCIES, BaseCurrency
from orbit_entry.config.panel import ConfiguredPanel, PanelFields
from orbit_entry.config.panel_plugins import installed_families
from orbit_entry.doctor.check_result import CheckResult, run_check
from orbit_entry.doctor.panels import check_panel
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.runtime.panel_families import PanelFamilies


def look_at_panel(values: Mapping[str, str]) -> Sequence[CheckResult]:
    """The doctor's lines about the panel that *values* lead to, its nodes among them."""
    try:
        fields = PanelFields.model_validate(dict(values))
    except ValidationError as error:
        return (CheckResult("panel", False, f"{error.error_count()} settings of the panel aren't right", "see .env"),)
    connection = MarzbanConnection(
        base_url=fields.panel_url,
        username=fields.panel_username,
        password=fields.panel_password or SecretStr(""),
        ca_file=fields.panel_ca_file,
        subscription_base_url=fields.panel_subscription_url,
        nodes=fields.panel_nodes,
    )
    panel = ConfiguredPanel(PanelId("main"), "marzban", connection)

    async def look() -> Sequence[CheckResult]:
        async with httpx.AsyncClient() as http:
            return await check_panel(panel, "panel", PanelFamilies(installed_families(), _no_box), SystemClock(), http)

    return asyncio.run(look())


def look_at_wallet(values: Mapping[str, str], currency: str) -> Sequence[CheckResult]:
    """The doctor's lines about the chain and the wallet on it."""
    names = {str(field.validation_alias) for field in TonSettings.model_fields.values() if field.validation_alias}
    try:
        settings = TonSettings.model_validate({name: value for name, value in values.items() if name in names})
    except ValidationError as error:
        return (CheckResult("ton", False, f"{error.error_count()} settings of TON aren't right", "see .env"),)

    async def look() -> Sequence[CheckResult]:
        async with httpx.AsyncClient() as http:
            tools = CheckTools(http, SystemClock(), BaseCurrency(BASE_CURRENCIES[currency]), _no_telegram)

            async def check() -> Sequence[CheckResult]:
                seen = await check_chain(settings, tools)
                return [CheckResult(one.name, one.ok, one.seen, one.remedy, one.is_warning) for one in seen]

            return await run_check("ton", check, "check the network and ORBIT_TON_API_URL")

    return asyncio.run(look())


def _no_box() -> SecretBox:
    raise CannotStart("The panel of the settings has no stored secrets.", "orbit panel add")


async def _no_telegram(_method: str) -> None:
    return None
