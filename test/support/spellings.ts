// Ways to write a request for an operation that its caller may not carry out, so that a proxy takes it for another one.

/** Whose request it is, by its section of `bypassCallers`. */
export type Restricted = 'reader' | 'keeper' | 'clerk' | 'intranet'

/** What these callers may not do, as the sections of a callers file have it. */
export const bypassCallers: Readonly<Record<Restricted, { lines: string; refused: RegExp }>> = {
  reader: {
    lines: 'profile = read-only',
    refused: /^(DELETE|PUT|PATCH) |^POST .*\/(employees|cities|companies|fingerprints)$/,
  },
  keeper: { lines: 'profile = no-delete', refused: /^DELETE / },
  clerk: {
    lines: 'profile = no-bulk-delete no-approvals',
    refused: /^DELETE .*\/(employees|sub-locations|all)$|\/(approve|reject|undo|cancel)$/,
  },
  intranet: {
    lines:
      'deny = * /core/v1/bank-account-configurations/**\ndeny = DELETE /core/v1/employees/**\ndeny = GET /core/v1/companies',
    refused:
      /^[A-Z]+ \/core\/v1\/bank-account-configurations|^DELETE \/core\/v1\/employees|^GET \/core\/v1\/companies$/,
  },
}

/** A request in bytes, as Latin-1. `head`: the lines of `Host` and of the caller's key, which every request has. */
export type Spelling = Readonly<{ caller: Restricted; what: string; bytes: (head: string) => string }>

type Wire = Readonly<{ method: string; target: string; headers?: readonly string[]; body?: string; version?: string }>

function wire({ method, target, headers = [], body, version = '1.1' }: Wire): (head: string) => string {
  const own = [...headers, ...(body === undefined ? [] : [`Content-Length: ${body.length}`])]
  return (head) =>
    `${method} ${target} HTTP/${version}\r\n${head}${own.map((line) => `${line}\r\n`).join('')}\r\n${body ?? ''}`
}

function spelling(caller: Restricted, request: Wire): Spelling {
  const { method, target, headers = [], body = '', version = '' } = request
  return { caller, what: [caller, method, target, version, ...headers, body].join(' ').trim(), bytes: wire(request) }
}

/** A path in other words. */
function paths(path: string): string[] {
  const cut = path.lastIndexOf('/')
  const [parent, last] = [path.slice(0, cut), path.slice(cut + 1)]
  const [first = '', ...rest] = last
  const hex = first.charCodeAt(0).toString(16)
  const tail = rest.join('')
  const wide = encodeURIComponent(String.fromCharCode(first.charCodeAt(0) + 0xfee0))
  return [
    ...[`${path};x`, `${path};jsessionid=1`, `${parent};a=b/${last}`, `/;x${path}`, `${path}%3Bx`, `${path}%3bx=y`],
    ...[`${parent}//${last}`, `/${path}`, `${path}/`, `${path}//`, `${parent}///${last}`, `${path}/;x`],
    ...[`${parent}/./${last}`, `${parent}/x/../${last}`, `${path}/.`, `${parent}/%2e/${last}`, `${path}/x/..;/`],
    ...[`${path}.json`, `${path}.xml`, `${path}.`, `${path}%2Ejson`],
    ...[`${parent}%2F${last}`, `${parent}%2f${last}`, `${parent}%5C${last}`, `${parent}%252F${last}`, `${path}%2F`],
    ...[
      `${parent}/%${hex}${tail}`,
      `${parent}/%25${hex}${tail}`,
      `${parent}/%2525${hex}${tail}`,
      `${parent}/%u00${hex}${tail}`,
    ],
    ...[
      `${parent}%C0%AF${last}`,
      `${parent}%E0%80%AF${last}`,
      `${parent}%EF%BC%8F${last}`,
      `${parent}%E2%88%95${last}`,
    ],
    ...[
      `${parent}/%${(0xc1).toString(16)}%${((first.charCodeAt(0) & 0x3f) | 0x80).toString(16)}${tail}`,
      `${parent}/${wide}${tail}`,
    ],
    ...[
      `${path}%00`,
      `${path}%20`,
      `${path}%09`,
      `${path}%0d%0a`,
      `${path}%3Fx`,
      `${path}%23x`,
      `${path}%C2%AD`,
      `${path}%E2%80%8B`,
    ],
    ...[
      `${parent}/${first.toUpperCase()}${tail}`,
      path.toUpperCase(),
      path.replace('/core', '/Core'),
      path.replace('v1', 'V1'),
    ],
    ...[`http://localhost${path}`.replace('v1', 'V1'), `http://localhost${path};x`, `http://localhost/${path}`],
  ]
}

