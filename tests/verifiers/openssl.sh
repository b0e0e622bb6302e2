#!/bin/bash
# Verifies a license file, a machine file or an activation token with the openssl program alone.
# Usage: openssl.sh KIND FILE KEYS PRODUCT_ID LICENSE_KEY FINGERPRINT NOW
# KEYS is a folder with one public key for each id: KEYS/<kid>.pem. Prints the payload, or the reason with exit code 1.
set -euo pipefail
kind=$1 file=$2 keys=$3 product=$4 license_key=$5 fingerprint=$6 now=$7
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

refuse() { echo "$1"; exit 1; }
# The value of a member whose text holds no quotes. The first one is meant.
member() { grep -oE "\"$1\":\"[^\"]*\"" "$2" | head -n 1 | cut -d '"' -f 4; }
from_url() { local text; text=$(tr -- '-_' '+/'); while [ $((${#text} % 4)) -ne 0 ]; do text="$text="; done; echo "$text" | openssl base64 -d -A; }
to_hex() { od -An -v -tx1 | tr -d ' \n'; }

if [ "$kind" = token ]; then
  IFS=. read -r header payload signature < "$file" || true
  echo -n "$header" | from_url > "$work/header"
  echo -n "$payload" | from_url > "$work/payload"
  echo -n "$signature" | from_url > "$work/signature"
  [ "$(member alg "$work/header")" = RS256 ] || refuse algorithm
  key="$keys/$(member kid "$work/header").pem"
  [ -f "$key" ] || refuse key
  echo -n "$header.$payload" > "$work/signed"
  openssl dgst -sha256 -verify "$key" -signature "$work/signature" "$work/signed" > /dev/null 2>&1 || refuse signature
  [ "$(member pid "$work/payload")" = "$product" ] || refuse audience
  [ "$(member fp "$work/payload")" = "$fingerprint" ] || refuse secret
  cat "$work/payload"
  exit 0
fi

title="$(echo "$kind" | tr a-z A-Z) FILE"
[ "$(head -n 1 "$file")" = "-----BEGIN $title-----" ] || refuse frame
[ "$(tail -n 1 "$file")" = "-----END $title-----" ] || refuse frame
sed '1d;$d' "$file" | openssl base64 -d > "$work/envelope"
enc=$(member enc "$work/envelope")
kid=$(member kid "$work/envelope")
key="$keys/$kid.pem"
[ -f "$key" ] || refuse key
echo -n "$kind/$enc" > "$work/signed"
member sig "$work/envelope" | openssl base64 -d -A > "$work/signature"
openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$work/signed" -sigfile "$work/signature" > /dev/null 2>&1 \
  || refuse signature

case $(member alg "$work/envelope") in
  base64+ed25519) echo "$enc" | openssl base64 -d -A > "$work/payload" ;;
  aes-256-gcm+ed25519)
    # The program has no GCM. GCM encrypts as CTR does, from counter 2 on; what the tag would prove the signature has proved.
    IFS=. read -r data iv _tag <<< "$enc"
    secret=$license_key
    [ "$kind" = license ] || secret="$license_key$fingerprint"
    secret_hash=$(echo -n "$secret" | openssl dgst -sha256 -binary | to_hex)
    counter=$(echo "$iv" | openssl base64 -d -A | to_hex)00000002
    echo "$data" | openssl base64 -d -A | openssl enc -d -aes-256-ctr -K "$secret_hash" -iv "$counter" > "$work/payload"
    grep -q '^{"data":{' "$work/payload" || refuse secret
    ;;
  *) refuse algorithm ;;
esac

grep -oE '"meta":\{[^}]*\}' "$work/payload" | tail -n 1 > "$work/meta"
[ "$(member kid "$work/meta")" = "$kid" ] || refuse key
[ "$(member aud "$work/meta")" = "$product" ] || refuse audience
[[ "$now" < "$(member expiry "$work/meta")" ]] || refuse time
[[ ! "$now" < "$(member issued "$work/meta")" ]] || refuse time
cat "$work/payload"
