// Compiles the schemas of the settings while the program is built. In `dist` env-schema gets the result in place of Ajv, since
// to load that, and have it compile them, would be a third of each start and a tenth of the memory (docs/design/footprint.md).
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
      contents: `${await compiled()}\n${inPlaceOfAjv}`,
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
  validate({ $id }, data) {
    const valid = validators[$id](data)
    this.errors = validators[$id].errors
    return valid
  }
  errorsText() {
    return 'not valid'
  }
}`

/** CommonJS that exports a function for each setting, by its name, as env-schema's own Ajv would make it. */
async function compiled() {
  const { outputFiles } = await build({
    entryPoints: ['src/settings/settings.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  })
  const { settingsWithSchema, sandboxSettings } = await import(
    `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`
  )
  const schemas = [...settingsWithSchema, ...sandboxSettings].map(({ name, schema }) => {
    return { $id: name, type: 'object', properties: { [name]: schema } } // As in read-group.ts.
  })
  let ajv
  const customOptions = ({ opts }) => {
    ajv = new Ajv({ ...opts, code: { ...opts.code, source: true }, schemas })
    return ajv
  }
  envSchema({ schema: { type: 'object' }, data: {}, env: false, ajv: { customOptions } })
  return standalone(ajv, Object.fromEntries(schemas.map(({ $id }) => [$id, $id])))
}
