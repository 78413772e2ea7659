# URL, CA; KEY or CERT with CERT_KEY, or neither.
exec curl -sS --cacert "$CA" ${KEY:+-H "X-Api-Key: $KEY"} ${CERT:+--cert "$CERT" --key "$CERT_KEY"} "$URL"
