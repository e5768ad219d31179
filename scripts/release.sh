#!/usr/bin/env bash
# Builds a release of the last commit: `scripts/release.sh [FOLDER]`, into dist/ without one. Sdist, wheel, the lock of
# what runs, its bill of materials, and the hashes of all four. The same commit gives the same bytes: the files come
# from git, every time from the commit, and the tools from the lock.
set -euo pipefail
umask 022
case ${1:-} in
    "" | /*) folder=${1:-} ;;
    *) folder=$PWD/$1 ;;
esac
cd "$(dirname "$0")/.."
folder=${folder:-$PWD/dist}
bin=$PWD/.venv/bin

if [ -n "$(git status --porcelain)" ]; then
    cat >&2 <<'TEXT'
Some files are not committed, so nobody could build the same again. Nothing was built.
Next: git status, then commit them or take them away
TEXT
    exit 1
fi

version=$("$bin/python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
tags=$(git tag --points-at HEAD --list 'v*')
if [ -n "$tags" ] && ! grep -qxF "v$version" <<<"$tags"; then
    echo "This commit is tagged $(tr '\n' ' ' <<<"$tags")but its version is $version. Nothing was built." >&2
    echo "Next: set the version in pyproject.toml, or tag the commit v$version" >&2
    exit 1
fi

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH PYTHONHASHSEED=0 TZ=UTC LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree" "$work/built"
git archive HEAD | tar -x -C "$work/tree"
cd "$work/tree"

"$bin/python" -m hatchling build --target sdist --target wheel --directory "$work/built" >/dev/null
# The tool checks what it wrote against the schema of CycloneDX. Its only warning is about the lock being flat.
PYTHONWARNINGS=ignore "$bin/cyclonedx-py" requirements requirements.lock --pyproject pyproject.toml \
    --spec-version 1.6 --output-reproducible --output-format JSON --output-file "$work/built/orbit-vpn-$version.cdx.json"
cp requirements.lock "$work/built/"
cd "$work/built"
if command -v sha256sum >/dev/null; then
    sha256sum -- * >"$work/SHA256SUMS"
else
    shasum -a 256 -- * >"$work/SHA256SUMS" # macOS
fi

# Only what is complete is published.
mkdir -p "$folder"
mv -f -- * "$work/SHA256SUMS" "$folder/"
echo "Orbit $version is in $folder:" >&2
cat "$folder/SHA256SUMS"
