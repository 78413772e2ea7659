// Empties an output folder, so that a file whose source was deleted does not live on. Works on Windows too.
import { rmSync } from 'node:fs'

for (const folder of process.argv.slice(2)) rmSync(folder, { recursive: true, force: true })
