// The browser loads this module, so it imports nothing.

/**
 * Every state of a sidecar that somebody may want to know of, the one to look at first before the others. `told`: in a notice
 * (design/promises 13), at once or once it has lasted; `gapMs`: it counts as lasting through gaps that are no longer. `once`: without reminders. `alert`: the
 * rule of deploy/prometheus/alerts.yml that knows it too.
 */
export const stateNames = {
  draining: {},
  starting: {},
  credentials_rejected: { told: 'at once', alert: 'CatapaCredentialsRejected' },
  login_required: { told: 'lasting', alert: 'CatapaLoginRequired' },
  secret_command_failing: { told: 'lasting', alert: 'CatapaSecretCommandFails' },
  token_unavailable: { told: 'lasting', alert: 'CatapaTokenUnavailable' },
  tokens_refused: { told: 'lasting', gapMs: 60_000, alert: 'CatapaTokenRefusedEarly' },
  audit_stopped: { told: 'lasting', alert: 'CatapaAuditStopped' },
  audit_replaced: { told: 'lasting', alert: 'CatapaAuditReplaced' },
  upstream_tls_untrusted: { told: 'lasting', alert: 'CatapaUnreachable' },
  upstream_unreachable: { told: 'lasting', alert: 'CatapaUnreachable' },
  certificate_ends: { told: 'lasting', alert: 'CatapaCertificateEnds' },
  call_failed: {},
  writes_unknown: { told: 'at once', alert: 'CatapaWritesUnknown' },
  token_renewal_failing: { alert: 'CatapaTokenNotRenewed' },
  paused: {},
  pauses_often: { told: 'lasting', gapMs: 60_000, alert: 'CatapaPausesOften' },
  store_unusable: { alert: 'CatapaSharedTokenStoreDown' },
  callers_file_problems: { told: 'lasting', alert: 'CatapaCallersFileProblems' },
  settings_problems: { told: 'lasting' },
  certificate_problems: { told: 'lasting', alert: 'CatapaCertificateProblems' },
  operation_ending: { told: 'lasting', once: true },
  restrictions_reported: {},
} as const satisfies Readonly<
  Record<string, Readonly<{ told?: 'at once' | 'lasting'; gapMs?: number; once?: boolean; alert?: string }>>
>

export type StateName = keyof typeof stateNames

/** A state that holds, in words for the administrator. */
export type SidecarState = Readonly<{
  name: StateName
  /** Of what, where the same state may hold of several things, each of which is told. */
  of?: string
  /** `wanted`: nothing is wrong. */
  condition: 'wanted' | 'warning' | 'bad'
  title: string
  /** The title at the top of the page, where it says more: what still works. */
  verdict?: string
  /** What happened, in sentences. */
  sentence: string
  /** What to do, in sentences. */
  remedy?: string
  /** Details, for the page alone: they may quote a file. */
  lines?: readonly string[]
  /** A countdown; kept apart, so that a screen reader does not read it out each second. */
  left?: string
  /** ISO 8601; undefined where nobody has noted it. */
  since?: string | undefined
  /** Calls cannot be served: /readyz says so. */
  unready?: boolean
}>
