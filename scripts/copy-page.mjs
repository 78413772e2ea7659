// Puts the parts of the status page that tsc does not compile beside those that it does: into FOLDER/admin/page.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'

for (const folder of process.argv.slice(2)) {
  for (const name of ['page.html', 'page.css', 'icon.svg']) {
    copyFileSync(join('src/admin/page', name), join(folder, 'admin/page', name))
  }
}
