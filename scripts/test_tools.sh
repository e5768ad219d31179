#!/usr/bin/env bash
# Brings what the tests need from the system and pip cannot give. Silent when everything is there.
set -euo pipefail

ensure_chromium() {
    if command -v chromium >/dev/null; then
        return
    fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Chromium for the browser tests (once, a minute or two)." >&2
        local log
        log=$(mktemp)
        export DEBIAN_FRONTEND=noninteractive
        if apt-get update -qq >"$log" 2>&1 &&
            apt-get install -y -qq --no-install-recommends \
                chromium chromium-driver fonts-liberation fonts-noto-color-emoji >>"$log" 2>&1 &&
            command -v chromium >/dev/null; then
            rm -f "$log"
            return
        fi
        tail -n 20 "$log" >&2
        rm -f "$log"
    fi
    cat >&2 <<'WORDS'
The browser tests need Chromium as `chromium` on PATH, and it is not there. No test was run.
Next: Debian: sudo apt-get install chromium chromium-driver; elsewhere: install Chromium and put a link
named `chromium` to it on PATH. To run the rest meanwhile: make unit
WORDS
    return 1
}

ensure_chromium
