"""What the shop knows of money that a customer misses, in words."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_asset_amount
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screens.buttons import lines
from orbit_domain.notice.questions import MoneySeen, PaymentFacts, PaymentSeen

_STATES = frozenset({"pending", "confirmed", "expired", "cancelled"})
_COMMENT_CHARS = 60


def facts_text(facts: PaymentFacts, translate: Translator) -> Html:
    """For the staff: what the customer was asked for, and money without an owner near it."""
    asked = [_payment(one, translate) for one in facts.payments] or [translate("facts-no-payments")]
    near = [translate("facts-nearby"), *(_money(one, translate) for one in facts.nearby)] if facts.nearby else []
    return lines(translate("facts"), *asked, *near)


def _payment(one: PaymentSeen, translate: Translator) -> Html:
    state = one.status if one.status in _STATES else "expired"
    return translate(
        "facts-payment",
        amount=format_asset_amount(one.asset, one.units, translate.language),
        method=translate.method(one.method),
        state=translate.label(f"payment-state-{state}"),
        moment=translate.moment(one.created_at),
        comment=code(one.comment, _COMMENT_CHARS) if one.comment else translate("no-comment"),
    )


def _money(one: MoneySeen, translate: Translator) -> Html:
    return translate(
        "facts-money",
        amount=format_asset_amount(one.asset, one.units, translate.language),
        moment=translate.moment(one.occurred_at),
        comment=code(one.comment, _COMMENT_CHARS) if one.comment.strip() else translate("no-comment"),
    )
