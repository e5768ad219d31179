"""Telegram's question before it takes a customer's Stars. The answer is given here: it is good for ten seconds."""

from aiogram import Bot, Router
from aiogram.types import PreCheckoutQuery
from dishka import FromDishka

from orbit_adapters.telegram.refusals import pre_checkout_refusal
from orbit_domain.ids import TelegramId
from orbit_domain.payment.pre_checkout import PreCheckout
from orbit_domain.use_cases.answer_pre_checkout import AnswerPreCheckout
from orbit_domain.user.user import language_for
from orbit_entry.bot.money_updates import source_name


def routes() -> Router:
    """The one route for questions before a payment."""
    router = Router(name="pre_checkout")
    router.pre_checkout_query.register(answer)
    return router


async def answer(query: PreCheckoutQuery, bot: Bot, answer_pre_checkout: FromDishka[AnswerPreCheckout]) -> None:
    """Say yes, or no with the reason in the customer's language. Without an answer Telegram takes nothing."""
    answered = await answer_pre_checkout(_asked(query, bot.id))
    language = answered.payer.language if answered.payer else language_for(query.from_user.language_code)
    refusal = pre_checkout_refusal(answered.problem, language) if answered.problem else None
    await query.answer(ok=refusal is None, error_message=refusal)


def _asked(query: PreCheckoutQuery, bot_id: int) -> PreCheckout:
    return PreCheckout(
        source=source_name(bot_id),
        query_id=query.id,
        payer=TelegramId(query.from_user.id),
        invoice_id=query.invoice_payload,
        currency=query.currency,
        units=query.total_amount,
        payload=query.model_dump_json(exclude_none=True),
    )
