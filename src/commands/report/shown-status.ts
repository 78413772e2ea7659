import type { ShownSetting } from '../../settings/shown-settings.ts'
import { memberAt } from '../../words/member-at.ts'
import { kept, type Shape } from './kept.ts'

function plain(...names: string[]): { readonly [name: string]: Shape } {
  return Object.fromEntries(names.map((name) => [name, 'plain']))
}

const failure = plain('code', 'cause', 'whose', 'at', 'since', 'retryAt')
const drifted = plain('operation', 'count', 'since', 'at', 'deprecated', 'sunset')

/**
 * What the report shows of `/api/status`. Left out are the person who has logged in, user and folders of the process, the
 * addresses of callers, and all sentences, which may name paths and people.
 */
const shape: Shape = {
  ...plain('version', 'node', 'startedAt', 'started', 'stopping', 'grant', 'profile'),
  process: plain('uid', 'gid', 'unit'),
  readiness: plain('ready'),
  states: [plain('name', 'of', 'condition', 'since')],
  token: {
    ...plain('valid', 'expiresAt', 'obtainedAt', 'lifetimeSeconds', 'lifetimeAssumed', 'requesting', 'waiting'),
    ...plain('requests', 'rejectionsPaused'),
    failure,
  },
  credentials: plain('tenant', 'clientId', 'inUseSince'),
  login: plain('since', 'flaw', 'over'),
  upstream: {
    ...plain('origin', 'answeredAt', 'clockSkewSeconds'),
    lastAnswer: plain('at', 'status'),
    lastFailure: plain('at', 'code'),
    trouble: plain('way', 'title', 'since', 'at'),
    connections: [plain('target', 'connected', 'free')],
  },
  counters: plain(
    ...['requests', 'fromUpstream', 'failed', 'requestBytes', 'responseBytes'],
    ...['replays', 'tokenRejections', 'inFlight', 'waiting'],
  ),
  drift: { unknown: [drifted], ending: [drifted] },
  shares: {
    places: plain('inUse', 'limit', 'of'),
    waiting: [plain('share', 'by', 'waiting', 'inFlight', 'why')],
    hold: plain('until', 'since', 'status', 'waiting'),
    pauses: plain('total', 'since'),
    held: plain('total', 'repeated'),
    turnedAway: plain('total'),
  },
  sharedToken: { ...plain('store', 'up', 'since', 'taken', 'asked', 'alone'), failing: plain('cause') },
  callers: {
    ...plain('since', 'problemsSince', 'unknownRefusals'),
    table: [
      {
        ...plain('name', 'allowLines', 'denyLines', 'report', 'calls', 'refusals', 'wouldBeRefusals', 'lastSeenAt'),
        ways: ['plain'],
        profiles: ['plain'],
      },
    ],
  },
  certificate: { ...plain('validFrom', 'validUntil', 'since'), problem: plain('since') },
  audit: {
    ...plain('onFailure', 'lines', 'unrecorded'),
    head: plain('seq'),
    failing: plain('since', 'why', 'refused', 'unrecorded'),
    replaced: plain('times', 'at', 'lost'),
  },
  repeats: plain('unknown'),
  notices: [{ ...plain('receiver', 'kind', 'taken', 'failed', 'takenAt'), failing: plain('since') }],
  listeners: { data: ['plain'], admin: ['plain'] },
}

/**
 * The parts of a running sidecar's `/api/status` that may be sent to others; null without an answer. Of its settings, those that
 * `ours` has otherwise.
 */
export function shownStatus(status: unknown, ours: readonly ShownSetting[]): unknown {
  const parts = kept(status, shape)
  if (typeof parts !== 'object' || parts === null) return null
  const settings = kept(memberAt(status, 'settings'), [plain('name', 'value')])
  const all: unknown[] = Array.isArray(settings) ? settings : []
  const known = new Map(ours.map(({ name, value }) => [name, value]))
  const otherSettings = all.filter((one) => known.get(String(memberAt(one, 'name'))) !== memberAt(one, 'value'))
  return { ...parts, otherSettings }
}
