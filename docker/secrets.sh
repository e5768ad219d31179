#!/usr/bin/env bash
# Creates the files that docker-compose.yml gives to the containers as secrets: `docker/secrets.sh [FOLDER]`.
# The database's password is generated once. No secret is shown or passed as an argument, not even under
# `bash -x`. Existing files stay as they are, so this is safe to stop and to repeat.
set -euo pipefail
umask 077

folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
# Other users of this machine can't open the folder. Its files are readable, because a container sees each file
# with its owner and mode of this machine, and the shop in the container is uid 10001.
chmod 700 "$folder"
cd "$folder"

random_secret() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# Writes standard input to the file $1, completely or not at all.
write() {
    cat >"$1.new"
    mv "$1.new" "$1"
}

if [ ! -s database_password ]; then
    if [ -s database_url ]; then
        cat >&2 <<'TEXT'
database_url exists, but database_password is missing. Nothing was changed.
Next: write the password of database_url into database_password, or, if no database was created yet,
remove database_url and run this again.
TEXT
        exit 1
    fi
    random_secret | write database_password
fi

if [ ! -s database_url ]; then
    {
        printf 'postgresql+asyncpg://orbit:'
        tr -d '\r\n' <database_password
        printf '@postgres:5432/orbit'
    } | write database_url
fi

[ -s webhook_secret ] || random_secret | write webhook_secret

# The key that seals secrets in the database, such as passwords of panels (`orbit secrets new` makes further ones).
[ -s secret_keys ] || { printf 'first:' && head -c 32 /dev/urandom | base64 | tr -d '\n'; } | write secret_keys

# A toncenter key is optional: its empty file counts as none.
for name in bot_token panel_password ton_api_key; do
    [ -e "$name" ] || : >"$name"
done
chmod 644 database_password database_url webhook_secret secret_keys bot_token panel_password ton_api_key

for name in bot_token panel_password; do
    [ -s "$name" ] || echo "Next: write the secret into $folder/$name"
done
echo "The secrets are in $folder."
