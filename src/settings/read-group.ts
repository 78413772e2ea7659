import { check, type Values } from './check-values.ts'
import type { Report } from './config-error.ts'
import { type Settings, sayOf } from './setting.ts'

function isWhole<Group>(settings: Settings<Group>, values: Partial<Group>): values is Group {
  return Object.keys(settings).every((key) => key in values)
}

/** The values of a group of settings, each in the program's units. After a reported problem they must not be used. */
export function readGroup<Group extends object>(
  settings: Settings<Group>,
  given: Values,
  report: Report,
  environment: ReadonlyMap<string, string> = new Map(),
): Group {
  const checked: { [Key in keyof Group]?: unknown } = {}
  for (const key in settings) checked[key] = check(settings[key], given.get(settings[key].name), report)
  const values: Partial<Group> = {}
  for (const key in settings) {
    const setting = settings[key]
    values[key] = setting.read(checked[key], sayOf(setting, report), environment)
  }
  if (!isWhole(settings, values)) throw new Error('a setting was not read')
  return values
}
