// Facts to try the words of every cause with.
import { effects } from '../../src/operations/operation.ts'
import { failure } from '../../src/problems/causes.ts'
import type { Cause } from '../../src/problems/codes.ts'
import { certificateCodes } from '../../src/problems/connection-flaws.ts'
import type {
  Ambiguity,
  CommandFlaw,
  FactsOf,
  Failure,
  OutputFlaw,
  RefusalRule,
  ShownCertificateFlaw,
  StoreRefusal,
} from '../../src/problems/failure.ts'
import { phrases } from '../../src/problems/phrases/phrases.ts'
import type { TransportFacts } from '../../src/problems/transport.ts'

const folder = '/home/budi/state'
const path = `${folder}/login.json`
const transport: TransportFacts[] = [
  ...(
    [
      'dns',
      'connection_refused',
      'no_route',
      'timeout',
      'file_handles',
      'local_ports',
      'no_tls',
      'lost',
      'head_too_large',
    ] as const
  ).map((why) => ({ why })),
  { why: 'not_http' },
  { why: 'unknown' },
  { why: 'timeout', atProxy: true },
  ...certificateCodes.map((certificate) => ({ why: 'untrusted', certificate }) as const),
  { why: 'untrusted', certificate: 'CERT_HAS_EXPIRED', issuer: 'Zscaler Root CA (Zscaler)' },
  { why: 'untrusted', atProxy: true },
  { why: 'proxy_status', status: 403 },
  { why: 'proxy_login', schemes: ['NTLM'] },
  { why: 'proxy_login', schemes: [] },
  { why: 'dns', to: 'budi.internal:443' },
  { why: 'dns', to: 'budi.internal:3128', atProxy: true },
  { why: 'proxy_status', status: 403, to: 'budi.internal:3128' },
]
const grant = 'client_credentials'
const ofFile = { is: 'config_file', path: '/home/budi/own.env' } as const
const from = { tenant: ofFile, clientId: { is: 'nowhere' }, clientSecret: ofFile } as const
const tokenFlaws = ['too_large', 'no_object', 'access_token', 'lifetime', 'token_type'] as const

const commandFlaws: CommandFlaw[] = [
  ...(['missing', 'not_executable', 'held_open', 'too_large'] as const).map((kind) => ({ kind })),
  { kind: 'not_started', errno: 'EAGAIN' },
  { kind: 'status', status: 1 },
  { kind: 'signal', signal: 'SIGSEGV' },
  { kind: 'late', seconds: 10 },
]
const outputFlaws: OutputFlaw[] = [
  ...(['empty', 'several_lines', 'not_text', 'not_json', 'expires_at'] as const).map((kind) => ({ kind })),
  ...(['unfit', 'differs', 'lacks'] as const).flatMap((kind) =>
    (['tenant', 'clientId', 'clientSecret'] as const).map((member) => ({ kind, member })),
  ),
]

const storeRefusals: StoreRefusal[] = [
  ...(['login', 'permission', 'full', 'disk', 'read_only', 'cluster', 'database', 'busy', 'other'] as const),
]

const ambiguities: Ambiguity[] = [
  ...(['semicolon', 'empty_segment', 'trailing_slash', 'backslash', 'encoded_delimiter', 'encoded_plain'] as const),
  ...(['encoded_control', 'encoded_odd', 'double_encoding', 'suffix', 'letter_case', 'override_header'] as const),
  ...(['override_parameter', 'content_types', 'form', 'multipart', 'override_part', 'compressed_upload'] as const),
  ...(['encoded_edge', 'no_content_type', 'upload_preamble'] as const),
]
const rules: RefusalRule[] = [
  { kind: 'profile', profile: 'read-only' },
  { kind: 'sidecar_profile', profile: 'read-only' },
  { kind: 'deny', line: 14 },
  { kind: 'no_allow_line' },
  ...ambiguities.map((what) => ({ kind: 'ambiguous', what, sidecarProfile: false }) as const),
]

const ofCertificate = (certificate: ShownCertificateFlaw) =>
  ({
    shown: 'certificate',
    certificate,
    ...(certificate === 'none' ? {} : { pin: '0a1b2c3d', verdict: 'CERT_HAS_EXPIRED' }),
  }) as const

