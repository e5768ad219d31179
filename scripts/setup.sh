#!/usr/bin/env bash
# Builds .venv from a lock file: `scripts/setup.sh runtime` or `scripts/setup.sh dev`.
# Safe to stop and to repeat: the stamp file that make reads is written last.
set -euo pipefail
cd "$(dirname "$0")/.."

# A Python >= 3.11 that can make virtual environments; 3.11 first, because the locks were tried with it.
find_python() {
    local candidate
    for candidate in ${PYTHON:-python3.11 python3 python3.12 python3.13 python3.14 python}; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    cat >&2 <<'TEXT'
Orbit needs Python 3.11 or newer with its venv module, and none was found. Nothing was changed.
Next: install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.11),
or name it: make setup PYTHON=/path/to/python3.11
TEXT
    return 1
}

# An incomplete or moved environment is created again, not repaired.
ensure_environment() {
    if [ "$(.venv/bin/python -c 'import pip, sys; print(sys.prefix)' 2>/dev/null)" = "$PWD/.venv" ]; then
        return
    fi
    local python
    python=$(find_python) && rm -rf .venv && "$python" -m venv .venv
}

# Without bytecode: pip makes it file by file on one processor (see compile_all).
install() {
    if ! .venv/bin/python -m pip install --disable-pip-version-check --no-compile -qq "$@"; then
        cat >&2 <<'TEXT'
A package could not be installed; pip's error is above. The packages of before still work.
Next: check the network (or pip's own settings for a proxy or a mirror) and run the same command again.
TEXT
        return 1
    fi
}

# The bytecode of all packages and of Orbit, on all processors: otherwise every process of the tests makes the same anew.
# What isn't Python, such as templates that some packages bring, has none; nor is anything amiss without it.
compile_all() {
    .venv/bin/python -m compileall -q -j 0 .venv/lib src >/dev/null 2>&1 || true
}

case "${1:-}" in
    runtime) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *)
        echo "usage: scripts/setup.sh runtime|dev" >&2
        exit 2
        ;;
esac

say() { echo "$(date +%H:%M:%S) $*" >&2; }

packages=$(grep -c '^[a-z].*==' "$lock")
tick_s=${TICK_S:-4}

# Runs a command and meanwhile says how far it is, every few seconds: nobody wonders whether anything happens.
steadily() {
    local since=$SECONDS ticker code=0
    (
        while sleep "$tick_s" >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
            found=$(find .venv/lib -maxdepth 3 -name '*.dist-info' 2>/dev/null | wc -l || true)
            say "    at work for $((SECONDS - since)) s; $((found)) of $packages packages are installed"
        done
    ) &
    ticker=$!
    "$@" || code=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    return "$code"
}

say "1/3 A Python environment in .venv"
steadily ensure_environment
say "2/3 $packages packages of $lock, checked by their hashes (half a minute the first time)"
steadily install --require-hashes --only-binary :all: -r "$lock"
say "3/3 Orbit itself"
# The checkout itself, with the build tools just installed: nothing is downloaded.
steadily install --no-deps --no-build-isolation -e .
steadily compile_all

# The development lock contains the other one, pin for pin.
[ "$1" = runtime ] || touch .venv/.dev
touch .venv/.runtime
say "Ready."
