# URL, CA; KEY or CERT with CERT_KEY, or neither.
exec wget --no-config -q -O - --ca-certificate="$CA" ${KEY:+--header="X-Api-Key: $KEY"} \
  ${CERT:+--certificate="$CERT" --private-key="$CERT_KEY"} "$URL"
