// Makes plain text of the links that lead out of the package: `[text](../../docker-compose.yml)` becomes
// `text (docker-compose.yml in the repository)`. They cannot be absolute, since the repository has no address yet.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Every document below `folder`, which holds what is packed and nothing else, is written anew. */
export function unlinkWhatIsNotPacked(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.md')) continue
    const document = join(entry.parentPath, entry.name)
    const text = readFileSync(document, 'utf8')
    writeFileSync(document, text.replaceAll(/\[([^[\]]+)\]\(([^)\s]+)\)/g, unlinked))

    function unlinked(link, words, target) {
      if (/^(https?:|mailto:|#)/.test(target)) return link
      const path = join(dirname(document), target.replace(/#.*/, ''))
      if (existsSync(path)) return link
      const name = relative(folder, path).replaceAll('\\', '/')
      return name === words ? `${words} (in the repository)` : `${words} (${name} in the repository)`
    }
  }
}
