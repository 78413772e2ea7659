import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../files/errno.ts'
import { ProblemError } from '../problems/problem.ts'
import { flawOfFolder } from './judge-folder.ts'
import { flawed } from './judge-login.ts'

/** Makes a state folder where it is missing. @throws ProblemError for one that must not be used, an error of the operating system */
export async function makeStateFolder(folder: string): Promise<void> {
  await makeFolder(folder)
  const flaw = await flawOfFolder(folder)
  if (flaw !== undefined) throw new ProblemError(flawed(flaw))
}

/**
 * Makes a folder for its owner alone, with those above it. Node's own `recursive` never ends below a folder that cannot have
 * others in it, such as /proc. @throws an error of the operating system
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await make(folder)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeFolder(dirname(folder))
    await make(folder)
  }
}

async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isThere) throw error
  }
}
