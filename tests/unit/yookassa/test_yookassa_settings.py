"""The settings of YooKassa: what they need, and that no error shows a value."""

import pytest
from pydantic import ValidationError

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.yookassa.plugin import PLUGIN
from orbit_adapters.yookassa.settings import YooKassaSettings

WHOLE = {
    "ORBIT_YOOKASSA_SHOP_ID": "123456",
    "ORBIT_YOOKASSA_SECRET_KEY": "canary-key-of-the-shop",
    "ORBIT_YOOKASSA_RETURN_URL": "https://t.me/canary_bot",
}
RECEIPTS = {"ORBIT_YOOKASSA_RECEIPT_VAT_CODE": "1", "ORBIT_YOOKASSA_RECEIPT_EMAIL": "canary@example.org"}


def wrong(given: dict[str, str]) -> set[object]:
    """The variables that are named as wrong, in errors that show no value."""
    with pytest.raises(ValidationError) as caught:
        YooKassaSettings.model_validate(given)
    assert "canary" not in "".join(detail["msg"] for detail in caught.value.errors())
    return {detail["loc"][0] for detail in caught.value.errors()}


def test_three_are_enough() -> None:
    """A live shop at the public address, without receipts; nothing shows the key."""
    settings = YooKassaSettings.model_validate(WHOLE)
    assert (settings.is_test, settings.vat_code, settings.api_url) == (False, None, "https://api.yookassa.ru/v3")
    assert "canary-key" not in repr(settings)


def test_every_variable_can_be_set() -> None:
    """Test shop, receipts, tax system and another address are strings, as the environment gives them."""
    more = {"ORBIT_YOOKASSA_TEST": "true", "ORBIT_YOOKASSA_RECEIPT_TAX_SYSTEM": "2"}
    settings = YooKassaSettings.model_validate(
        {**WHOLE, **RECEIPTS, **more, "ORBIT_YOOKASSA_API_URL": "http://127.0.0.1:8090/yookassa/"}
    )
    assert (settings.is_test, settings.vat_code, settings.receipt_email) == (True, 1, "canary@example.org")
    assert (settings.tax_system, settings.api_url) == (2, "http://127.0.0.1:8090/yookassa")


@pytest.mark.parametrize("left_out", WHOLE)
def test_a_missing_one_is_named(left_out: str) -> None:
    """Whichever is missing, its variable is named."""
    assert wrong({name: value for name, value in WHOLE.items() if name != left_out}) == {left_out}


@pytest.mark.parametrize(
    "change",
    [
        {"ORBIT_YOOKASSA_SHOP_ID": "canary shop"},
        {"ORBIT_YOOKASSA_SECRET_KEY": "canary"},
        {"ORBIT_YOOKASSA_RETURN_URL": "http://canary.example"},
        {"ORBIT_YOOKASSA_API_URL": "https://canary@api.yookassa.ru"},
        {"ORBIT_YOOKASSA_TEST": "canary"},
        {"ORBIT_YOOKASSA_RECEIPT_EMAIL": "canary@example.org"},
        {"ORBIT_YOOKASSA_RECEIPT_TAX_SYSTEM": "2"},
        RECEIPTS | {"ORBIT_YOOKASSA_RECEIPT_EMAIL": "canary"},
    ],
)
def test_an_unsafe_or_useless_setting_is_refused(change: dict[str, str]) -> None:
    """An address that isn't safe, a key that is too short, and receipts without a VAT code are named."""
    assert wrong(WHOLE | change) == {list(change)[-1]}


def test_receipts_need_an_address() -> None:
    """A VAT code alone can't make a receipt: the message says which variable is missing."""
    with pytest.raises(ValidationError, match="needs ORBIT_YOOKASSA_RECEIPT_EMAIL"):
        YooKassaSettings.model_validate(WHOLE | {"ORBIT_YOOKASSA_RECEIPT_VAT_CODE": "1"})


@pytest.mark.parametrize(("language", "name"), [("ru", "Карта, СБП, SberPay"), ("en", "Card, SBP, SberPay")])
def test_its_method_has_a_name(language: str, name: str) -> None:
    """A customer reads what he can pay with, not who takes the money."""
    assert [Translator(language).method(method) for method in PLUGIN.methods] == [name]
