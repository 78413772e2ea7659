import type { IncomingMessage } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { ProblemError, Reached } from '../problems/problem.ts'
import type { CallTrace, WaitedFor } from './call-trace.ts'

/** Why a request is sent to CATAPA once more: its connection was lost, its token refused, CATAPA had asked for a pause. */
export type Resent = 'lost' | 'refused' | 'pause'

/** `Deprecation` and `Sunset` of an answer, as Date.now; a deprecation may name no instant. */
export type OperationEnding = { deprecated?: number | true; sunset?: number }

/** What is remembered of one request for its log line: counts and names, never a value that a person wrote. */
export type RequestRecord = {
  /** As performance.now. */
  readonly beganAt: number
  /** The address that the call came from. */
  readonly address: string
  /** The address that it reached, as in a URL; undefined for a socket file. */
  readonly listener: string | undefined
  /** The problem that it ended with: answered by us, or the cut of an answer that had begun. */
  problem: ProblemError | undefined
  /** The end of the answer was lost after it had been handed to the socket. */
  cut: boolean
  /** How far it came; `yes`: CATAPA answered what it got last, with a 401 too. */
  reached: Reached | 'yes'
  /** The status came from CATAPA. */
  fromUpstream: boolean
  /** CATAPA's status where the caller had gone before it could be passed on. */
  unpassed: number | undefined
  requestBytes: number
  responseBytes: number
  /** When the last exchange began, as performance.now; 0 before the first. */
  sentAt: number
  /** From then to the head of the answer, or to the failure. */
  upstreamMs: number | undefined
  /** What it last waited for until it had a place, and how long in all. */
  waitedFor: WaitedFor | undefined
  waitedMs: number | undefined
  /** The trace that it belongs to; undefined where it is not sampled and its caller named none. */
  readonly trace: CallTrace | undefined
  /** CATAPA says that the operation ends. */
  ending: OperationEnding | undefined
  /** CATAPA's `X-Request-Id`, where it is not ours. */
  catapaRequestId: string | undefined
}

/** Begun with the request: a socket that was closed has forgotten its addresses. */
export function newRecord({ socket }: IncomingMessage, trace: CallTrace | undefined): RequestRecord {
  const { remoteAddress, localAddress, localPort } = socket
  return {
    beganAt: performance.now(),
    address: remoteAddress ?? 'socket file',
    listener: localAddress && `${asHost(localAddress)}:${localPort}`,
    problem: undefined,
    cut: false,
    reached: 'no',
    fromUpstream: false,
    unpassed: undefined,
    requestBytes: 0,
    responseBytes: 0,
    sentAt: 0,
    upstreamMs: undefined,
    waitedFor: undefined,
    waitedMs: undefined,
    trace,
    ending: undefined,
    catapaRequestId: undefined,
  }
}

/** As `Host` has it. A listener on [::] writes IPv4 addresses as `::ffff:127.0.0.1`, which the guard would refuse. */
function asHost(address: string): string {
  if (!address.includes(':')) return address
  return address.includes('.') ? address.slice(address.lastIndexOf(':') + 1) : `[${address}]`
}
