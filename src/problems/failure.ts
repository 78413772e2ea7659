import type { Effect } from '../operations/operation.ts'
import type { CredentialOrigins } from '../settings/config.ts'
import type { Cause, ProblemCode } from './codes.ts'
import type { Ambiguity } from './phrases/ambiguities.ts'
import type { TransportFacts } from './transport.ts'

export type { Ambiguity }

/** A refusal by the token endpoint: `error` is a code of RFC 6749 §5.2, never another text of the endpoint. */
export type RefusalFacts = Readonly<{
  status: number
  error?: string | undefined
  /** The answer speaks of the tenant. */
  aboutTenant?: true | undefined
  grant: 'client_credentials' | 'authorization_code'
  /** The origins of the refused credentials. */
  from?: CredentialOrigins | undefined
}>

/** Why a login on disk is not used. Only `read_failed` may pass by itself. The file stays as it is. */
export type LoginFlaw = Readonly<
  | { kind: 'missing' | 'other_version'; path: string }
  | { kind: 'damaged'; path: string; how: 'link' | 'no_file' | 'broken' | 'no_login' | 'incomplete' }
  | { kind: 'foreign'; path: string; of: readonly ('tenant' | 'client' | 'token_url')[] }
  | { kind: 'unreadable'; path: string; own: number | undefined }
  | { kind: 'read_failed'; path: string; errno: string }
  | { kind: 'other_owner'; path: string; uid: number; own: number | undefined; folder?: true }
  /** `folder`: of the whole state folder; `ours`: we may mend it. */
  | { kind: 'too_open'; path: string; mode: number; ours: boolean; folder?: true }
>

/** A folder in which no login can be stored; `own` is our user id, where it may not write there. */
export type LoginFolderFacts = Readonly<{ folder: string; errno: string; own: number | undefined }>

/** The rule that refuses a request: of the caller's section of the callers file, or of SIDECAR_PROFILE. */
export type RefusalRule = Readonly<
  | { kind: 'profile' | 'sidecar_profile'; profile: string }
  | { kind: 'deny'; line: number }
  | { kind: 'no_allow_line' }
  | { kind: 'ambiguous'; what: Ambiguity; sidecarProfile: boolean }
>

/** Why nobody is known by a certificate; `none`: the listener asks for one, and none came. */
export type ShownCertificateFlaw =
  | ('none' | 'nobodys' | 'untrusted' | 'expired' | 'not_yet' | 'purpose')
  | ('of_ca' | 'odd_names' | 'weak_key' | 'ca_replaced' | 'resumed')

