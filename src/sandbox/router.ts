import { documentedOperations } from '../operations/operation-table.ts'
import { type Endpoint, type Endpoints, json, springError } from './sandbox-request.ts'

type Route = Readonly<{ method: string; template: string; pattern: RegExp; answer: Endpoint }>

/**
 * Finds the endpoint of a call. Not Fastify's router: it refuses paths that the echo must see. What CATAPA has and no endpoint
 * models is said to be so, which is kinder than a 404 that looks like a typing error.
 */
export function router(endpoints: Endpoints): Endpoint {
  const known = [...Object.entries(endpoints), ...Object.entries(notModelled())]
  const routes = known.map(([name, answer]): Route => {
    const [method = '', template = ''] = name.split(' ')
    return { method, template, pattern: patternOf(template), answer }
  })
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

/** The operations of CATAPA's public reference. In their order `{` comes after letters, so literal text wins. */
function notModelled(): Endpoints {
  const lines = documentedOperations.trim().split('\n')
  const names = lines.map((line) => line.replace(/^(\S+) +\S+ +\S+ +(\S+).*/, '$1 $2')).sort()
  return Object.fromEntries(
    names.map((name) => [
      name,
      () => json(404, { error: 'not_modelled', message: `CATAPA has ${name}, this sandbox does not model it` }),
    ]),
  )
}

/** `externalId%3D{id}` and `externalId={id}` are one template, as they are to Spring. */
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
