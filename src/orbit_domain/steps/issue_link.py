"""A customer's own link is made, or made anew."""

from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.storage import Transaction
from orbit_domain.subscription_link.link import (
    TOKEN_BITS,
    LinkStamp,
    SubscriptionLink,
    new_token,
    token_hash,
    token_purpose,
)
from orbit_domain.subscription_link.ports import Seal


async def issue_link(
    tx: Transaction, ids: Ids, seal: Seal, tg_id: TelegramId, now: datetime, *, instead_of: LinkStamp | None = None
) -> SubscriptionLink:
    """The link of the customer, made if there is none, or if the one there has the stamp *instead_of*.

    Raises NoSuchUser.
    """
    await tx.users.lock(tg_id)
    there = await tx.subscription_links.get(tg_id)
    if there is not None and there.stamp != instead_of:
        return there
    token = new_token(ids.bits(TOKEN_BITS))
    link = SubscriptionLink(tg_id, token_hash(token), seal.seal(token.encode(), token_purpose(tg_id)), now)
    await tx.subscription_links.put(link)
    return link
