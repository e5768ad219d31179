"""Steps of a walk that customers and providers make: pay in every wrong way, and take money back past the shop."""

from random import Random

from orbit_domain.payment.payment import STARS_METHOD, Payment, PaymentStatus
from orbit_domain.payment.pre_checkout import PreCheckout
from tests.integration.all_gateways.walk import CUSTOMERS, Walk

_LOOK_ALIKES = str.maketrans("OBCETHPKMAX", "ОВСЕТНРКМАХ")
_WORDS = ("", "for the vpn", "ORB0000000000", "спасибо", "42")


async def pay(walk: Walk, chance: Random) -> None:
    """Pay exactly, a half, twice, or a unit less or more: early, late, after it was cancelled, or once again."""
    payment = await walk.a_payment(chance)
    if payment is None:
        return
    due = payment.quote.due.units
    kind, units = chance.choice(
        (("exact", due), ("exact", due), ("half", max(1, due // 2)), ("double", 2 * due), ("short", max(1, due - 1)),
         ("over", due + 1))
    )  # fmt: skip
    if payment.method == STARS_METHOD:
        kind, units = "exact", due  # Nothing else can be paid in Telegram.
        if not await _is_approved(walk, chance, payment):
            return
    is_late = not payment.is_open or walk.mixed.world.clock.now() > payment.expires_at
    walk.way_of(payment).pay(payment, units)
    walk.reached[f"paid {kind}{' late' if is_late else ''} by {payment.method}"] += 1


async def _is_approved(walk: Walk, chance: Random, payment: Payment) -> bool:
    """Telegram asks first; after a yes it takes the Stars, or the customer thinks better of it."""
    question = _question(payment, chance, payer=payment.tg_id, units=payment.quote.due.units)
    answer = await walk.shop.answer_pre_checkout(question)
    walk.reached[f"pre-checkout: {answer.problem or 'yes'}"] += 1
    return answer.problem is None and chance.random() < 0.9


async def ask_wrongly(walk: Walk, chance: Random) -> None:
    """A pre-checkout for a foreign, changed or unknown request is never approved."""
    payment = await walk.a_payment(chance, STARS_METHOD)
    if payment is None:
        return
    due = payment.quote.due.units
    stranger = chance.choice([one for one in CUSTOMERS if one != payment.tg_id])
    wrong = chance.choice(
        (
            _question(payment, chance, payer=stranger, units=due),
            _question(payment, chance, payer=payment.tg_id, units=due + chance.choice((-1, 1))),
            _question(payment, chance, payer=payment.tg_id, units=due, name=f"{chance.getrandbits(128):032x}"),
            _question(payment, chance, payer=payment.tg_id, units=due, currency="USD"),
        )
    )
    answer = await walk.shop.answer_pre_checkout(wrong)
    assert answer.problem is not None, f"approved: {wrong}"
    walk.reached[f"pre-checkout: {answer.problem}"] += 1


def _question(
    payment: Payment, chance: Random, payer: int, units: int, name: str | None = None, currency: str = "XTR"
) -> PreCheckout:
    query = f"{chance.getrandbits(60)}"
    return PreCheckout(
        "telegram:424242", query, payer, name or payment.external_id or "", currency, units, f'{{"id": "{query}"}}'
    )  # type: ignore[arg-type]


async def pay_nameless(walk: Walk, chance: Random) -> None:
    """Money without a comment, with none of ours, or with one in letters that only look alike."""
    payment = await walk.a_payment(chance)
    words = chance.choice(_WORDS)
    if payment is not None and chance.random() < 0.4:
        words = payment.comment.translate(_LOOK_ALIKES)
    way = chance.choice(walk.mixed.ways)
    known = len(way.arrivals())
    way.pay_nameless(chance.randint(1, 50_000), words)
    walk.nameless.update(f"{one.source}|{one.external_id}" for one in way.arrivals()[known:])
    walk.reached[f"nameless by {way.method}"] += 1


async def pay_in_another_asset(walk: Walk, chance: Random) -> None:
    """Another currency than was asked for is never taken for it."""
    payment = await walk.a_payment(chance)
    if payment is not None:
        walk.way_of(payment).pay_in_another_asset(payment)
        walk.reached["another asset"] += 1


async def take_back(walk: Walk, chance: Random) -> None:
    """Somebody gives money back in the provider's own cabinet."""
    payment = await walk.a_payment(chance)
    if payment is not None and payment.status is PaymentStatus.CONFIRMED and payment.id not in walk.refunds:
        walk.way_of(payment).take_back(payment)
        walk.taken_back.add(payment.id)
        walk.reached["taken back past the shop"] += 1


async def hear_news(walk: Walk, chance: Random) -> None:
    """News comes now, again, in another order, or never."""
    told = [(way, body) for way in walk.mixed.ways if way.webhook for body in way.news()]
    if told:
        way, body = chance.choice(told[-4:] if chance.random() < 0.7 else told)
        for _ in range(chance.choice((1, 1, 2))):
            walk.reached[f"webhook {await walk.hear(way, body)}"] += 1