const id = '8f3c1d0a-5b1e-4c5e-9a67-0d2f3b4c5d6e'

/** Requests whose path alone is odd. */
const byPath: Spelling[] = [
  ...paths('/core/v1/employees').map((target) => spelling('clerk', { method: 'DELETE', target })),
  ...paths('/core/v1/families/approvals/approve').map((target) => spelling('clerk', { method: 'PUT', target })),
  ...paths('/core/v1/bank-account-configurations').map((target) => spelling('intranet', { method: 'GET', target })),
  spelling('intranet', { method: 'HEAD', target: '/core/v1/bank-account-configurations/' }),
  spelling('intranet', { method: 'GET', target: `/core/v1/bank-account-configurations/${id};x` }),
  spelling('intranet', { method: 'GET', target: '/core/v1/bank-account-conf%C4%B1gurations' }),
  spelling('intranet', { method: 'GET', target: '/core/v1/bank-account-conf%C4%B0gurations' }),
  spelling('clerk', { method: 'DELETE', target: '/core/v1/employee-variables/aperiodic/ALL' }),
  spelling('clerk', { method: 'DELETE', target: '/core/v1/employees/', version: '1.0' }),
  spelling('intranet', {
    method: 'GET',
    target: '/core/v1/employees?x=1',
    headers: ['X-Original-URL: /core/v1/bank-account-configurations'],
  }),
  spelling('intranet', {
    method: 'GET',
    target: '/',
    headers: ['x_rewrite_url: /core/v1/bank-account-configurations?x=1'],
  }),
  spelling('intranet', {
    method: 'GET',
    target: '/x',
    headers: ['X-Original-URI: /core/v1/bank-account-configurations'],
  }),
]

/** Honest paths with another method in a header. */
const byHeader: Spelling[] = [
  ...[
    'X-HTTP-Method-Override',
    'x-http-method-override',
    'X_HTTP_METHOD_OVERRIDE',
    'X-Http_Method-Override',
    'X-HTTP-Method',
  ],
  ...[
    'X-Method-Override',
    'X-Method',
    'HTTP-Method-Override',
    'Method-Override',
    '_method',
    '_METHOD',
    'X-Original-Method',
  ],
].flatMap((name) => [
  spelling('keeper', { method: 'POST', target: '/core/v1/employees', headers: [`${name}: DELETE`] }),
  spelling('reader', { method: 'GET', target: '/core/v1/employees', headers: [`${name}:delete`], version: '1.0' }),
])

const inQuery = [
  ...[
    '_method=DELETE',
    '_METHOD=delete',
    'a=b&_method=DELETE',
    '&&_method=DELETE',
    'a=b;_method=DELETE',
    '%5Fmethod=DELETE',
  ],
  ...['_m%65thod=DELETE', '%255Fmethod=DELETE', '_method=%44ELETE', '%u005Fmethod=DELETE', '%C1%9Fmethod=DELETE'],
  ...[
    '_method%3DDELETE',
    'a=1%26_method=DELETE',
    'a=1%26_method%3DDELETE',
    'a=1%3B_method%3DDELETE',
    'a?_method=DELETE',
  ],
  ...[
    '_method[]=DELETE',
    '_method%5B%5D=DELETE',
    '_method[0]=DELETE',
    '+_method=DELETE',
    '%20_method=DELETE',
    '_method%00=DELETE',
  ],
  ...['!_method=DELETE', '_method%20=DELETE', 'page=0&size=50&query=name:*;id>4&_method=DELETE'],
]

const byQuery: Spelling[] = inQuery.flatMap((query) => [
  spelling('keeper', { method: 'POST', target: `/core/v1/employees?${query}` }),
  spelling('reader', { method: 'GET', target: `http://localhost/core/v1/employees?${query}` }),
])

