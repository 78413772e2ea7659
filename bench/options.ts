import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What README.md of this folder explains. */
export const known = {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  scenario: { type: 'string', multiple: true, default: [] },
  rounds: { type: 'string' },
  also: { type: 'string' },
  anyway: { type: 'boolean', default: false },
  profile: { type: 'string' },
  growth: { type: 'boolean', default: false },
  seconds: { type: 'string', default: '600' },
  speed: { type: 'string', default: '1' },
} as const satisfies ParseArgsConfig['options']

export function readOptions() {
  return parseArgs({ options: known }).values
}
