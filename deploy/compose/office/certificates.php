<?php
// Makes what an office would have: a CA of its own, the certificate of the sidecar, one for a program, and the callers file that
// knows the program by the pin of its key. Run once; what is there already stays.
$folder = '/office';
if (is_file("$folder/callers.ini")) exit;
file_put_contents("$folder/openssl.cnf", <<<'CONF'
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
subjectAltName = DNS:catapa.office.example
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[program]
extendedKeyUsage = clientAuth
CONF);

function certificate(string $name, string $kind, $ca = null, $caKey = null): array
{
    global $folder;
    $options = ['config' => "$folder/openssl.cnf", 'x509_extensions' => $kind, 'digest_alg' => 'sha256'];
    $key = openssl_pkey_new($options + ['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
    $request = openssl_csr_new(['commonName' => $name], $key, $options);
    return [openssl_csr_sign($request, $ca, $caKey ?? $key, 365, $options, random_int(1, PHP_INT_MAX)), $key];
}

function write(string $file, string $text, int $mode, int $owner = 0): void
{
    global $folder;
    touch("$folder/$file");
    chmod("$folder/$file", 0600);
    file_put_contents("$folder/$file", $text);
    chown("$folder/$file", $owner);
    chmod("$folder/$file", $mode);
}

function pem($object): string
{
    global $folder;
    if ($object instanceof OpenSSLCertificate) openssl_x509_export($object, $text);
    else openssl_pkey_export($object, $text, null, ['config' => "$folder/openssl.cnf"]);
    return $text;
}

[$ca, $caKey] = certificate('Office CA', 'ca');
[$server, $serverKey] = certificate('catapa.office.example', 'server', $ca, $caKey);
[$program, $programKey] = certificate('payroll', 'program');
$spki = openssl_pkey_get_details($programKey)['key'];
$pin = hash('sha256', base64_decode(preg_replace('/-----[^-]+-----|\s/', '', $spki)));
$sidecar = 1000; // The user of the image.
write('ca.pem', pem($ca), 0644);
write('chain.pem', pem($server), 0644);
write('key.pem', pem($serverKey), 0600, $sidecar);
write('payroll.pem', pem($program), 0644);
write('payroll.key', pem($programKey), 0600);
write('callers.ini', "[payroll]\ncertificate = sha256:$pin\nprofile = read-only\n", 0644);
