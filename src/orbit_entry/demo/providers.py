"""The payment providers of the demo: each simulator learns where it is served and where its news goes."""

from orbit_adapters.cryptopay.webhook import PATH as CRYPTOPAY_WEBHOOK_PATH
from orbit_adapters.sandbox_bank.webhook import PATH as BANK_WEBHOOK_PATH
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_adapters.yookassa.webhook import webhook_path
from orbit_sandbox.app import BANK_PATH, CRYPTOPAY_PATH, YOOKASSA_PATH
from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN
from orbit_sandbox.sandbox import BOT_USERNAME, Sandbox
from orbit_sandbox.yookassa.sim_yookassa import SECRET_KEY, SHOP_ID

USDT_RUB = "92.50"


def connect_providers(sandbox: Sandbox, address: str, shop_address: str) -> dict[str, str]:
    """Connect the simulators at *address* with the shop at *shop_address*; the shop's settings of them.

    The bank's settings are those of every sandbox shop already.
    """
    yookassa = {
        "ORBIT_YOOKASSA_SHOP_ID": SHOP_ID,
        "ORBIT_YOOKASSA_SECRET_KEY": SECRET_KEY,
        "ORBIT_YOOKASSA_RETURN_URL": f"https://t.me/{BOT_USERNAME}",
        "ORBIT_YOOKASSA_API_URL": address + YOOKASSA_PATH,
        "ORBIT_YOOKASSA_TEST": str(sandbox.yookassa.is_test).lower(),
    }
    cryptopay = {
        "ORBIT_CRYPTOPAY_TOKEN": TOKEN,
        "ORBIT_CRYPTOPAY_NETWORK": "testnet",
        "ORBIT_CRYPTOPAY_API_URL": f"{address}{CRYPTOPAY_PATH}/api",
    }
    usdt = {
        "ORBIT_USDT_TON": "on",
        "ORBIT_USDT_TON_MASTER": sandbox.usdt.master,
        "ORBIT_USDT_TON_RATE": USDT_RUB,
    }
    sandbox.bank.url, sandbox.bank.webhook_url = address + BANK_PATH, shop_address + BANK_WEBHOOK_PATH
    sandbox.cryptopay.page_url = f"{address}{CRYPTOPAY_PATH}/pay/"
    sandbox.cryptopay.webhook_url = shop_address + CRYPTOPAY_WEBHOOK_PATH
    sandbox.yookassa.url = address + YOOKASSA_PATH
    sandbox.yookassa.webhook_url = shop_address + webhook_path(YooKassaSettings.model_validate(yookassa))
    return yookassa | cryptopay | usdt
