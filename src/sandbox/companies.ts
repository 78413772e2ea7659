import { createHash } from 'node:crypto'
import { locations, uuid } from './reference-lists.ts'
import {
  type Endpoints,
  json,
  parseJson,
  readBody,
  type SandboxAnswer,
  type SandboxCall,
  SandboxRefusal,
  springError,
} from './sandbox-request.ts'

const largestFile = 4 * 1024 * 1024

/** What an upload can change besides the logo. */
const changeable = ['name', 'code', 'website', 'siup', 'tdp', 'email']

/** The company and its logo, which lives as long as the sandbox runs. */
export function companies(): Endpoints {
  let logo: Buffer | undefined
  let detail: object = {
    id: uuid('company'),
    code: 'PTCNS',
    name: 'PT Contoh Nusantara Sejahtera',
    website: 'https://www.example.co.id',
    siup: '999/CONTOH/2004',
    tdp: '00.00.0.00.00000',
    email: 'halo@example.co.id',
    logo: null,
    logoOriginalFilename: null,
    logoFileMetadata: null,
    timeZone: { code: 'Asia/Jakarta', offset: '+07:00' },
    location: locations[0],
  }

  async function upload(call: SandboxCall): Promise<SandboxAnswer> {
    const form = await readForm(call)
    const [request, file] = [form.get('request'), form.get('file')]
    if (request === null) return springError(400, call.path, "Required request part 'request' is not present")
    if (file instanceof File && file.size > largestFile) {
      return springError(413, call.path, 'Maximum upload size exceeded')
    }
    const changes = parseJson(typeof request === 'string' ? request : await request.text())
    if (typeof changes !== 'object' || changes === null) {
      return springError(400, call.path, "JSON parse error in request part 'request'")
    }
    const wanted = Object.entries(changes).filter(
      ([name, value]) => changeable.includes(name) && typeof value === 'string',
    )
    detail = { ...detail, ...Object.fromEntries(wanted) }
    if (file instanceof File) {
      logo = Buffer.from(await file.arrayBuffer())
      detail = { ...detail, ...logoOf(file, logo, call) }
    }
    return json(200, detail)
  }

  return {
    'GET /core/v1/companies': () => json(200, detail),
    'POST /core/v1/companies': upload,
    // Not CATAPA's: the place that `logoFileMetadata.url` names.
    'GET /sandbox/files/logo': (call) =>
      logo
        ? { status: 200, headers: { 'Content-Type': 'application/octet-stream' }, body: logo }
        : springError(404, call.path, 'No logo was uploaded'),
  }
}

async function readForm(call: SandboxCall): Promise<FormData> {
  const type = call.request.headers['content-type'] ?? ''
  if (!/^multipart\/form-data\b/i.test(type)) {
    throw new SandboxRefusal(springError(415, call.path, 'The request is not multipart/form-data'))
  }
  // The file's limit and some room for the JSON and the boundaries.
  const body = await readBody(call, largestFile + 64 * 1024)
  return new Response(body, { headers: { 'Content-Type': type } }).formData().catch(() => {
    throw new SandboxRefusal(springError(400, call.path, 'The multipart body cannot be read'))
  })
}

/** Size and digest are the sandbox's own addition, so that an upload can be compared with what was sent. */
function logoOf({ name: filename, type: contentType, size }: File, content: Buffer, call: SandboxCall) {
  const sha256 = createHash('sha256').update(content).digest('hex')
  const [path, url] = ['sandbox/files/logo', `${call.origin}/sandbox/files/logo`]
  const logoFileMetadata = { filename, path, url, contentType, size, sha256 }
  return { logo: 'logo', logoOriginalFilename: filename, logoFileMetadata }
}
