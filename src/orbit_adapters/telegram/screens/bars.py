"""How much of something is done, as squares."""

_SQUARES = 10


def bar(done: int, of: int) -> str:
    """Ten squares, as many of them filled as tenths are done. Nothing to do is all done."""
    filled = min(_SQUARES, done * _SQUARES // of) if of else _SQUARES
    return "▓" * filled + "░" * (_SQUARES - filled)
