/** What was seen of one program. Each cell is as it stands in the table. */
export type Row = {
  get: string
  post: string
  upload: string
  download: string
  renewal: string
  error: string
  smallCut: string
  largeCut: string
}

export type Login = { placeholder: string; calls: string; renewal: string; secrecy: string }

/** When a program sends the name and the key of its base URL. */
export type UserInfo = { sends: string }

/** A row's name, how it was tested, and what was seen. */
export type Entry<Seen> = { name: string; tested: string; seen: Seen }

export const neverRun = 'bytes reconstructed from documentation, never run'

const columns: Record<keyof Row, string> = {
  get: 'GET',
  post: 'POST',
  upload: 'upload',
  download: 'download',
  renewal: 'renewal',
  error: 'sees an error',
  smallCut: 'cut up to 1 MiB',
  largeCut: 'cut over 1 MiB',
}

const loginColumns: Record<keyof Login, string> = {
  placeholder: 'gets a token',
  calls: 'calls',
  renewal: 'renews',
  secrecy: 'its credentials stay with it',
}

const userInfoColumns: Record<keyof UserInfo, string> = { sends: 'sends name and key' }

/** What the suite saw, table by table. */
export type Seen = {
  ran: Entry<Row>[]
  reconstructed: Entry<Row>[]
  logins: Entry<Login>[]
  userInfo: Entry<UserInfo>[]
}

/** The page, from what the suite saw. */
export function page({ ran, reconstructed, logins, userInfo }: Seen): string {
  return `# Compatibility

<!-- Written by \`npm run compatibility\`. Do not edit. -->

Which programs work with the sidecar as they are, and what they see when something goes wrong. Each program was given the sidecar's
address as its base URL and nothing else. Behind the sidecar was a stand-in for CATAPA.

The tests write this page. All programs run again in CI with every change, and a result that differs from this page fails the build. The
programs are in [test/system/compatibility](../test/system/compatibility), written as such programs mostly are.

## Programs that ran

A tick is a result that was seen and checked. The columns are explained below the table.

${table(columns, ran)}

| column | what was done | what a tick says |
| --- | --- | --- |
| GET | a list with a filter, \`?query=name:B*;status:ACTIVE,LEAVE;city:Jakarta%20Selatan\` | CATAPA received the address byte for byte |
| POST | 3 kB of JSON with letters beyond ASCII | CATAPA received every byte |
| upload | a file of 1 MB as \`multipart/form-data\` | the file arrived under its name, every byte |
| download | 5 MB | every byte arrived |
| renewal | CATAPA revokes the token, then a GET | it succeeds; the program saw no 401 |
| sees an error | the sidecar has the wrong client secret and answers 503; asked by a GET, and in the middle of an upload | the program ends with an error and can show the code \`credentials_rejected\`, from the answer's body or, where a program does not get that, from its first line |
| cut up to 1 MiB | the connection to CATAPA is lost in the middle of an answer of 500 kB, sent with its length and without | the program ends with an error: it sees a 502 of the sidecar, or that the connection broke off |
| cut over 1 MiB | the same with 5 MB | the same; *unnoticed* is half an answer that the program takes for a whole one, *a warning only* is one that came with a status of success |

Programs that send HTTP/1.0 or \`Connection: close\` often cannot notice a cut. So the sidecar collects an answer to such a program, up
to 1 MiB, before it sends anything, and a cut becomes a 502. Over 1 MiB it resets the connection. Some programs take even this for the
end: PHP's \`file_get_contents\` returns half the answer (compare its length with \`Content-Length\`), and LWP reports success with the
header \`X-Died\`. Let such programs ask for less than 1 MiB at a time.

## Programs that cannot run here

The bytes that these programs would send were written down from documentation. They went through the same columns, over kept-alive
connections, and the cells say what came back on the wire. Nobody has tried how the programs take it, so there are no ticks.

${table(columns, reconstructed)}

## Programs that log in by themselves

They keep their login code, with a made-up client id and secret. The sidecar answers that login itself: it gives them a placeholder
instead of a token (\`SIDECAR_PLACEHOLDER_TOKEN\`), and replaces the placeholder in their calls.

${table(loginColumns, logins)}

*Its credentials stay with it*: client id, secret (plain or in Base64) and placeholder were neither among the bytes that the sidecar
sent to CATAPA nor in its log at the level \`trace\`. The same search finds them in what the program sent.

## Name and key in the base URL

A program that is [a named caller](callers.md) shows its key. Where its base URL is all that can be changed, name and key can stand in that:
\`http://time-clock:csk_…@localhost:8228\`. Not every program sends what stands there.

${table(userInfoColumns, userInfo)}

- ***at once***: the base URL is enough. A sidecar that knows only this caller let these programs in, and no others.
- ***only when asked for it***: the program waits for a 401 that asks for a password. The sidecar never sends one, since a 401 is always
  CATAPA's, so the program stays unknown.
- ***never***: the program leaves out what stands before the \`@\`, and stays unknown.
- ***an error: it asks nobody***: the program does not take such an address.

For all but the first, [write a header](callers.md#what-each-program-writes), or let the program log in at the sidecar with the name as its client
id and the key as its secret. The programs of the second table above were not tried with it; write a header there.
`
}

/** A page without the versions, which differ from machine to machine. */
export function withoutVersions(text: string): string {
  return text.replaceAll(/ran here \([^)]*\)/g, 'ran here')
}

function table<Seen extends Record<string, string>>(
  titles: Record<keyof Seen, string>,
  entries: Entry<Seen>[],
): string {
  const keys = Object.keys(titles) as (keyof Seen)[]
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['program', 'tested', ...keys.map((key) => titles[key])]),
    line(['---', '---', ...keys.map(() => '---')]),
    ...entries.map(({ name, tested, seen }) => line([name, tested, ...keys.map((key) => seen[key] ?? '')])),
  ].join('\n')
}
