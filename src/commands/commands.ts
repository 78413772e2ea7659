import { smallAtFirst } from '../sidecar/v8-limits.ts'
import type { Command } from './command.ts'

/** Every command (design/promises 1.1), in the order of `--help`. */
export const commands = {
  start: {
    output: 'log',
    run: async (options) => {
      await smallAtFirst()
      return (await import('./start.ts')).start(options)
    },
  },
  demo: {
    run: async (options) => (await import('./demo.ts')).demo(options),
  },
  sandbox: {
    run: async (options) => (await import('./sandbox.ts')).sandboxAlone(options),
  },
  login: {
    usage: '[--paste] [--no-browser] [--as NAME]',
    options: { paste: { type: 'boolean' }, 'no-browser': { type: 'boolean' }, as: { type: 'string' } },
    run: async (options) => (await import('./login.ts')).login(options),
  },
  logout: {
    run: async (options) => (await import('./logout.ts')).logout(options),
  },
  doctor: {
    usage: '[--json] [--new-token]',
    options: { json: { type: 'boolean' }, 'new-token': { type: 'boolean' } },
    run: async (options) => (await import('./doctor.ts')).doctor(options),
  },
  report: {
    usage: '[--json]',
    options: { json: { type: 'boolean' } },
    run: async (options) => (await import('./report.ts')).report(options),
  },
  check: {
    usage: '[--json]',
    options: { json: { type: 'boolean' } },
    run: async (options) => (await import('./check.ts')).check(options),
  },
  exec: {
    usage: '[--timeout S] -- CMD ARG…',
    options: { timeout: { type: 'string' } },
    startsChild: true,
    output: 'child',
    run: async (options) => {
      await smallAtFirst()
      return (await import('./exec.ts')).exec(options)
    },
  },
  key: {
    usage: '[--json]',
    options: { json: { type: 'boolean' } },
    run: async (options) => (await import('./new-key.ts')).printNewKey(options),
  },
  certificate: {
    usage: 'FILE.pem [--json]',
    options: { json: { type: 'boolean' } },
    takesWords: true,
    run: async (options) => (await import('./print-certificate.ts')).printCertificate(options),
  },
  policy: {
    usage:
      'check CALLER METHOD PATH [--json] | list [--profile P]… [--caller C] [--json] | suggest [--callers FILE] [--trail DIR | LOG…]',
    options: {
      profile: { type: 'string', multiple: true },
      caller: { type: 'string' },
      callers: { type: 'string' },
      trail: { type: 'string' },
      json: { type: 'boolean' },
    },
    subcommands: {
      check: async (options) => (await import('./policy/policy-check.ts')).checkPolicy(options),
      list: async (options) => (await import('./policy/policy-list.ts')).listPolicy(options),
      suggest: async (options) => (await import('./policy/policy-suggest.ts')).suggestPolicy(options),
    },
  },
  audit: {
    usage:
      'verify [DIR] [--head SEQ:HASH] [--json] | show [DIR] [--caller C] [--since T] [--until T] [--effect E] [--path PATH] [--refused] [--limit N] [--tz ZONE] [--json]',
    options: {
      head: { type: 'string' },
      caller: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      effect: { type: 'string' },
      path: { type: 'string' },
      refused: { type: 'boolean' },
      limit: { type: 'string' },
      tz: { type: 'string' },
      json: { type: 'boolean' },
    },
    subcommands: {
      verify: async (options) => (await import('./audit/audit-verify.ts')).verifyAudit(options),
      show: async (options) => (await import('./audit/audit-show.ts')).showAudit(options),
    },
  },
  repeats: {
    usage: '[list] [--json] | release NUMBER|REQUEST-ID',
    options: { json: { type: 'boolean' } },
    usually: 'list',
    subcommands: {
      list: async (options) => (await import('./list-repeats.ts')).listRepeats(options),
      release: async (options) => (await import('./list-repeats.ts')).releaseRepeat(options),
    },
  },
  notify: {
    usage: 'test [--json]',
    options: { json: { type: 'boolean' } },
    subcommands: {
      test: async (options) => (await import('./notify-test.ts')).notifyTest(options),
    },
  },
  wait: {
    usage: '[--timeout S] [--json]',
    options: { timeout: { type: 'string' }, json: { type: 'boolean' } },
    run: async (options) => (await import('./wait.ts')).wait(options),
  },
  healthcheck: {
    usage: '[--ready] [--json]',
    options: { ready: { type: 'boolean' }, json: { type: 'boolean' } },
    run: async (options) => (await import('./healthcheck.ts')).healthcheck(options),
  },
} satisfies Record<string, Command>

export type CommandName = keyof typeof commands

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}
