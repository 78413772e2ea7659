import { patched } from './faults.ts'
import { json, parseJson, readBody, type SandboxAnswer, type SandboxCall, springError } from './sandbox-request.ts'
import type { SandboxState } from './state.ts'
import { noStats } from './stats.ts'

type Control = (call: SandboxCall, state: SandboxState) => SandboxAnswer | Promise<SandboxAnswer>

const controls: Readonly<Record<string, Readonly<Record<string, Control>>>> = {
  '/sandbox/faults': {
    GET: (_call, state) => json(200, state.faults),
    PATCH: patchFaults,
    DELETE: (_call, state) => {
      state.faults = {}
      state.bucket = undefined
      return json(200, state.faults)
    },
  },
  '/sandbox/stats': {
    GET: (_call, state) => json(200, state.stats),
    DELETE: (_call, state) => {
      state.stats = noStats()
      return json(200, state.stats)
    },
  },
  '/sandbox/ledger': {
    GET: (_call, state) => json(200, Object.fromEntries(state.ledger)),
    DELETE: (_call, state) => {
      state.ledger.clear()
      return json(200, {})
    },
  },
  '/sandbox/revoke': {
    POST: (_call, state) => json(200, { revoked: state.tokens.revokeAll() }),
  },
  // Refresh tokens too, as when a person withdraws the access or an administrator ends it.
  '/sandbox/revoke-logins': {
    POST: (_call, state) => json(200, { revoked: state.logins.revokeAll() }),
  },
  '/sandbox/client': { PATCH: changeSecret },
}

/** The sandbox's own switches, which need no token and which no fault touches. Undefined for any other path. */
export function controlOf(path: string): Control | undefined {
  if (!Object.hasOwn(controls, path)) return undefined
  const methods = controls[path] ?? {}
  return (call, state) => {
    const control = methods[call.method === 'HEAD' ? 'GET' : call.method]
    if (control) return control(call, state)
    const refusal = springError(405, call.path, `Request method '${call.method}' not supported`)
    return { ...refusal, headers: { ...refusal.headers, Allow: Object.keys(methods).join(', ') } }
  }
}

async function patchFaults(call: SandboxCall, state: SandboxState): Promise<SandboxAnswer> {
  const patch = parseJson((await readBody(call, 1024 * 1024)).toString('utf8'))
  const outcome = patched(state.faults, patch)
  if ('problems' in outcome) return springError(400, call.path, outcome.problems.join('; '))
  const { quota } = state.faults
  state.faults = outcome.faults
  if (JSON.stringify(quota) !== JSON.stringify(outcome.faults.quota)) state.bucket = undefined
  return json(200, state.faults)
}

/** Another client secret, as when somebody makes a new one: the old one is refused from now on, tokens stay valid. */
async function changeSecret(call: SandboxCall, state: SandboxState): Promise<SandboxAnswer> {
  const patch = parseJson((await readBody(call, 64 * 1024)).toString('utf8'))
  const isChange = typeof patch === 'object' && patch !== null && 'clientSecret' in patch
  if (!isChange || typeof patch.clientSecret !== 'string' || patch.clientSecret === '') {
    return springError(400, call.path, 'clientSecret must be a string, and not empty')
  }
  state.options = { ...state.options, clientSecret: patch.clientSecret }
  return json(200, {})
}
