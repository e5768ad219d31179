"""Which of our transfers a token transfer that came back was.

What bounces says number and amount, and comes from the receiver's token wallet, which doesn't say whose it is and has
no contract to ask when it was never made. So the order is looked for in our own history, right before it came back.
"""

from collections.abc import Sequence

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Message, Transaction
from orbit_adapters.ton.indexes import Index
from orbit_adapters.ton.jetton_transfer import CarriedTokens, carried_tokens
from orbit_domain.payment.source import SourceUnavailable

LOOK_BACK = 100
"""A transfer bounces within seconds: so many transactions of ours don't happen meanwhile."""

Carried = tuple[TonAddress, CarriedTokens]


def came_back(row: Transaction) -> Carried | None:
    """From which token wallet tokens came back in *row*, and how many; None when none did."""
    message = row.in_msg
    if message is None or message.source is None or not message.bounced or not row.is_executed:
        return None
    carried = carried_tokens(message.body)
    return None if carried is None else (message.source, carried)


async def order_of(back: Carried, row: Transaction, index: Index) -> Transaction | None:
    """The transaction that sent what came *back* in *row*; None when it isn't among the last ones before it.

    Raises SourceUnavailable also when *index* shows another history than the one that led to *row*.
    """
    return _order_among(await index.before(row.account, row.lt, LOOK_BACK), back, row)


def _order_among(earlier: Sequence[Transaction], back: Carried, row: Transaction) -> Transaction | None:
    """Of several alike, the newest that hasn't come back before. *earlier* are newest first."""
    later, returned = row, 0
    for one in earlier:
        if (one.lt, one.tx_hash) != (later.prev_lt, later.prev_hash):
            raise SourceUnavailable("what was sent before it came back is not shown")
        if came_back(one) == back:
            returned += 1
        elif one.is_executed and any(_carried(message) == back for message in one.out_msgs):
            if not returned:
                return one
            returned -= 1
        later = one
    if later.prev_lt and len(earlier) < LOOK_BACK:
        raise SourceUnavailable("what was sent before it came back is not shown")
    return None


def _carried(message: Message) -> Carried | None:
    carried = None if message.destination is None else carried_tokens(message.body)
    return None if message.destination is None or carried is None else (message.destination, carried)
