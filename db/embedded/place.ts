import { createHash } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canRun, copyBinaries, findBinaries, type Place } from './binaries.ts'
import { findPostmaster, stopPostmaster } from './postmaster.ts'
import { canDo, pickUser, type RunAs } from './run-as.ts'

/**
 * Decides where cluster and binaries are: in the data folder and in node_modules. When Postgres cannot run as our own user
 * (we are root) and the unprivileged one cannot reach those, in a folder of their own that it can reach.
 *
 * @param recorded where the cluster was placed before, if outside of the data folder
 */
export async function choosePlace(dataDir: string, recorded: string | undefined): Promise<Place> {
  const own = join(dataDir, 'postgres')
  const user = await pickUser(recorded ? [recorded] : [own])
  let binaries = await findBinaries()
  if (!(await canRun(binaries, user)))
    binaries = await copyBinaries(binaries, await shelterFor('latchkey-postgresql', user))
  if (!(await canRun(binaries, user))) {
    throw new Error(
      `The programs in ${binaries.folder} do not run on this system. Set DATABASE_URL to a PostgreSQL of your own.`,
    )
  }
  const cluster = recorded ?? own
  if (await canReach(user, cluster)) return { cluster, binaries, user }
  const shelter = await shelterFor(await shelterName(dataDir), user)
  await writeFile(join(shelter, 'data-dir'), `${await realpath(dataDir)}\n`)
  const sheltered = join(shelter, 'postgres')
  if (await exists(cluster)) await move(cluster, sheltered)
  return { cluster: sheltered, binaries, user }
}

async function canReach(user: RunAs | undefined, cluster: string): Promise<boolean> {
  return user === undefined || canDo(user, 'cd "$1"', join(cluster, '..'))
}

async function shelterName(dataDir: string): Promise<string> {
  return `latchkey-${createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 12)}`
}

/** A folder of ours outside of clone and data folder that the user can enter. */
async function shelterFor(name: string, user: RunAs | undefined): Promise<string> {
  for (const parent of ['/var/lib', '/var/db', '/opt', '/var/tmp']) {
    const shelter = join(parent, name)
    try {
      await mkdir(shelter, { recursive: true })
      // Somebody else may have put a folder of that name where everybody can write.
      const entry = await lstat(shelter)
      if (!entry.isDirectory() || entry.uid !== process.getuid?.()) continue
      await chmod(shelter, 0o711)
    } catch {
      continue
    }
    if (await canDo(user, 'cd "$1"', shelter)) return shelter
  }
  throw new Error(
    'PostgreSQL does not run as root, and no folder was found that another user can enter. Start Latchkey as an ordinary user or set DATABASE_URL.',
  )
}

/**
 * Moves away a cluster that outlived its data folder: deleting that folder means to begin anew, and without its secrets
 * the old data could not be read. The last one is kept as `postgres.old`.
 */
export async function setAside(cluster: string): Promise<void> {
  const running = await findPostmaster(cluster)
  if (running) await stopPostmaster(running)
  await rm(`${cluster}.old`, { recursive: true, force: true })
  await rename(cluster, `${cluster}.old`)
}

/** Refuses a cluster outside of the data folder that belongs to another data folder, as after copying the folder. */
export async function assertOwnShelter(dataDir: string, cluster: string): Promise<void> {
  const mark = await readFile(join(cluster, '..', 'data-dir'), 'utf8').catch(() => undefined)
  const owner = mark?.trim()
  const home = await realpath(dataDir)
  if (owner === undefined || owner === home) return
  if (await exists(join(owner, 'postgres.json'))) {
    throw new Error(
      `The database in ${cluster} belongs to ${owner}. ${home} seems to be a copy of it: use \`latchkey backup\` and \`restore\` to copy data, and remove ${join(home, 'postgres.json')}.`,
    )
  }
  await writeFile(join(cluster, '..', 'data-dir'), `${home}\n`)
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
    const unfinished = `${to}.new`
    await rm(unfinished, { recursive: true, force: true })
    await cp(from, unfinished, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
    await rename(unfinished, to)
    await rm(from, { recursive: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
