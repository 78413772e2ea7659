#!/bin/sh
# A cron job with wget: BASE get|post|upload PATH FILE [more options of wget]
# One try: by default wget repeats whatever was cut, 20 times.
set -eu
base=$1 scenario=$2 path=$3 file=$4
shift 4
body=$(mktemp)
trap 'rm -f "$body"' EXIT
case $scenario in
  post) set -- "$@" --header='Content-Type: application/json' --post-file="$file" ;;
  upload)
    {
      printf -- '--wget-boundary\r\nContent-Disposition: form-data; name="file"; filename="logo.png"\r\n'
      printf 'Content-Type: image/png\r\n\r\n'
      cat "$file"
      printf '\r\n--wget-boundary--\r\n'
    } >"$body"
    set -- "$@" --header='Content-Type: multipart/form-data; boundary=wget-boundary' --post-file="$body"
    ;;
esac
wget -nv -O - --tries=1 --timeout=20 "$@" "$base$path"
