import { json, readJson, type SandboxAnswer, type SandboxCall, springError } from './sandbox-request.ts'

/**
 * What CATAPA's bulk operations answer: each id of the body on its own. `act` gives undefined once it is done, or why it is not.
 * CATAPA's reference doesn't say which are meant without a body; here none are.
 */
export async function eachId(
  call: SandboxCall,
  failureCode: string,
  act: (id: string) => string | undefined,
): Promise<SandboxAnswer> {
  const ids = idsIn(await readJson(call))
  if (ids.length === 0) return springError(400, call.path, 'No ids in the body')
  const successes: object[] = []
  const failures: object[] = []
  for (const id of ids) {
    const reason = act(id)
    if (reason === undefined) successes.push({ id })
    else failures.push({ code: failureCode, message: reason, params: { id, reason } })
  }
  return json(200, { successes, failures })
}

/** The ids in any of the forms that CATAPA's bulk operations are given: `{id}`, `[{id}]`, `["…"]`, `{ids: […]}`. */
function idsIn(body: object): string[] {
  const list: unknown[] = Array.isArray(body) ? body : 'ids' in body && Array.isArray(body.ids) ? body.ids : [body]
  const ids = list.map((item) => (typeof item === 'object' && item !== null && 'id' in item ? item.id : item))
  return [...new Set(ids.filter((id) => typeof id === 'string'))]
}
