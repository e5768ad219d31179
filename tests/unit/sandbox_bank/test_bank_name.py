"""The bank has a name in every language; a method without a text is shown by its id."""

import pytest

from orbit_adapters.telegram.i18n import Translator
from orbit_domain.payment.payment import TON_METHOD


@pytest.mark.parametrize(("language", "name"), [("ru", "Карта (песочница)"), ("en", "Bank card (sandbox)")])
def test_the_bank_says_that_it_is_a_sandbox(language: str, name: str) -> None:
    """No customer takes the sandbox's bank for one with real money."""
    translate = Translator(language)
    assert translate.method("bank") == name
    assert (translate.method(TON_METHOD), translate.method("some_bank")) == ("TON (GRAM)", "Some bank")
