#!/usr/bin/env bash
# Pins every image that isn't ours by its digest of today, where it is named: `scripts/pin_images.sh`. Repeated, it
# moves the pins on. It asks the registry through docker or skopeo; an image without an answer stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

files=()
for file in Dockerfile docker-compose.yml .gitlab-ci.yml .github/workflows/ci.yml .forgejo/workflows/ci.yml; do
    if [ -e "$file" ]; then
        files+=("$file")
    fi
done

digest_of() {
    if command -v skopeo >/dev/null; then
        skopeo inspect --no-tags --format '{{.Digest}}' "docker://$1"
    else
        docker buildx imagetools inspect "$1" | awk '$1 == "Digest:" {print $2; exit}'
    fi
}

if ! command -v skopeo >/dev/null && ! command -v docker >/dev/null; then
    echo "Neither docker nor skopeo was found, nothing was changed. Next: install one of them, and repeat" >&2
    exit 1
fi

failed=0
for image in $(sed -nE 's/^(FROM|.*image:) +([a-z0-9./-]+:[A-Za-z0-9._-]+)(@sha256:[0-9a-f]{64})?( .*)?$/\2/p' "${files[@]}" |
    grep -v '^orbit-vpn:' | sort -u); do
    digest=$(digest_of "$image") || digest=
    if [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]]; then
        for file in "${files[@]}"; do
            sed -i.before -E "s|$image(@sha256:[0-9a-f]{64})?|$image@$digest|" "$file"
            rm "$file.before"
        done
        echo "$image@$digest"
    else
        echo "$image: no digest was found, it stays as it was. Next: check the network, and repeat" >&2
        failed=1
    fi
done
exit "$failed"
