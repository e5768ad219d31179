"""Who invited whom: a code in a deep link, recorded once, rewarded elsewhere and later."""

from orbit_domain.ids import TelegramId

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_CODE_MAX_CHARS = 13
_LARGEST_ID = 2**52 - 1


def referral_code(tg_id: TelegramId) -> str:
    """The code *tg_id* invites with: the id in base 36."""
    number, code = int(tg_id), ""
    while number:
        number, digit = divmod(number, 36)
        code = _DIGITS[digit] + code
    return code or "0"


def inviter_of(code: str | None, newcomer: TelegramId) -> TelegramId | None:
    """The user whose invitation *code* is. None when it is garbled, or the newcomer's own."""
    if not code or len(code) > _CODE_MAX_CHARS or not set(code) <= set(_DIGITS):
        return None
    inviter = TelegramId(int(code, 36))
    if inviter == newcomer or not 0 < inviter <= _LARGEST_ID or referral_code(inviter) != code:
        return None
    return inviter
