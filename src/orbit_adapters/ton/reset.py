"""Where reading a chain may continue after it contradicted itself."""

from collections.abc import Awaitable, Callable, Sequence

from orbit_adapters.ton.position import ChainPosition
from orbit_domain.payment.source import Cursor, ResetRefused, SourceReset
from orbit_domain.payment.source_record import SourceRecord

ShownAt = Callable[[int], Awaitable[ChainPosition | None]]


async def plan_reset(
    shown_at: ShownAt,
    newest: Callable[[], Awaitable[Cursor]],
    before: Cursor,
    recorded: Sequence[SourceRecord],
    at: str | None,
) -> SourceReset:
    """Continue at the lt *at*, or at the newest of *before* and *recorded* that is shown with the same hash now.

    Without one reading continues after the newest transaction that is shown. Raises ResetRefused.
    """
    stands = ChainPosition.parse(before.position)
    known = [ChainPosition.parse(record.position) for record in recorded]
    older = [position for position in known if position.lt < stands.lt]
    if at is not None:
        return await _at(shown_at, at, before, stands, older)
    for position in (stands, *older):
        if await shown_at(position.lt) == position:
            return SourceReset(before, Cursor(before.source, str(position)), None)
    after = await newest()
    last = ChainPosition.parse(after.position).lt
    return SourceReset(before, after, (str(stands.lt if last > stands.lt else 0), str(last)))


async def _at(
    shown_at: ShownAt, at: str, before: Cursor, stands: ChainPosition, older: Sequence[ChainPosition]
) -> SourceReset:
    lt = int(at) if at.isascii() and at.isdigit() else -1
    shown = await shown_at(lt)
    if shown is None:
        raise ResetRefused(f"no transaction with lt {at} is shown now")
    after = Cursor(before.source, str(shown))
    if lt > stands.lt:
        return SourceReset(before, after, (str(stands.lt), str(lt)))
    known = {position.lt: position for position in (*older, stands)}
    is_proved = known.get(lt, shown) == shown
    return SourceReset(before, after, None if is_proved else (str(lt - 1), str(lt)))
