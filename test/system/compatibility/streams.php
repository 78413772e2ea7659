<?php
// PHP without any extension, as scripts have been written since PHP 5: BASE get|post|upload PATH FILE [PROTOCOL_VERSION]
[, $base, $scenario, $path, $file] = $argv;

$http = ['timeout' => 20];
if (isset($argv[5])) {
    $http['protocol_version'] = $argv[5];
}
if ($scenario === 'post') {
    $http['method'] = 'POST';
    $http['header'] = "Content-Type: application/json\r\n";
    $http['content'] = file_get_contents($file);
}
if ($scenario === 'upload') {
    $boundary = '----php' . uniqid();
    $http['method'] = 'POST';
    $http['header'] = "Content-Type: multipart/form-data; boundary=$boundary\r\n";
    $http['content'] = "--$boundary\r\n"
        . "Content-Disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\n"
        . "Content-Type: image/png\r\n\r\n"
        . file_get_contents($file) . "\r\n--$boundary--\r\n";
}

$answer = @file_get_contents($base . $path, false, stream_context_create(['http' => $http]));
if ($answer === false) {
    fwrite(STDERR, error_get_last()['message'] . "\n");
    exit(1);
}
// What a script sees only if it looks for it.
if (error_get_last() !== null) {
    fwrite(STDERR, 'notice: ' . error_get_last()['message'] . "\n");
}
echo $answer;
