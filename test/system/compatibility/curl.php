<?php
// PHP with its curl extension: BASE get|post|upload PATH FILE
[, $base, $scenario, $path, $file] = $argv;

$curl = curl_init($base . $path);
curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
curl_setopt($curl, CURLOPT_TIMEOUT, 20);
if ($scenario === 'post') {
    curl_setopt($curl, CURLOPT_POSTFIELDS, file_get_contents($file));
    curl_setopt($curl, CURLOPT_HTTPHEADER, ['Content-Type: application/json']);
}
if ($scenario === 'upload') {
    curl_setopt($curl, CURLOPT_POSTFIELDS, ['file' => new CURLFile($file, 'image/png', 'logo.png')]);
}

$answer = curl_exec($curl);
if ($answer === false) {
    fwrite(STDERR, curl_error($curl) . "\n");
    exit(1);
}
$status = curl_getinfo($curl, CURLINFO_HTTP_CODE);
if ($status >= 400) {
    fwrite(STDERR, "HTTP $status: $answer\n");
    exit(1);
}
echo $answer;
