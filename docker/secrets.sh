#!/usr/bin/env bash
# Makes the files that docker-compose.yml gives to the containers as secrets: `docker/secrets.sh [FOLDER]`.
# The database's password is generated once. No secret is ever shown or passed as an argument, not even under
# `bash -x`. What exists is left alone, so this is safe to stop and to repeat.
set -euo pipefail
umask 077

folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
# The folder keeps other people of this machine out. Its files are readable, because a container sees each of them
# with the owner and rights it has here, and the shop in it is uid 10001.
chmod 700 "$folder"
cd "$folder"

random_word() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# Writes what comes in to the file $1 as a whole or not at all.
write() {
    cat >"$1.new"
    mv "$1.new" "$1"
}

if [ ! -s database_password ]; then
    if [ -s database_url ]; then
        cat >&2 <<'WORDS'
database_url is here, but database_password is gone. Nothing was changed.
Next: put the password that stands in database_url into database_password, or, if no database was made yet,
remove database_url and run this again.
WORDS
        exit 1
    fi
    random_word | write database_password
fi

if [ ! -s database_url ]; then
    {
        printf 'postgresql+asyncpg://orbit:'
        tr -d '\r\n' <database_password
        printf '@postgres:5432/orbit'
    } | write database_url
fi

[ -s webhook_secret ] || random_word | write webhook_secret

# A toncenter key is optional: its empty file counts as none.
for name in bot_token panel_password ton_api_key; do
    [ -e "$name" ] || : >"$name"
done
chmod 644 database_password database_url webhook_secret bot_token panel_password ton_api_key

for name in bot_token panel_password; do
    [ -s "$name" ] || echo "Next: write the secret into $folder/$name"
done
echo "The secrets are in $folder."
