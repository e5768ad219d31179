"""Settings of payments through YooKassa."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from orbit_adapters.payment_plugin.setting_types import SafeUrl

_NEEDS_VAT_CODE = "needs ORBIT_YOOKASSA_RECEIPT_VAT_CODE"
_NEEDS_EMAIL = "ORBIT_YOOKASSA_RECEIPT_VAT_CODE needs ORBIT_YOOKASSA_RECEIPT_EMAIL"


class YooKassaSettings(BaseModel):
    """The shop's account at YooKassa. `title` begins the description that the customer's bank shows.

    Whether money is real is what the owner says here (`is_test`), never what a payment says of itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    shop_id: str = Field(
        validation_alias="ORBIT_YOOKASSA_SHOP_ID",
        pattern=r"^[0-9]{1,20}$",
        description="The shop's number at YooKassa: cards, SBP and SberPay, in roubles. Needs the two below.",
        examples=["123456"],
    )
    secret_key: SecretStr = Field(
        validation_alias="ORBIT_YOOKASSA_SECRET_KEY",
        min_length=16,
        description="The shop's secret key from YooKassa's cabinet. With a new key the webhook's address changes.",
        examples=["the-secret-key-from-the-cabinet"],
    )
    return_url: SafeUrl = Field(
        validation_alias="ORBIT_YOOKASSA_RETURN_URL",
        description="Where YooKassa leads the customer afterwards: the link of your bot.",
        examples=["https://t.me/your_bot"],
    )
    is_test: bool = Field(
        default=False,
        validation_alias="ORBIT_YOOKASSA_TEST",
        description="`true` for a test shop, whose payments are not real money. Test payments count nowhere else.",
        examples=["true"],
    )
    vat_code: int | None = Field(
        default=None,
        validation_alias="ORBIT_YOOKASSA_RECEIPT_VAT_CODE",
        ge=1,
        le=12,
        description="YooKassa's number of your VAT rate: sends receipts (54-FZ) with payments. Needs the one below.",
        examples=["1"],
    )
    receipt_email: str | None = Field(
        default=None,
        validation_alias="ORBIT_YOOKASSA_RECEIPT_EMAIL",
        validate_default=True,
        pattern=r"^[!-?A-~]{1,64}@[0-9A-Za-z.-]{1,189}$",
        description="Where the receipts are sent: an address of the shop, since the bot knows none of its customers'.",
        examples=["receipts@example.org"],
    )
    tax_system: int | None = Field(
        default=None,
        validation_alias="ORBIT_YOOKASSA_RECEIPT_TAX_SYSTEM",
        ge=1,
        le=6,
        description="YooKassa's number of your tax system, where a receipt has to name it.",
        examples=["2"],
    )
    keeps_cards: bool = Field(
        default=False,
        validation_alias="ORBIT_YOOKASSA_RENEWALS",
        description="`true` once YooKassa has allowed your shop recurring payments: customers may renew by card.",
        examples=["true"],
    )
    api_url: SafeUrl = Field(
        default="https://api.yookassa.ru/v3",
        validation_alias="ORBIT_YOOKASSA_API_URL",
        description="Another address of the API: https, or http on this machine.",
        examples=["https://api.yookassa.ru/v3"],
    )
    title: str = Field(default="VPN", min_length=1, max_length=32)
    timeout_s: float = Field(default=10.0, gt=0, le=60)

    @field_validator("receipt_email")
    @classmethod
    def _goes_with_the_vat_code(cls, email: str | None, info: ValidationInfo) -> str | None:
        if "vat_code" in info.data and (email is None) != (info.data["vat_code"] is None):
            raise ValueError(_NEEDS_EMAIL if email is None else _NEEDS_VAT_CODE)
        return email

    @field_validator("tax_system")
    @classmethod
    def _is_for_receipts(cls, tax_system: int | None, info: ValidationInfo) -> int | None:
        if tax_system is not None and info.data.get("vat_code", 1) is None:
            raise ValueError(_NEEDS_VAT_CODE)
        return tax_system