/** Facts of every kind for the causes that have any. */
const samples: { [C in Cause]?: FactsOf[C][] } = {
  target: (['fragment', 'path_characters', 'query_characters', 'dot_segment', 'no_path'] as const).map((flaw) => ({
    flaw,
  })),
  too_many_headers: [{ most: 1000 }],
  head_too_large: [{ mostBytes: 65_536 }],
  method: [{ method: 'TRACE' }],
  caller_unknown: [
    ...(['nobody', 'wrong_key', 'two_callers', 'repeated'] as const).flatMap((shown) => [
      { shown },
      { shown, key: '0a1b2c3d', claimed: 'budi-export' },
      { shown, key: '0a1b2c3d', claimed: '…', keyOf: 'budi-export' },
      { shown, key: '0a1b2c3d', keyOf: 'budi-export' },
    ]),
    ...(['none', 'nobodys', 'untrusted', 'expired', 'not_yet', 'purpose'] as const).map(ofCertificate),
    ...(['of_ca', 'odd_names', 'weak_key', 'ca_replaced', 'resumed'] as const).map(ofCertificate),
  ],
  not_allowed: [undefined, 'other', 'payroll-export'].flatMap((caller) =>
    rules
      .filter(({ kind }) => caller !== undefined || kind === 'sidecar_profile' || kind === 'ambiguous')
      .flatMap((rule) =>
        [undefined, ...effects].map((effect) => ({ caller, rule, wanted: 'DELETE /core/v1/employees', effect })),
      ),
  ),
  other_tenant: (['header', 'query', 'path'] as const).map((where) => ({ where })),
  key_in_target: (['path', 'query'] as const).map((where) => ({ where })),
  unreachable: transport,
  untrusted: transport,
  lost: transport,
  token_endpoint_unreachable: transport,
  token_endpoint_untrusted: transport,
  secret_command_failed: commandFlaws.flatMap((flaw) =>
    [true, false].map((saidMore) => ({ program: 'budi-op', flaw, saidMore })),
  ),
  secret_command_unusable: outputFlaws.flatMap((flaw) =>
    [true, false].map((saidMore) => ({ program: 'budi-op', flaw, saidMore })),
  ),
  store_unreachable: transport,
  store_refuses: storeRefusals.map((refusal) => ({ refusal })),
  malformed_answer: [{ how: 'not_http' }, { how: 'not_passable' }],
  token_endpoint_status: [{ status: 503 }],
  token_endpoint_redirects: [{ status: 302 }],
  no_token_in_answer: [{ status: 204 }],
  token_malformed: tokenFlaws.map((flaw) => ({ flaw })),
  no_token_endpoint: tokenFlaws.map((flaw) => ({ flaw })),
  client_refused: [
    { status: 401, error: 'invalid_client', grant },
    { status: 400, error: 'invalid_scope', grant },
    { status: 400, error: 'unauthorized_client', grant },
    { status: 400, error: 'unsupported_grant_type', grant: 'authorization_code' },
    { status: 404, grant },
    { status: 403, aboutTenant: true, grant, from },
    { status: 401, error: 'invalid_client', grant, from },
  ],
  queued_too_long: [{ halved: true }, { halved: false }],
  over_max_in_flight: [
    { caller: 'payroll-export', most: 4 },
    { caller: undefined, most: 4 },
  ],
  over_rate: [
    { caller: 'payroll-export', perSecond: 0.5, atOnce: true },
    { caller: undefined, perSecond: 20, atOnce: false },
  ],
  repeated_write: [
    { outcome: 'unknown', requestId: 'r-1', seq: 12, time: '2026-12-02T02:14:53.906Z', status: undefined },
    { outcome: 'done', requestId: 'r-1', seq: undefined, time: '2026-12-02T02:14:53.906Z', status: 201 },
    { outcome: 'under_way', requestId: 'r-1', seq: 12, time: '2026-12-02T02:14:53.906Z', status: undefined },
  ],
  key_reused: [{ requestId: 'r-1' }],
  login_flaw: [
    { kind: 'missing', path },
    { kind: 'other_version', path },
    ...(['link', 'no_file', 'broken', 'no_login', 'incomplete'] as const).map(
      (how) => ({ kind: 'damaged', path, how }) as const,
    ),
    { kind: 'foreign', path, of: ['tenant', 'client', 'token_url'] },
    { kind: 'unreadable', path, own: 1000 },
    { kind: 'unreadable', path, own: undefined },
    { kind: 'other_owner', path, uid: 0, own: 1000 },
    { kind: 'other_owner', path: folder, uid: 0, own: 1000, folder: true },
    { kind: 'too_open', path, mode: 0o644, ours: true },
    { kind: 'too_open', path: folder, mode: 0o777, ours: true, folder: true },
    { kind: 'too_open', path: folder, mode: 0o777, ours: false, folder: true },
  ],
  login_read_failed: [{ kind: 'read_failed', path, errno: 'EIO' }],
  login_over: [{ path }, { path: undefined }],
  login_not_stored: [
    { folder, errno: 'ENOSPC', own: undefined },
    { folder, errno: 'EACCES', own: 1000 },
    { folder, errno: 'EWEIRD', own: undefined },
  ],
  login_busy: [{ folder }],
  trail_unwritable: [
    ...(['ENOENT', 'ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EWEIRD', 'replaced', 'taken', 'stalled'] as const),
    ...(['open_folder', 'damaged', 'stopped'] as const),
  ].map((reason) => ({ folder, reason })),
}

const causes = Object.keys(phrases()) as Cause[]

/** A failure of every cause with every kind of facts, once as one that passes by itself. */
export function everyFailure(): Failure[] {
  return causes.flatMap((cause) =>
    (samples[cause] ?? [{}]).flatMap((facts) => [failure(cause, facts, false), failure(cause, facts, true)]),
  )
}
