<?php // URL, CA; KEY or CERT with CERT_KEY, or neither.
$ssl = ['cafile' => getenv('CA')];
if (getenv('CERT')) $ssl += ['local_cert' => getenv('CERT'), 'local_pk' => getenv('CERT_KEY')];
$http = ['ignore_errors' => true];
if (getenv('KEY')) $http['header'] = 'X-Api-Key: ' . getenv('KEY');
echo file_get_contents(getenv('URL'), false, stream_context_create(['ssl' => $ssl, 'http' => $http]));
