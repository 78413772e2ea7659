import { operations } from './operations.ts'
import { type Endpoints, json, type SandboxAnswer, type SandboxCall, springError } from './sandbox-request.ts'

type Route = Readonly<{
  method: string
  template: string
  pattern: RegExp
  answer: (call: SandboxCall) => SandboxAnswer | Promise<SandboxAnswer>
}>

/**
 * Finds the endpoint of a call. Not Fastify's router: it refuses paths that the echo must see, and the list of
 * operations wants the same templates.
 */
export function router(endpoints: Endpoints): (call: SandboxCall) => SandboxAnswer | Promise<SandboxAnswer> {
  const routes: Route[] = []
  for (const [name, answer] of Object.entries(endpoints)) {
    const [method = '', template = ''] = name.split(' ')
    routes.push({ method, template, pattern: patternOf(template), answer })
  }
  for (const [method, templates] of Object.entries(operations)) {
    for (const template of templates) {
      routes.push({ method, template, pattern: patternOf(template), answer: () => notModelled(method, template) })
    }
  }
  return (call) => {
    const path = decodePath(call.path)
    // Spring answers HEAD wherever it answers GET.
    const method = call.method === 'HEAD' ? 'GET' : call.method
    const matching = routes.filter((route) => route.pattern.test(path))
    const route = matching.find((candidate) => candidate.method === method)
    if (route) return route.answer({ ...call, params: paramsOf(route, path) })
    if (matching.length === 0) return springError(404, call.path, 'No message available')
    const allow = [...new Set(matching.map((candidate) => candidate.method))].join(', ')
    const refusal = springError(405, call.path, `Request method '${call.method}' not supported`)
    return { ...refusal, headers: { ...refusal.headers, Allow: allow } }
  }
}

function notModelled(method: string, template: string): SandboxAnswer {
  const message = `CATAPA has ${method} ${template}, this sandbox does not model it`
  return json(404, { error: 'not_modelled', message })
}

/** `externalId%3D{id}` and `externalId={id}` are one template, as they are to Spring. Literal text wins by its place in the list. */
function patternOf(template: string): RegExp {
  const source = template
    .split(/\{[^}]*\}/)
    .map((literal) => decodePath(literal).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('([^/]+)')
  return new RegExp(`^${source}$`)
}

function paramsOf(route: Route, path: string): string[] {
  // An encoded slash was kept encoded until here, so that it couldn't part segments.
  return (route.pattern.exec(path)?.slice(1) ?? []).map((value) => value.replaceAll(/%2F/gi, '/'))
}

/** Percent-decoded, except for `%2F` and for what isn't UTF-8. */
function decodePath(path: string): string {
  return path.replace(/(?:%(?!2F)[0-9A-F]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded)
    } catch {
      return encoded
    }
  })
}
