"""`python -m tests.support.servers`: which PostgreSQL and Redis the tests would use; exit 1 when none is found."""

import os
import sys
from collections.abc import Iterable

from tests.support.servers.containers import engine_answers
from tests.support.servers.installations import postgres_installations, redis_installations
from tests.support.servers.server_discovery import (
    POSTGRES,
    REDIS,
    Address,
    Engine,
    Installation,
    Kind,
    NoServer,
    choose,
    dotted,
)


def origin(kind: Kind, installations: Iterable[Installation]) -> str:
    """Where the server of this *kind* would come from, in a few words. Raises NoServer."""
    match choose(kind, os.environ, engine_answers, installations):
        case Address():
            return f"{kind.name}: from {kind.variable}"
        case Engine():
            return f"{kind.name}: from Docker"
        case Installation(version=version, origin=found):
            return f"{kind.name} {dotted(version)}: from {found}"


def main() -> int:
    """Print a line for each server. For one that can't be had, the next step goes to the error stream."""
    code = 0
    for kind, installations in ((POSTGRES, postgres_installations()), (REDIS, redis_installations())):
        try:
            print(origin(kind, installations))
        except NoServer as error:
            print(error, file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
