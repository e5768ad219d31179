"""Who must be recorded before whom: a referrer stands before everybody they invited."""

from collections.abc import Mapping


def in_order(referrers: Mapping[int, int | None]) -> tuple[list[int], list[int]]:
    """Everybody in *referrers* (user → who invited them), inviters first; and those whose invitation closes a circle.

    An inviter who isn't in the mapping counts as none. The time taken grows with the number of users alone.
    """
    ordered: dict[int, None] = {}
    circular = []
    for user in referrers:
        chain: dict[int, None] = {}
        at: int | None = user
        while at is not None and at in referrers and at not in ordered:
            if at in chain:
                circular.append(next(reversed(chain)))
                break
            chain[at] = None
            at = referrers[at]
        ordered.update(dict.fromkeys(reversed(chain)))
    return list(ordered), circular