const form = 'application/x-www-form-urlencoded'
const json = 'application/json'

const byForm: Spelling[] = [
  [form],
  [form.toUpperCase()],
  [`${form}; charset=utf-8`],
  [`${json}, ${form}`],
  [json, form],
  [form, json],
  [`${json}; x="${form}"`],
  [`  ${form}`],
].map((types) =>
  spelling('keeper', {
    method: 'POST',
    target: '/core/v1/employees',
    headers: types.map((type) => `Content-Type: ${type}`),
    body: 'name=Budi&_method=DELETE',
  }),
)

function upload(disposition: string, method: string, before = ''): string {
  return `--b\r\n${before}Content-Disposition: form-data; ${disposition}\r\n\r\n${method}\r\n--b--\r\n`
}

const names = [
  ...['name="_method"', 'name=_method', "name='_method'", 'NAME="_METHOD"', 'name = "_Method"', "name*=utf-8''_method"],
  ...[
    "name*=utf-8''%5Fmethod",
    'name="%5Fmethod"',
    'name="\\_me\\thod"',
    'name=\r\n "_method"',
    'filename=a; name="_method"',
  ],
  ...['name="=?utf-8?Q?=5Fmethod?="', 'name="=?utf-8?B?X21ldGhvZA==?="', 'name=" _method"'],
]

const multipart = 'Content-Type: multipart/form-data; boundary=b'

const byPart: Spelling[] = [
  ...names.map((name) =>
    spelling('keeper', {
      method: 'POST',
      target: '/core/v1/employees',
      headers: [multipart],
      body: upload(name, 'DELETE'),
    }),
  ),
  spelling('intranet', {
    method: 'POST',
    target: '/core/v1/companies',
    headers: [multipart.replace('-', '_')],
    body: upload('name="_method"', 'GET'),
  }),
  // Where CATAPA documents an upload.
  ...names.map((name) =>
    spelling('intranet', {
      method: 'POST',
      target: '/core/v1/companies',
      headers: [multipart],
      body: upload(name, 'GET'),
    }),
  ),
  spelling('keeper', {
    method: 'POST',
    target: '/core/v1/sub-locations',
    headers: ['Content-Type: Multipart/Mixed; boundary=b'],
    body: upload('name="_method"', 'DELETE', 'Content-Type: text/plain\r\n'),
  }),
]

/** Behind or before an honest one, on one connection. */
const pipelined: Spelling[] = (
  [
    { caller: 'clerk', honest: 'GET /core/v1/cities', odd: { method: 'DELETE', target: '/core/v1//employees' } },
    {
      caller: 'keeper',
      honest: 'GET /core/v1/cities',
      odd: { method: 'POST', target: '/core/v1/employees?_method=DELETE' },
    },
  ] as const
).flatMap(({ caller, honest, odd }): Spelling[] => {
  const first = (head: string) => `${honest} HTTP/1.1\r\n${head}\r\n`
  const second = wire(odd)
  return [
    { caller, what: `${caller} pipelined behind an honest request`, bytes: (head) => first(head) + second(head) },
    { caller, what: `${caller} pipelined before an honest request`, bytes: (head) => second(head) + first(head) },
  ]
})

/** Plainly what is refused, in other versions and forms of HTTP. */
const plain: Spelling[] = [
  spelling('reader', { method: 'DELETE', target: '/core/v1/employees' }),
  spelling('reader', { method: 'PUT', target: `/core/v1/employees/${id}/manager`, version: '1.0', body: '{}' }),
  spelling('keeper', { method: 'DELETE', target: `http://localhost/core/v1/employees` }),
  spelling('clerk', { method: 'PUT', target: '/core/v1/families/approvals/reject?x=1', body: '[]' }),
  spelling('intranet', { method: 'HEAD', target: '/core/v1/bank-account-configurations' }),
  spelling('intranet', { method: 'DELETE', target: 'HTTP://LOCALHOST/core/v1/employees' }),
]

export const spellings: readonly Spelling[] = [
  ...[...byPath, ...byHeader, ...byQuery],
  ...[...byForm, ...byPart, ...pipelined, ...plain],
]
