#!/bin/sh
# A cron job with curl: BASE get|post|upload PATH FILE [more options of curl]
set -eu
base=$1 scenario=$2 path=$3 file=$4
shift 4
case $scenario in
  post) set -- "$@" -H 'Content-Type: application/json' --data-binary "@$file" ;;
  upload) set -- "$@" -F "file=@$file;type=image/png" ;;
esac
exec curl -sS --fail-with-body --max-time 20 "$@" "$base$path"
