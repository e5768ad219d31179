"""The settings of the sandbox's bank: all of them, or none."""

import pytest
from pydantic import ValidationError

from orbit_entry.config.bank import BankFields

WHOLE = {
    "ORBIT_BANK_URL": "http://127.0.0.1:8090/bank",
    "ORBIT_BANK_KEY": "canary-key-of-the-shop",
    "ORBIT_BANK_WEBHOOK_SECRET": "canary-secret-of-the-shop",
}


def test_the_bank_is_off_unless_it_is_set() -> None:
    """A shop without these settings takes no cards."""
    assert BankFields.model_validate({}).bank is None


def test_all_three_turn_it_on() -> None:
    """With all three the adapter gets them, and nothing shows the secrets."""
    fields = BankFields.model_validate(WHOLE)
    assert fields.bank is not None
    assert (fields.bank.url, fields.bank.shop) == (WHOLE["ORBIT_BANK_URL"], "orbit")
    assert fields.bank.key.get_secret_value() == WHOLE["ORBIT_BANK_KEY"]
    assert "canary" not in repr(fields) + repr(fields.bank)


@pytest.mark.parametrize("left_out", WHOLE)
def test_a_part_of_them_is_refused_by_name(left_out: str) -> None:
    """Whichever is missing, the message names a variable and no value."""
    given = {name: value for name, value in WHOLE.items() if name != left_out}
    with pytest.raises(ValidationError) as caught:
        BankFields.model_validate(given)
    assert any("ORBIT_BANK_URL" in detail["msg"] for detail in caught.value.errors())
    assert "canary" not in "".join(detail["msg"] for detail in caught.value.errors())


@pytest.mark.parametrize(
    "change",
    [
        {"ORBIT_BANK_URL": "http://bank.example.org"},
        {"ORBIT_BANK_URL": "https://user@bank.example.org"},
        {"ORBIT_BANK_KEY": "short"},
        {"ORBIT_BANK_WEBHOOK_SECRET": "short"},
    ],
)
def test_an_unsafe_setting_is_refused(change: dict[str, str]) -> None:
    """Money isn't read over plain http from another machine, and a short secret can be guessed."""
    with pytest.raises(ValidationError) as caught:
        BankFields.model_validate(WHOLE | change)
    assert [detail["loc"] for detail in caught.value.errors()] == [(next(iter(change)),)]