/** The facts of the causes that have any. */
type KnownFacts = {
  // The request as it came.
  target: Readonly<{ flaw: 'fragment' | 'path_characters' | 'query_characters' | 'dot_segment' | 'no_path' }>
  too_many_headers: Readonly<{ most: number }>
  head_too_large: Readonly<{ mostBytes: number }>
  // The guards, and the rules for callers.
  method: Readonly<{ method: string }>
  other_tenant: Readonly<{ where: 'header' | 'query' | 'path' }>
  key_in_target: Readonly<{ where: 'path' | 'query' }>
  /**
   * `claimed`: the name that came with the key, if the callers file has it, else `…`. `key`: the first 8 digits of the key's
   * digest; `keyOf`: the caller that has this key. `certificate`: why nobody is known by the certificate; `pin`: the first 8
   * digits of its pin; `verdict`: OpenSSL's, where it found fault.
   */
  caller_unknown: Readonly<{
    shown: 'nobody' | 'wrong_key' | 'two_callers' | 'repeated' | 'certificate'
    claimed?: string | undefined
    key?: string | undefined
    keyOf?: string | undefined
    certificate?: ShownCertificateFlaw
    pin?: string | undefined
    verdict?: string | undefined
  }>
  /**
   * `caller`: its name; undefined without a callers file. `wanted`: the `allow` line that would let the request pass. `effect`: of
   * the request, as far as known.
   */
  not_allowed: Readonly<{
    caller: string | undefined
    rule: RefusalRule
    wanted: string
    effect?: Effect | undefined
  }>
  // Writes that come again.
  /** The earlier write; `seq`: of its begin line, `time`: when it began, `status`: CATAPA's. */
  repeated_write: Readonly<{
    outcome: 'done' | 'unknown' | 'under_way'
    requestId: string
    seq: number | undefined
    time: string
    status: number | undefined
  }>
  key_reused: Readonly<{ requestId: string }>
  // The sidecar itself.
  /** `reason`: an errno, or a word of the trail's own. */
  trail_unwritable: Readonly<{ folder: string; reason: string }>
  /** `halved`: fewer connections are used than are configured, since CATAPA has answered 429. */
  queued_too_long: Readonly<{ halved: boolean }>
  /** `caller`: its name; undefined where it has none and shares with others. */
  over_max_in_flight: Readonly<{ caller: string | undefined; most: number }>
  /** `atOnce`: it was known beforehand that its turn would not come in time. */
  over_rate: Readonly<{ caller: string | undefined; perSecond: number; atOnce: boolean }>
  // The way to CATAPA, and its answer.
  unreachable: TransportFacts
  untrusted: TransportFacts
  lost: TransportFacts
  malformed_answer: Readonly<{ how: 'not_http' | 'not_passable' }>
  // The token endpoint.
  token_endpoint_unreachable: TransportFacts
  token_endpoint_untrusted: TransportFacts
  token_endpoint_status: Readonly<{ status: number }>
  token_endpoint_redirects: Readonly<{ status: number }>
  no_token_in_answer: Readonly<{ status: number }>
  token_malformed: Readonly<{ flaw: TokenFlaw }>
  no_token_endpoint: Readonly<{ flaw: TokenFlaw }>
  client_refused: RefusalFacts
  /** `lost`: it had been sent once before, and the connection was lost. */
  token_no_longer_current: Readonly<{ lost: boolean }>
  // The command that prints the secret. `program`: its base name; `saidMore`: it wrote to its standard error.
  secret_command_failed: Readonly<{ program: string; flaw: CommandFlaw; saidMore: boolean }>
  secret_command_unusable: Readonly<{ program: string; flaw: OutputFlaw; saidMore: boolean }>
  // The store of a shared token.
  store_unreachable: TransportFacts
  store_refuses: Readonly<{ refusal: StoreRefusal }>
  // A person's login.
  login_flaw: LoginFlaw
  login_read_failed: LoginFlaw
  login_over: Readonly<{ path: string | undefined }>
  login_not_stored: LoginFolderFacts
  login_busy: Readonly<{ folder: string }>
}

/** The facts of a failure beside its cause, for programs; `explain.ts` makes sentences of them. */
export type FactsOf = KnownFacts & Readonly<Record<Exclude<Cause, keyof KnownFacts>, Readonly<Record<never, never>>>>

/** The flaw of an answer that should be a token. */
export type TokenFlaw = 'too_large' | 'no_object' | 'access_token' | 'lifetime' | 'token_type'

/** Why a run of the secret's command brought nothing. */
export type CommandFlaw = Readonly<
  | { kind: 'missing' | 'not_executable' | 'held_open' | 'too_large' }
  | { kind: 'not_started'; errno: string }
  | { kind: 'status'; status: number }
  | { kind: 'signal'; signal: string }
  | { kind: 'late'; seconds: number }
>

/** Why what the secret's command printed is no secret. */
export type OutputFlaw = Readonly<
  | { kind: 'empty' | 'several_lines' | 'not_text' | 'not_json' | 'expires_at' }
  /** Of a member: it is not what it should be; is not the one that is set; is neither printed nor set. */
  | { kind: 'unfit' | 'differs' | 'lacks'; member: keyof CredentialOrigins }
>

/** Why the store of a shared token refuses a command. */
export type StoreRefusal =
  | 'login'
  | 'permission'
  | 'full'
  | 'disk'
  | 'read_only'
  | 'cluster'
  | 'database'
  | 'busy'
  | 'other'

/**
 * An error as a value: made where it is known, passed on unchanged, and put into words once, at the edge, by `explain`. It contains
 * no secret.
 */
export type Failure<C extends Cause = Cause> = Readonly<{
  code: ProblemCode
  cause: C
  facts: FactsOf[C]
  /** The sidecar keeps trying by itself. */
  retrying: boolean
}>

/** Whether a failure has this cause, and so its facts. */
export function isOf<C extends Cause>(failure: Failure, cause: C): failure is Failure<C> {
  return failure.cause === cause
}
