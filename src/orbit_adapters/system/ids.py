"""Identifiers and randomness from the operating system."""

import secrets
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7


class SystemIds:
    """The port `Ids`: version 7 identifiers sort by creation time, so rows stay in order."""

    def uuid(self) -> UUID:
        """A new identifier (RFC 9562, version 7)."""
        return uuid7()

    def secret(self) -> UUID:
        """A random identifier (version 4) that reveals nothing."""
        return uuid4()

    def bits(self, count: int) -> int:
        """*count* unpredictable bits."""
        return secrets.randbits(count)
