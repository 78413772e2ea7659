import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Dispatcher } from 'undici'
import type { Auditing } from '../audit/audit-in-use.ts'
import type { CallersFile } from '../callers/caller.ts'
import type { OwnNames } from '../http/access-guard.ts'
import { type CallTrace, callersTrace } from '../log/call-trace.ts'
import { newRecord, type RequestRecord } from '../log/request-record.ts'
import type { Heard } from '../network/last-answer.ts'
import type { ProfileName } from '../operations/profiles.ts'
import type { Config } from '../settings/config.ts'
import type { TokenCache } from '../tokens/cache/token-cache.ts'
import type { Tracing } from '../traces/tracing.ts'
import { type AuditedCall, notAudited } from './audited-call.ts'
import { type Answer, type KeptAnswer, newAnswer } from './exchange/answer.ts'
import { type Judged, unjudged } from './judging/judged.ts'
import { CallerGoneError, endEarly, type Served } from './life/end-early.ts'
import { born, type Life, type Prospect, unknownYet } from './life/life.ts'
import type { Repeats, WriteOfCall } from './repeats/repeats.ts'
import type { Places } from './turns/places.ts'
import type { Share } from './turns/share.ts'

/** The rules for callers: the limits of all, and the callers file where there is one. */
export type CallerRules = {
  /** SIDECAR_PROFILE. */
  profiles: readonly ProfileName[]
  callers: (() => CallersFile) | undefined
}

/** Shared by all calls of a listener. */
export type Context = {
  config: Config
  tokens: TokenCache
  dispatcher: Dispatcher
  places: Places
  /** Those whose answer has not left yet, for whoever has to interrupt them. */
  calls: Calls
  /** The tenant whose credentials are loaded now. */
  tenant: () => string
  rules: CallerRules
  /** Undefined where nothing is recorded. */
  audit?: Auditing | undefined
  /** Undefined where no write is guarded or watched. */
  repeats?: (() => Repeats | undefined) | undefined
  /** Is told of each answer of CATAPA's. */
  heard?: Heard | undefined
  /** The names of the certificate of `tls:` listeners; undefined where there are none. */
  ownNames?: OwnNames | undefined
  /** Undefined where no traces are sent. */
  tracing?: Tracing | undefined
  /** Whether the sidecar is about to end. */
  draining: () => boolean
}

/** One request of a caller, from its head to the last byte of its answer. */
export type Call = Served & {
  readonly context: Context
  /** `X-Request-Id`. */
  readonly id: string
  readonly request: IncomingMessage
  readonly reply: FastifyReply
  readonly response: ServerResponse
  readonly record: RequestRecord
  readonly answer: Answer
  /** The findings of the guards. */
  judged: Judged
  /** How far it has come in the audit trail. */
  audited: AuditedCall
  /** Its body as it is to be sent: as bytes if all of it is there. */
  body: Buffer | Readable | null
  /** Whose share of the places it is sent with, once that has been asked. */
  share: Share | undefined
  /** Certain once its body is there. */
  prospect: Prospect
  /** How far it has come. */
  life: Life
  /** An answer that is kept back. */
  kept: KeptAnswer | undefined
  /** What is known of it as a guarded write. */
  write: WriteOfCall | undefined
  /** Set where its caller has gone and it is carried to its end all the same; called then. */
  carried: (() => void) | undefined
  /** Among the calls that are served; -1 when it is none of them. */
  index: number
}

/** A call whose head has been read, and nothing else. */
export function newCall({ raw, id }: FastifyRequest, reply: FastifyReply, context: Context): Call {
  return {
    context,
    id,
    request: raw,
    reply,
    response: reply.raw,
    record: newRecord(raw, traceOf(raw, context)),
    answer: newAnswer(),
    judged: unjudged,
    audited: notAudited,
    body: null,
    share: undefined,
    prospect: unknownYet,
    life: born,
    kept: undefined,
    write: undefined,
    carried: undefined,
    index: -1,
    endedEarly: undefined,
    underWay: undefined,
  }
}

function traceOf({ headers: { traceparent } }: IncomingMessage, { tracing }: Context): CallTrace | undefined {
  return tracing === undefined ? callersTrace(traceparent) : tracing.traceOf(traceparent)
}

/** From here on it is served. */
export function enter(call: Call): void {
  if (call.response.destroyed) call.endedEarly = new CallerGoneError()
  else call.context.calls.add(call)
}

/** The last byte of its answer has left, or the caller has. */
export function leave(call: Call): void {
  if (call.index === -1) return
  call.context.calls.delete(call)
  if (!call.response.writableFinished) endEarly(call, new CallerGoneError())
}

/** Those that are served now. */
export type Calls = Iterable<Call> & {
  readonly size: number
  add(call: Call): unknown
  delete(call: Call): unknown
}

/**
 * An array, and not a Set: one that changes with every request leaves its outgrown tables behind in the old generation,
 * where each keeps alive what it held last, until a major collection: 2 MB at each minor one instead of 0.02
 * (docs/design/cost.md, "What a Set and a stored function remember").
 */
export function newCalls(): Calls {
  const list: Call[] = []
  return {
    get size() {
      return list.length
    },
    add(call) {
      call.index = list.length
      list.push(call)
    },
    delete(call) {
      const last = list.pop()
      if (last === undefined || last === call) return
      list[call.index] = last
      last.index = call.index
    },
    [Symbol.iterator]: () => [...list].values(), // Some may leave meanwhile.
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    call: Call
  }
}
