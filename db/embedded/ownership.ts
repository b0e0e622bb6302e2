import { lchown, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunAs } from './run-as.ts'

/** Gives a folder and all in it to the user that Postgres runs as, unless it has it. */
export async function giveTo(user: RunAs | undefined, folder: string): Promise<void> {
  if (user && (await lstat(folder)).uid !== user.uid) await chownAll(user, folder)
}

async function chownAll(user: RunAs, path: string): Promise<void> {
  const entry = await lstat(path)
  if (entry.isDirectory()) for (const name of await readdir(path)) await chownAll(user, join(path, name))
  // The folder last: its owner says that the rest is done.
  await lchown(path, user.uid, user.gid)
}
