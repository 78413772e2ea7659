<?php // URL, CA; KEY or CERT with CERT_KEY, or neither.
$curl = curl_init(getenv('URL'));
curl_setopt($curl, CURLOPT_CAINFO, getenv('CA'));
if (getenv('CERT')) {
    curl_setopt($curl, CURLOPT_SSLCERT, getenv('CERT'));
    curl_setopt($curl, CURLOPT_SSLKEY, getenv('CERT_KEY'));
}
if (getenv('KEY')) curl_setopt($curl, CURLOPT_HTTPHEADER, ['X-Api-Key: ' . getenv('KEY')]);
if (!curl_exec($curl)) fwrite(STDERR, curl_error($curl));
