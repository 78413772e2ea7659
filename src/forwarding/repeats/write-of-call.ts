import type { Hmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { RequestRecord } from '../../log/request-record.ts'
import type { Config } from '../../settings/config.ts'
import type { KeptAnswer } from '../exchange/answer.ts'
import type { Judged } from '../judging/judged.ts'
import type { Served } from '../life/end-early.ts'
import type { Life } from '../life/life.ts'
import type { Places } from '../turns/places.ts'
import type { Share } from '../turns/share.ts'
import type { KnownWrite } from './known-writes.ts'

/** A call that is a guarded write, or one that is only watched: what the guard knows of it. */
export type WriteOfCall = {
  /** `watch`: repeats are only counted; also where the body is too large to be compared first. */
  mode: 'watch' | 'guard'
  /** Its caller, method and operation, for people, and its request id. */
  readonly caller: string
  readonly method: string
  readonly operation: string
  readonly requestId: string
  /** Its caller, or the entry by which callers without a name come in. */
  readonly origin: string
  /** The digest of its `Idempotency-Key`. */
  readonly key: string | undefined
  /** Of its content so far. */
  readonly hash: Hmac
  /** Bytes of its body that wait until it is whole. */
  gatheredBytes: number
  /** Of CATAPA's last answer. */
  status: number | undefined
  /** Undefined until it may be sent, and where it is only watched. */
  known: KnownWrite | undefined
  /** The earlier write that this one repeats. */
  repeatOf: KnownWrite | undefined
  /** The earlier write whose answer it gets. */
  given: KnownWrite | undefined
  /** Nothing more is sent for it. */
  settled: boolean
  /** Set where its answer has left, or its caller has, before it was settled. */
  closed: (() => void) | undefined
}

/** A call, as far as the guard is concerned. */
export type GuardedCall = Served & {
  readonly id: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly record: RequestRecord
  readonly context: { readonly config: Pick<Config, 'upstreamConnections'>; readonly places: Places }
  readonly judged: Judged
  readonly body: Buffer | Readable | null
  readonly life: Life
  readonly kept: KeptAnswer | undefined
  readonly write: WriteOfCall | undefined
  share: Share | undefined
}

/** Whether all of a call's body is there, so that it can be compared before a byte of it leaves. */
export function isWhole({ body }: Pick<GuardedCall, 'body'>): boolean {
  return body === null || Buffer.isBuffer(body)
}
