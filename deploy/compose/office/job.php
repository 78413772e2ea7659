<?php
// A program on another machine of the office: it trusts the office's CA, and shows its own certificate.
$known = ['cafile' => '/office/ca.pem', 'local_cert' => '/office/payroll.pem', 'local_pk' => '/office/payroll.key'];
$unknown = ['cafile' => '/office/ca.pem'];
$url = 'https://catapa.office.example:8443/core/v1/employees?size=1';
foreach (['with' => $known, 'without' => $unknown] as $how => $ssl) {
    $context = stream_context_create(['ssl' => $ssl, 'http' => ['ignore_errors' => true]]);
    $answer = json_decode(file_get_contents($url, false, $context));
    echo "$how its certificate: ", isset($answer->totalElements) ? "{$answer->totalElements} employees in all" : $answer->code, "\n";
}
