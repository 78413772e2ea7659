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

/** The page, from what the suite saw. */
export function page(ran: Entry<Row>[], reconstructed: Entry<Row>[], logins: Entry<Login>[]): string {
  return `# Compatibility

<!-- Written by \`npm run compatibility\`. Do not edit. -->

Which programs work with the sidecar without being changed, and what they see when something goes wrong. Each program was
given the sidecar's address as its base URL and nothing else; behind the sidecar was a stand-in for CATAPA. The page is
written by the tests: all programs run again in CI with every change, and a result that differs from this page fails the
build. The programs are in [test/compatibility](../test/compatibility), written as such programs mostly are.

## Programs that ran

A tick is a result that was seen and checked. What each column stands for is below the table.

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

Programs that send HTTP/1.0 or \`Connection: close\` are often unable to notice a cut. The sidecar collects answers to such
programs, up to 1 MiB, before it sends anything, so that a cut becomes a 502. Over that, the connection is reset, and some take
even this for the end: PHP's \`file_get_contents\` returns half the answer (compare its length with \`Content-Length\`), LWP
reports success with the header \`X-Died\`. Let such programs ask for less than 1 MiB at a time.

## Programs that cannot run here

The bytes that these programs would send were written down from documentation, and went through the same columns over
kept-alive connections. The cells say what came back on the wire. How the programs take it, nobody has tried; hence no ticks.

${table(columns, reconstructed)}

## Programs that log in by themselves

They keep their login, with a made-up client id and secret. It ends at the sidecar, which gives them a placeholder instead of
a token (\`SIDECAR_PLACEHOLDER_TOKEN\`) and replaces it in their calls.

${table(loginColumns, logins)}

*Its credentials stay with it*: neither client id nor secret, plain or in Base64, nor the placeholder were among the bytes that
the sidecar sent to CATAPA, or in its log at the level \`trace\`. The same search finds them in what the program sent.
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
