"""QR codes."""

from io import BytesIO

import segno

MAX_CHARS = 700
_SCALE_PX = 8
_QUIET_MODULES = 4


def qr_png(content: str) -> bytes | None:
    """*content* as a QR code (PNG). None when it is empty or too long for a phone to scan easily."""
    if not 0 < len(content) <= MAX_CHARS:
        return None
    picture = BytesIO()
    segno.make(content, error="m", micro=False).save(picture, kind="png", scale=_SCALE_PX, border=_QUIET_MODULES)
    return picture.getvalue()
