import { createHash } from 'node:crypto'
import { companyDetail } from './company.ts'
import { type Part, partsOf } from './multipart.ts'
import {
  type Endpoints,
  json,
  parseJson,
  readBody,
  type SandboxAnswer,
  type SandboxCall,
  springError,
} from './sandbox-request.ts'

const largestFile = 4 * 1024 * 1024

/** What an upload can change besides the logo. */
const changeable = ['name', 'code', 'website', 'siup', 'tdp', 'email'] as const

/** The company and its logo, which lives as long as the sandbox runs. */
export function companies(): Endpoints {
  let detail: object = companyDetail
  let logo: Part | undefined

  async function upload(call: SandboxCall): Promise<SandboxAnswer> {
    // The file's limit and some room for the JSON and the boundaries.
    const body = await readBody(call, largestFile + 64 * 1024)
    const parts = partsOf(call.request.headers['content-type'], body)
    if (!Array.isArray(parts))
      return springError(parts.problem.includes('not multipart') ? 415 : 400, call.path, parts.problem)
    const file = parts.find((part) => part.name === 'file')
    const request = parts.find((part) => part.name === 'request')
    if (!request) return springError(400, call.path, "Required request part 'request' is not present")
    const changes = changesIn(request)
    if (!changes) return springError(400, call.path, "JSON parse error in request part 'request'")
    if (file && file.body.length > largestFile) return springError(413, call.path, 'Maximum upload size exceeded')

    logo = file ?? logo
    detail = { ...detail, ...changes, ...(file ? logoOf(file, call) : {}) }
    return json(200, detail)
  }

  return {
    'GET /core/v1/companies': () => json(200, detail),
    'POST /core/v1/companies': upload,
    // Not CATAPA's: the place that `logoFileMetadata.url` names.
    'GET /sandbox/files/logo': (call) =>
      logo
        ? { status: 200, headers: { 'Content-Type': 'application/octet-stream' }, body: logo.body }
        : springError(404, call.path, 'No logo was uploaded'),
  }
}

function changesIn(part: Part): object | undefined {
  const value = parseJson(part.body.toString('utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const wanted = Object.entries(value).filter(
    ([name, content]) => changeable.some((field) => field === name) && typeof content === 'string',
  )
  return Object.fromEntries(wanted)
}

/** Size and digest are the sandbox's own addition, so that an upload can be compared with what was sent. */
function logoOf(file: Part, call: SandboxCall) {
  const filename = file.filename ?? 'file'
  return {
    logo: 'logo',
    logoOriginalFilename: filename,
    logoFileMetadata: {
      filename,
      path: 'sandbox/files/logo',
      url: `${call.origin}/sandbox/files/logo`,
      contentType: file.contentType ?? null,
      size: file.body.length,
      sha256: createHash('sha256').update(file.body).digest('hex'),
    },
  }
}
