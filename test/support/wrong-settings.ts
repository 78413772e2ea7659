// Wrong settings and files, as people write them.

const trail = { SIDECAR_AUDIT_DIR: '/a/audit' }
const mail = 'from=sidecar@example.com&to=ops@example.com'

/** Each beside proper credentials, unless it has its own. */
export const wrongEnvironments: readonly Readonly<Record<string, string>>[] = [
  { CATAPA_TENANT: 'ac me', CATAPA_CLIENT_ID: 'clíent', CATAPA_CLIENT_SECRET: ' hush' },
  { CATAPA_TENANT: 'a\0', CATAPA_CLIENT_ID: 'a\nb', CATAPA_CLIENT_SECRET: 'your-client-secret' },
  { CATAPA_TENANT: 'your-tenant', CATAPA_CLIENT_ID: 'a:b' },
  { CATAPA_CLIENT_SECRET_COMMAND: 'x' },
  ...['"a', '[1', "''", '[]', '["a\\u0000"]', '/nowhere/at/all', '/etc/hostname'].map((command) => ({
    CATAPA_CLIENT_SECRET: '',
    CATAPA_CLIENT_SECRET_COMMAND: command,
  })),
  ...['nonsense', 'https://u:p@a.example/?x#y', 'https://a.example/v1', 'http://a.example'].map((url) => ({
    CATAPA_BASE_URL: url,
  })),
  ...['nonsense', 'https://u:p@a.example/#y', 'http://a.example'].map((url) => ({
    ...{ CATAPA_TOKEN_URL: url, CATAPA_AUTHORIZE_URL: url, CATAPA_REDIRECT_URI: 'x' },
  })),
  { CATAPA_BASE_URL: 'http://localhost:8228', CATAPA_TOKEN_URL: 'http://localhost:8229/t' },
  { CATAPA_SCOPE: 'a  b', CATAPA_CLIENT_AUTH: 'x', CATAPA_GRANT: 'x', CATAPA_ALLOW_HTTP: '1', CATAPA_PKCE: 'yes' },
  { HTTPS_PROXY: 'proxy:3128', HTTP_PROXY: 'http://localhost:8228' },
  ...[
    ...['8228', ':1', 'localhost', 'localhost:65536', '::1:80', '[127.0.0.1]:80', '127.0.0:80', '*:80', 'http://a:80'],
    ...['unix:a.sock', 'unix:', 'unix:/a.sock,mode=0888', `unix:/${'a'.repeat(200)}`, 'a\x01:1', 'tls:unix:/a.sock'],
    ...['localhost:1 localhost', 'localhost:1 [::1]:1', 'localhost:1,localhost:2', 'localhost:1 unix:a'],
  ].map((listen) => ({ SIDECAR_LISTEN: listen })),
  { SIDECAR_ADMIN_LISTEN: 'tls:localhost:1' },
  { SIDECAR_ADMIN_LISTEN: 'localhost:8228' },
  { SIDECAR_LISTEN: '0.0.0.0:1' },
  { SIDECAR_LISTEN: 'tls:0.0.0.0:1' },
  { SIDECAR_AUDIT_KEY_FILE: '/k' },
  { ...trail, SIDECAR_AUDIT_KEY_FILE: '/a/audit/k' },
  { ...trail, SIDECAR_REPEATS: 'guard' },
  { ...trail, SIDECAR_AUDIT_KEY_FILE: '/k', SIDECAR_REPEATS: 'guard', SIDECAR_AUDIT_ON_FAILURE: 'open' },
  {
    ...{ SIDECAR_ALLOWED_HOSTS: '*', SIDECAR_ALLOWED_ORIGINS: '*', SIDECAR_PROFILE: 'x', SIDECAR_AUDIT_DIR: 'x' },
    ...{
      SIDECAR_AUDIT_KEY_FILE: 'x',
      SIDECAR_AUDIT_KEEP_DAYS: '0',
      SIDECAR_AUDIT_ON_FAILURE: 'x',
      SIDECAR_REPEATS: 'x',
    },
    ...{ SIDECAR_REPEAT_BODY: '0', SIDECAR_REPEAT_WINDOW: '-1', SIDECAR_MAX_BODY: 'x', SIDECAR_STATE_DIR: 'x' },
    ...{ SIDECAR_LOG_FILE: 'x', SIDECAR_LOG_LEVEL: 'x', SIDECAR_QUIT: '1', SIDECAR_NOTIFY_AFTER: '3601' },
    SIDECAR_MAX_WAITING: '0',
  },
  ...[
    ...['http://x', 'redis://cache?db=1', 'redis://:p%@cache', 'redis://p@cache', 'redis://cache/one'],
    'redis://cache.example',
  ].map((url) => ({ SIDECAR_CACHE_URL: url })),
  { SIDECAR_CACHE_URL: 'rediss://cache', CATAPA_GRANT: 'authorization_code' },
  ...[...['x', 'https://a.example/#', 'https://u:p%@a.example', 'http://a.example', 'http://localhost:8228/x']].map(
    (url) => ({ SIDECAR_HEARTBEAT_URL: url }),
  ),
  { SIDECAR_NOTIFY_URL: 'x' },
  { SIDECAR_NOTIFY_URL: `json:http://other.example json:http://localhost:8228 smtp://localhost:8229/?${mail}` },
  { SIDECAR_NOTIFY_URL: Array.from({ length: 12 }, (_, index) => `x${index}`).join(' ') },
  { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  { SIDECAR_LISTN: 'x', SIDECAR_COLOUR: 'x' },
  { SIDECAR_POLICY: 'x', SIDECAR_CALLER_KEYS_FILE: 'x', SIDECAR_STATE_KEY: 'x' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'x' },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:8228' },
  {
    ...{
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c.example',
      OTEL_EXPORTER_OTLP_HEADERS: 'x',
      OTEL_EXPORTER_OTLP_TIMEOUT: 'x',
    },
    ...{ OTEL_EXPORTER_OTLP_COMPRESSION: 'x', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_RESOURCE_ATTRIBUTES: 'x' },
    ...{ OTEL_TRACES_SAMPLER: 'x', OTEL_TRACES_SAMPLER_ARG: '2', OTEL_TRACES_EXPORTER: 'x', OTEL_SDK_DISABLED: 'x' },
    ...{ OTEL_PROPAGATORS: 'b3', OTEL_EXPORTER_OTLP_CERTIFICATE: 'x' },
  },
]

/** Each stands behind a good one. */
export const wrongReceivers: readonly string[] = [
  ...['https://a.example', 'slack:x', 'json:https://a.example/#x', 'json:https://u:p%@x', 'ntfy:https://a.example/'],
  ...['telegram:https://a.example/sendMessage', `smtp://a.example:0/?${mail}`, `smtp://u@mail/?${mail}`],
  ...['smtp://mail/', 'smtp://mail/?to=a@example.com', `smtp://mail/?${mail}&from=a@b`, 'smtp://mail/?from=a%&to=a@b'],
  'json:https://good.example',
]

export const wrongConfigFiles: readonly string[] = [
  'SIDECAR_REPLAY=off\nnonsense\nexport SIDECAR_QUIT=true\n=x\na b=c\nSIDECAR_REPLAY=safe\n',
  'FTP_PROXY=x\nSIDECAR_COLOUR=x\nHttps_Proxy=http://a:1\nSIDECAR_LISTN=x\n',
  'SIDECAR_CACHE_URL=redis://localhost\nSIDECAR_CACHE_URL_FILE=/nowhere/at/all\n',
]

/** Each stands behind a section `[a]`, in its third line. */
export const wrongCallers = ({ line, key }: { line: string; key: string }): readonly string[] => [
  ...['; not here', 'profile = read-only # since May', 'profile read-only', '[b\nuser = 1', '[Intranet]\nuser = 1'],
  ...[
    '[other]\nuser = 1',
    '[a]\nuser = 1',
    '[b]',
    `[*]\n${line}`,
    'weight = 4',
    'max-inflight = 4',
    '= x',
    'profile =',
  ],
  ...['max-in-flight = 0', 'rate = 0.0', 'rate = 2\nrate = 0.5', 'repeats = on', 'report = yes', 'key = x'],
  ...[`key = ${key}`, 'user = no-such-user-4711', 'user = 4294967295', 'listen = 8300', 'listen = localhost:1 unix:x'],
  ...['listen = localhost:1 [::1]:1', 'profile = admin', 'profile = readonly', 'profile = full\nprofile = full'],
  ...['GET', 'GET, /a', '*,GET /a', 'HEAD /a', 'TRACE /a', 'GTE /a', 'READ-EVERYTHING /a'].map(
    (rule) => `allow = ${rule}`,
  ),
  ...[
    'a',
    '/a?x',
    '/a/{id}',
    '/a/x*',
    '/a/**/b',
    '/core/v1/Employees',
    '/core/v1/employes',
    '/a//b',
    '/a/',
    '/%61',
    '/a/%2f',
  ].map((pattern) => `deny = GET ${pattern}`),
  ...[
    ...[
      'dns:*.example.com',
      'uri:*',
      'dns:10.0.0.7',
      'ip:10.0.0.7',
      'cn:payroll',
      'dns:lohnbüro.example',
      'dns:a.example.',
    ],
    ...['dns:a..b', 'uri:payroll', 'spiffe://example.com', `sha256:${'5E:3F:'.repeat(16).slice(0, -1)}`, 'sha256:5e'],
    ...[`sha256://${'Ab+/'.repeat(10)}Abc=`, 'payroll.example.com'],
  ].map((certificate) => `certificate = ${certificate}`),
]
