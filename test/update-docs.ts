// Writes the generated tables of the README anew: npm run docs
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readmeTables, withTables } from './docs-tables.ts'

const readme = join(import.meta.dirname, '../../README.md')
writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), readmeTables))
