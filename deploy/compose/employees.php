<?php
// A program as old jobs are: plain HTTP, one URL, no login. It prints the first employees.
$base = getenv('CATAPA_URL') ?: 'http://localhost:8228';
$context = stream_context_create(['http' => ['ignore_errors' => true, 'timeout' => 60]]);
$body = file_get_contents("$base/core/v1/employees?size=3", false, $context);
$status = isset($http_response_header) ? $http_response_header[0] : 'no answer';
$page = json_decode((string) $body, true);
if (!isset($page['content'])) {
    fwrite(STDERR, "$base: $status\n$body\n");
    exit(1);
}
foreach ($page['content'] as $employee) {
    echo "{$employee['identificationNumber']}  {$employee['name']}\n";
}
echo "{$page['totalElements']} employees in all\n";
