"""Gifts as their giver sees them: the plans to give, one gift with its link and card, and what became of all."""

from urllib.parse import quote, urlencode

from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.callbacks import SeeCheckout, SeePlans
from orbit_adapters.telegram.gift_callbacks import (
    AskGiftMessage,
    AskGiveUpGift,
    DropGiftMessage,
    GivePlan,
    GiveUpGift,
    OfferGifts,
    SeeGift,
    SeeGifts,
    SendGiftCard,
)
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code, escape_html
from orbit_adapters.telegram.screen import Row, Screen, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row, lines, paragraphs, plans_row
from orbit_domain.gift.gift import MESSAGE_CHARS, Gift
from orbit_domain.ids import GiftCode
from orbit_domain.order.order import Order, OrderState
from orbit_domain.steps.find_gift import GivenGift
from orbit_domain.use_cases.give_up_gift import GivenUpGift
from orbit_domain.use_cases.list_plans import Offer, PlanList
from orbit_domain.use_cases.show_gift import GiftList, GiftView

NAME_CHARS = 64


def gift_plans_screen(plans: PlanList) -> Screen:
    """The plans that can be given, each with its price, and the way to the gifts that were given."""
    translate = Translator(plans.user.language)
    gifts_row = tap(translate.label("b-my-gifts"), SeeGifts())
    if not plans.offers:
        return Screen(translate("plans-none"), keyboard(gifts_row, back_row(translate, SeePlans())))
    return Screen(
        translate("gift-plans"),
        keyboard(
            *(tap(_offer_label(offer, translate), GivePlan(offer.plan.code, plans.nonce)) for offer in plans.offers),
            gifts_row,
            back_row(translate, SeePlans()),
        ),
    )


def gift_screen(view: GiftView, bot_username: str) -> Screen:
    """One gift. While somebody may take it: its link, and ways to send it."""
    translate, order = Translator(view.user.language), view.order
    back = back_row(translate, SeeGifts())
    if order.is_to_take and view.code is not None:
        return Screen(
            paragraphs(
                translate("gift-ready", title=_title(order, translate), link=code(gift_link(view.code, bot_username))),
                _words(view.gift, translate),
            ),
            keyboard(*_sending_rows(view, view.code, bot_username, translate), *_own_rows(order, translate), back),
        )
    if order.is_to_take:
        text = translate("gift-unreadable", title=_title(order, translate))
        return Screen(text, keyboard(*_own_rows(order, translate), back))
    if order.is_open:
        text = paragraphs(translate("gift-open", title=_title(order, translate)), _words(view.gift, translate))
        pay_row = tap(translate.label("b-gift-pay", price=order.price), SeeCheckout(order.id))
        return Screen(text, keyboard(pay_row, _message_row(order, translate), back_row(translate, OfferGifts())))
    return Screen(paragraphs(_over(view, translate), _words(view.gift, translate)), keyboard(back))


def gift_card_screen(view: GiftView, bot_username: str) -> Screen:
    """What the giver forwards: who gives what, the words, and the link. Without a link it is the gift's own screen."""
    if view.code is None:
        return gift_screen(view, bot_username)
    translate = Translator(view.user.language)
    url = gift_link(view.code, bot_username)
    return Screen(
        paragraphs(
            translate("gift-card", title=_title(view.order, translate)),
            _signed(view.gift),
            translate("gift-card-link", link=escape_html(url)),
        ),
        keyboard(link(translate.label("b-open-gift"), url), home_row(translate)),
        kept=True,
    )


def gifts_screen(gifts: GiftList) -> Screen:
    """What was given, and what became of it."""
    translate = Translator(gifts.user.language)
    give_row = tap(translate.label("b-give"), OfferGifts())
    if not gifts.gifts:
        return Screen(translate("gifts-none"), keyboard(give_row, home_row(translate)))
    return Screen(
        paragraphs(translate("gifts"), lines(*(_line(one, translate) for one in gifts.gifts))),
        keyboard(
            *(tap(_gift_label(one.order, translate), SeeGift(one.order.id)) for one in gifts.gifts),
            give_row,
            back_row(translate, SeePlans()),
        ),
    )


def ask_gift_message_screen(view: GiftView) -> Screen:
    """Ask for the words, and show those that are there."""
    translate = Translator(view.user.language)
    drop_row = tap(translate.label("b-gift-no-message"), DropGiftMessage(view.order.id)) if view.gift.message else ()
    order = view.order
    back: Callback = SeeCheckout(order.id) if order.is_open else SeeGift(order.id)
    return Screen(
        paragraphs(translate("gift-ask-message", maximum=MESSAGE_CHARS), _words(view.gift, translate)),
        keyboard(drop_row, back_row(translate, back)),
    )


