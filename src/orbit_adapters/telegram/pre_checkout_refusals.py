"""Why a payment may not be made, in the words that Telegram shows to the customer."""

from orbit_adapters.telegram.i18n import Translator
from orbit_domain.payment.pre_checkout import PreCheckoutProblem


def pre_checkout_refusal(problem: PreCheckoutProblem, language: str) -> str:
    """What has happened, that nothing was taken, and the next step."""
    return Translator(language).label(f"pre-checkout-{problem.value.replace('_', '-')}")
