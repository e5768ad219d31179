"""Pictures that a camera reads."""

from io import BytesIO

import segno

MOST_CHARS = 700
_SCALE_PX = 8
_QUIET_MODULES = 4


def qr_png(content: str) -> bytes | None:
    """*content* as a QR picture (PNG); None when there is nothing to show or more than a phone reads easily."""
    if not 0 < len(content) <= MOST_CHARS:
        return None
    picture = BytesIO()
    segno.make(content, error="m", micro=False).save(picture, kind="png", scale=_SCALE_PX, border=_QUIET_MODULES)
    return picture.getvalue()
