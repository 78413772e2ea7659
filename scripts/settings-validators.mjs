// Compiles the schemas of the settings while the program is built. In `dist` env-schema gets this in place of Ajv, which it
// would load and have compile them at each start: that took a quarter of it. They are checked one by one, since which of
// them are asked for together differs from command to command.
// grip: validators of the settings
import Ajv from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import envSchema from 'env-schema'
import { build } from 'esbuild'

/** A plugin of esbuild. */
export const settingsValidators = {
  name: 'validators of the settings',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^ajv$/ }, () => ({ path: 'ajv', namespace: 'validators' }))
    onLoad({ filter: /.*/, namespace: 'validators' }, async () => ({
      contents: `${compiled(await schemas())}\n${inPlaceOfAjv}`,
      resolveDir: process.cwd(),
    }))
  },
}

const inPlaceOfAjv = `
const validators = exports
module.exports = class {
  compile() {
    return () => true // env-schema's check of its own options.
  }
  validate({ properties }, data) {
    this.errors = Object.keys(properties).flatMap((name) => (validators[name](data) ? [] : validators[name].errors))
    return this.errors.length === 0
  }
  errorsText() {
    return 'not valid'
  }
}`

/** The schema of each setting as part of an object, by the setting's name. */
async function schemas() {
  const { outputFiles } = await build({
    stdin: {
      contents: "export * from './src/settings/settings.ts'",
      resolveDir: process.cwd(),
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  })
  const source = Buffer.from(outputFiles[0].contents).toString('base64')
  const { settings, sandboxSettings } = await import(`data:text/javascript;base64,${source}`)
  const all = [...settings, ...sandboxSettings]
  return all.map(({ name, schema }) => ({ $id: name, type: 'object', properties: { [name]: schema } }))
}

/** CommonJS that exports a function for each schema, as env-schema's own Ajv would have made it. */
function compiled(schemas) {
  let options
  const customOptions = (fresh) => {
    options = fresh.opts
    return fresh
  }
  envSchema({ schema: { type: 'object' }, data: {}, env: false, ajv: { customOptions } })
  const ours = new Ajv({ ...options, code: { ...options.code, source: true }, schemas })
  return standalone(ours, Object.fromEntries(schemas.map(({ $id }) => [$id, $id])))
}