def ask_give_up_screen(view: GiftView) -> Screen:
    """What giving up means, and the button that does it. A gift that is over is shown as it is."""
    if not view.order.is_to_take:
        return gift_screen(view, "")
    translate = Translator(view.user.language)
    text = translate("gift-ask-give-up", title=_title(view.order, translate), price=view.order.price)
    give_up_row = tap(translate.label("b-gift-give-up-now"), GiveUpGift(view.order.id))
    return Screen(text, keyboard(give_up_row, back_row(translate, SeeGift(view.order.id))))


def given_up_screen(given_up: GivenUpGift) -> Screen:
    """The price is back, and the link opens nothing any more."""
    translate, order = Translator(given_up.user.language), given_up.order
    text = translate("gift-given-up", title=_title(order, translate), price=order.price, balance=given_up.user.balance)
    return Screen(text, keyboard(plans_row(translate), back_row(translate, SeeGifts())))


def gift_link(gift_code: GiftCode, bot_username: str) -> str:
    """The address that opens the gift."""
    return f"https://t.me/{bot_username}?start=gift_{gift_code}"


def gift_row(order: Order, translate: Translator) -> Row:
    """The button that shows the giver this gift."""
    return tap(translate.label("b-gift"), SeeGift(order.id))


def quoted(gift: Gift) -> Html:
    """The giver's own words; empty when there are none."""
    return Html(f"<i>{escape_html(gift.message, MESSAGE_CHARS)}</i>") if gift.message else Html("")


def _signed(gift: Gift) -> Html:
    """The words and the giver's name."""
    return lines(quoted(gift), escape_html(gift.giver_name, NAME_CHARS))


def _words(gift: Gift, translate: Translator) -> Html:
    return lines(translate("gift-words"), quoted(gift)) if gift.message else Html("")


def _title(order: Order, translate: Translator) -> str:
    return translate.plan_title(order.terms.titles, order.terms.code)


def _offer_label(offer: Offer, translate: Translator) -> str:
    title = translate.plan_title(offer.plan.terms.titles, offer.plan.code)
    return translate.label("b-offer", title=title, price=offer.price)


def _sending_rows(view: GiftView, gift_code: GiftCode, bot_username: str, translate: Translator) -> tuple[Row, ...]:
    url = gift_link(gift_code, bot_username)
    # The giver's words aren't in it: Telegram takes no button with so long an address.
    shared = urlencode({"url": url, "text": translate.label("gift-share")}, quote_via=quote)
    return (
        link(translate.label("b-share"), f"https://t.me/share/url?{shared}"),
        tap(translate.label("b-gift-card"), SendGiftCard(view.order.id)),
        copy(translate.label("b-copy-link"), url),
    )


def _own_rows(order: Order, translate: Translator) -> tuple[Row, Row]:
    """A gift that was free has no price to give back."""
    give_up = () if order.price.is_zero else tap(translate.label("b-gift-give-up"), AskGiveUpGift(order.id))
    return _message_row(order, translate), give_up


def _message_row(order: Order, translate: Translator) -> Row:
    return tap(translate.label("b-gift-message"), AskGiftMessage(order.id))


def _over(view: GiftView, translate: Translator) -> Html:
    order, title = view.order, _title(view.order, translate)
    if order.state is OrderState.REFUNDED:
        return translate("gift-refunded", title=title)
    if order.taken is None:
        return translate("checkout-cancelled", title=title)
    return translate("gift-taken-by", title=title, name=_taker(view.gift, translate), day=order.taken.at)


def _taker(gift: Gift, translate: Translator) -> Html:
    return escape_html(gift.taker_name, NAME_CHARS) or Html(translate("gift-somebody"))


def _state(order: Order) -> str:
    if order.state is OrderState.REFUNDED:
        return "refunded"
    return "waits" if order.taken is None else "taken"


def _line(given: GivenGift, translate: Translator) -> Html:
    order = given.order
    day = order.taken.at if order.taken is not None else order.paid_at or order.created_at
    name = _taker(given.gift, translate)
    return translate(f"gift-line-{_state(order)}", title=_title(order, translate), name=name, day=day)


def _gift_label(order: Order, translate: Translator) -> str:
    day = translate.day(order.paid_at or order.created_at)
    return translate.label(f"b-gift-{_state(order)}", title=_title(order, translate), day=day)
