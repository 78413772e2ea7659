import { words } from '../words/language.ts'

/** The addresses, and the callers file if there is one. */
type Where = Readonly<{ url: string; sandbox: string; status: string | undefined; file: string | undefined }>

/** What the demo prints. Each text of `parts` is another one of these; commands are to be pasted. */
export const demoWords = words('demoWords', {
  introduction: ({ url, sandbox, status, file }: Where, [list, payslip]: readonly [string, string], parts: string) => {
    const page = status === undefined ? '' : `\n  status   ${status}   open it in a browser to see what goes on`
    const whoMay = file === undefined ? '' : `\n  callers  ${file}   says who may do what`
    return `
catapa-sidecar demo: all people and figures are invented.
  sidecar  ${url}   your programs call this, without any login
  sandbox  ${sandbox}   stands in for https://api.catapa.com${page}${whoMay}

Paste into another terminal (in PowerShell and cmd write curl.exe):

  ${list}

  ${payslip}
${parts}
To point a program at it, change its base URL and remove its login:

  https://api.catapa.com  ->  ${url}

To make calls on behalf of a person, log in as one of the invented people: "Try it without an account" in docs/on-behalf-of.md.

Ctrl-C ends both.
`
  },
  whatCallersMay: ([read, remove, payslip]: readonly [string, string, string]) => `
A program can have a name, with a key of its own, and limits to what it may do. An export may read, but not delete:

  ${read}

  ${remove}

A time clock may not ask what people earn:

  ${payslip}
`,
  whoGivesUp: (commands: readonly string[]) => `
A program that gives up too early and sends a write again gets the first answer, and the add-on is paid once (curl, PHP):

  ${commands.join('\n\n  ')}
`,
  whoDidWhat: (commands: readonly string[]) => `
The audit trail records who did what, refused calls too. Look at it, and verify that nobody has changed it:

  ${commands.join('\n\n  ')}
`,
  /** At the top of the callers file, and above its last section. */
  callersFile: [
    'The callers of this demo. Change it and look at the status page: it is read again within 5 seconds.',
    'The keys were printed when the demo started; here are only their digests. The file goes when the demo ends.',
  ],
  everyoneElse: 'Everyone else: programs without a key.',
})
