import { words } from '../words/language.ts'

import type { CommandName } from './commands.ts'

/** `takes`: the names of subcommands, with what they want. */
export type CommandHelp = {
  /** One line for `--help`. */
  summary: string
  /** The lines below it in `COMMAND --help`. */
  help: string
  takes?: string
}

export const helpWords = words('helpWords', {
  start: {
    summary: 'run the sidecar (also without a command)',
    help: `Accepts HTTP requests on SIDECAR_LISTEN (localhost:8228) and forwards them to CATAPA with Tenant and Authorization.
Needs CATAPA_TENANT, CATAPA_CLIENT_ID and CATAPA_CLIENT_SECRET, from the environment or from --config. Runs until
SIGTERM or Ctrl-C, then answers the requests that it has accepted, and ends with 0. It stays up if the token endpoint refuses
the client or fails.`,
  },
  demo: {
    summary: 'try it without credentials: a sandbox of CATAPA and a sidecar in front of it',
    help: `Starts both in one process and prints what to try. All data is invented. SIDECAR_… settings apply; no corporate
proxy is used.`,
  },
  sandbox: {
    summary: 'run the sandbox of CATAPA alone',
    help: `Listens on SANDBOX_LISTEN (localhost:8230). SANDBOX_TENANT, SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET,
SANDBOX_REDIRECT_URI, SANDBOX_TOKEN_LIFETIME, SANDBOX_TOKEN_REUSE, SANDBOX_TOKEN_SINGLE and SANDBOX_REFRESH_ROTATION
change what it expects and issues. PATCH /sandbox/faults makes it fail: docs/sandbox.md. All data is invented.`,
  },
  login: {
    summary: 'log in as a person, for calls on behalf of that person',
    help: `Prints the address of CATAPA's login page, opens it in the browser where there is one (not with --no-browser), and waits,
5 minutes at most, until the browser comes back to CATAPA_REDIRECT_URI (http://127.0.0.1:8231/callback). With --paste you
paste the address that the browser ended on: for browsers on another machine, and where another redirect URI is registered.
Then it names the person who has logged in, since anybody who saw the address could have done so, and asks on standard input
whether to go on: only y stores the login, in SIDECAR_STATE_DIR. With --as NAME (name, user name or id) it does not ask, and
stores that person's login only. The sidecar uses the login with CATAPA_GRANT=authorization_code.
Ends with 0 when the login is stored, 1 when it was not in time, standard input ended or another process keeps the folder busy, 2
when the settings are wrong or the login cannot be stored, 3 when the port is in use, 4 when the login was refused or not
confirmed, nothing usable was pasted, or a running sidecar belongs to another user or keeps its login elsewhere, 5 when CATAPA
could not be reached or failed, 130 when it was interrupted.`,
  },
  logout: {
    summary: 'forget the login on this machine',
    help: `Removes the stored login from SIDECAR_STATE_DIR. A running sidecar notices within 5 seconds. CATAPA is not told: there,
access ends when the person or an administrator withdraws it. Reads no credentials. Ends with 0, also when there was no login, 1
when another process keeps the folder busy, 2 when the settings are wrong or the folder cannot be changed.`,
  },
  doctor: {
    summary: 'check everything, from the settings to an accepted token, and say what to do',
    help: `Prints one line a step: settings, secret, callers file, audit trail, a person's login where one is needed, DNS, TCP,
outgoing proxy, TLS, clock, token, whether CATAPA accepts the token, listener. Below a step that failed it says what to do.
With --json it prints the same as JSON. If a sidecar with the same settings is running, that sidecar's token is checked and no
new one is asked for, unless --new-token is given.
Ends with 0 when all is well, else with the status of the first step that failed: 1 another process has the lock of the login, 2
settings, 3 listener, 4 client, tenant or token refused, 5 CATAPA cannot be reached.`,
  },
  report: {
    summary: 'write one text to read and to send to those who help',
    help: `Prints versions, system, settings, the steps of doctor, the last failures (code, operation, time, request id), and status
and metrics of the sidecar at SIDECAR_ADMIN_LISTEN. It holds no secret, no value of a request, no address of a caller, and
neither the name of this machine nor that of a person who has logged in. Nothing is sent, and CATAPA is asked for no new token:
read it, then send it yourself. No sidecar has to run. With --json it prints one object. Ends with 0 once it is written, 2 when
the settings are wrong: then it is written all the same, as far as it can be.`,
  },
  check: {
    summary: 'check settings and callers file without network, and start nothing',
    help: `Checks everything that start checks before it listens: all settings and the files that they name, the callers file, and
the folder and key of the audit trail if they exist. Lists every problem at once. Uses no network, listens nowhere and writes
nothing: for CI, for Ansible, and before a restart. Run it where the sidecar runs, as its user, since files, modes and users are
judged as they are here. doctor also tries the way to CATAPA. With --json: {"ok", "problems": [{"name", "problem"}],
"warnings"}. Ends with 0 when start would get as far as listening, 2 when it would not.`,
  },
  exec: {
    summary: 'run one program with a sidecar of its own: exec -- CMD ARG…',
    help: `Starts a sidecar on a free port, waits for a token (60 s at most, or --timeout), and runs CMD with CATAPA_URL and
CATAPA_BASE_URL set to the sidecar's address and localhost in NO_PROXY. If SIDECAR_LISTEN has a socket file in it, no port is
opened: CATAPA_SOCKET then names a private socket file, for this user alone. CMD gets no credential. The callers file applies as
it does to the service, but the listeners that it names are not opened, since the service has them: CMD is recognised by its key
or its user. Signals are passed on, and the exit status is CMD's: 128+n when signal n ended it, 127 when it was not found, 126
when it cannot be executed. 4 or 5: there was no token (refused, unreachable), and CMD was not started. The log goes to standard
error, with warnings and errors only unless SIDECAR_LOG_LEVEL is set.`,
  },
  key: {
    summary: 'make a new key for a caller',
    help: `Prints a key for the calling program, and a line for that program's section of the callers file (SIDECAR_CALLERS_FILE),
which has only the key's digest. Stores nothing and reads nothing. With --json: {"key", "line"}. Ends with 0.`,
  },
  certificate: {
    summary: 'print the line by which a caller is known by its certificate',
    help: `Prints a line for a section of the callers file: the pin of the public key of the certificate in FILE.pem, the SHA-256
of its SubjectPublicKeyInfo (RFC 7469) in hex. Its names and dates are comments above it. FILE.pem may hold a public key, too; of
several certificates the first counts. A file with a private key is refused. Stores nothing. With --json: {"line", "subject",
"names", "from", "to"}. Ends with 0, or 2 when it is used wrongly or the file has no certificate in it.`,
  },
  policy: {
    summary: 'ask what callers may do: policy check CALLER METHOD PATH, policy list, policy suggest',
    help: `check says whether a request of that caller ("*" is everyone else) would be allowed, by which rule line or profile, and
how to allow it. Ends with 0 allowed, 1 refused, 2 when the callers file does not name the caller. With --json it prints one
object: "verdict" (allowed, refused, or reported: allowed, since report = true), "by", "wouldAllow", "operation".
list prints CATAPA's operations, one a line: method, path, effect, domain, and allowed or refused by SIDECAR_PROFILE, or by the
profiles of --profile; with --caller also by that caller's section (reported: would be refused without report = true). A ? marks
operations whose effect is uncertain; the stricter one is assumed. --json prints one object an operation.
suggest reads log lines (JSON) from files or standard input, or with --trail DIR an audit trail. For each caller it prints the
narrowest section of a callers file that allows all its calls: up to 12 operations as allow lines; for more, the narrowest of
read-only, payroll-input, time-import and directory that needs at most 5 allow lines beside it, else allow lines alone. Refused
calls are left out, and a comment says so. With --callers FILE it prints that callers file with the sections put in: key, listen,
certificate, user and deny lines, limits, report and comments stay. It reads no settings. Ends with 0, or 2 when a file or the
trail cannot be read.
check and list read SIDECAR_PROFILE and SIDECAR_CALLERS_FILE, and no credentials; they end with 2 also when these are wrong.`,
    takes: 'check CALLER METHOD PATH, list, or suggest',
  },
  audit: {
    summary: 'read the audit trail: audit verify, audit show',
    help: `Reads the trail in DIR, or in SIDECAR_AUDIT_DIR. No sidecar has to run, and no credentials are read.
verify reads the whole trail and names the first break, with file, line and reason. A torn last line, as a crash leaves it, is
mentioned and is no break. With --head SEQ:HASH, a head from the log, /api/status or an earlier verify, it also says whether the
trail still has that line. Without --head it says only that the lines fit together. --json prints one object. Ends with 0 whole,
1 broken, or not shown because there is no trail or the head is older than the oldest line, 2 when it is used wrongly or the
folder cannot be read.
show prints a table: one row a request, also when its begin and its end have a line each; "outcome unknown" when the end is
missing. --caller, --effect (read, compute, write, decide, delete, bulk-delete, unknown), --since and --until (2026-11-27T10:00Z,
2026-11-27, or 2h, 3d for so long ago; UTC unless it says otherwise) choose rows; --refused chooses refused requests only,
--limit N the newest N. --tz (Asia/Jakarta, WIB, +07:00) is the time zone of all times but those of --json. --path finds a path
as it was called, without query; with /** at its end it also finds CATAPA's paths below it. It needs SIDECAR_AUDIT_KEY_FILE.
--json prints one object a row. show does not check the hashes: verify does. Ends with 0, or 2 when it is used wrongly.`,
    takes: 'verify or show, and a folder',
  },
  repeats: {
    summary: 'list writes of unknown outcome, or release one: repeats list, repeats release',
    help: `Asks the sidecar at SIDECAR_ADMIN_LISTEN (localhost:8229). list (also without a word) prints the guarded writes of which
nobody knows whether CATAPA did them, and those that were done and whose answer is gone: number, time, caller, outcome, write,
request id. The same write is refused (409 repeated) until it is released or SIDECAR_REPEAT_WINDOW is over. --json prints one
object a write. release says that somebody has looked in CATAPA, and that the same write may be sent again; the audit trail
records it. Reads no other setting and no credentials. Ends with 0, 1 when there is no such write, the request id is of several,
no sidecar answers or none guards writes, 2 when it is used wrongly or SIDECAR_ADMIN_LISTEN is off.`,
    takes: 'list, or release and a number or request id',
  },
  notify: {
    summary: 'send a test message to the people who are told: notify test',
    help: `test sends one message, which says that it is a test, to each receiver of SIDECAR_NOTIFY_URL, and prints one line for each:
took it, or why not and what to do. A receiver that answers 429 or 5xx gets a second try; after 30 s it ends. Reads all settings,
and asks CATAPA for nothing. No sidecar has to run. With --json: {"ok", "receivers": [{"receiver", "took", "problem", "next"}]}.
Ends with 0 when all took it, 5 when one did not, 2 when SIDECAR_NOTIFY_URL is not set or any setting is wrong.`,
    takes: 'test',
  },
  wait: {
    summary: 'wait until a running sidecar is ready',
    help: `Asks the sidecar at SIDECAR_ADMIN_LISTEN (localhost:8229) until it is ready, for 60 s at most, or --timeout. Reads no other
setting and no credentials. With --json it prints {"ready", "address", "status", "sentence"} when it ends. Ends with 0 when the
sidecar is ready, 1 when it was not ready in time, 2 if SIDECAR_ADMIN_LISTEN is off.`,
  },
  healthcheck: {
    summary: 'ask a running sidecar whether it is alive, or ready: for HEALTHCHECK',
    help: `One probe at SIDECAR_ADMIN_LISTEN (localhost:8229): has it started, and is it alive? With --ready: should it get requests?
Reads no other setting and no credentials. With --json: {"ok", "address", "status", "sentence"}. Ends with 0 for yes, 1 for no, 2
if SIDECAR_ADMIN_LISTEN is off.`,
  },
} satisfies Record<CommandName, CommandHelp>)
