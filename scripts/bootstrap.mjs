import { existsSync } from 'node:fs'
import { build } from './bootstrap/build.mjs'
import { install } from './bootstrap/install.mjs'
import { withLock } from './bootstrap/lock.mjs'
import { pinnedNode } from './bootstrap/paths.mjs'
import { Failure } from './bootstrap/run.mjs'

// This file and what it imports run before anything is installed, on whatever Node the machine has: plain JavaScript,
// built-in modules only.

const NODE_MAJOR_MIN = 20

/**
 * Makes the checkout ready to run: dependencies always, the build if asked for. Does only what is missing or stale, and
 * lets one of several processes that start at once do it while the others wait.
 *
 * @param {{ build: boolean, progress: ReturnType<import('./bootstrap/progress.mjs').createProgress> }} options
 */
export async function bootstrap({ build: wantsBuild, progress }) {
  const major = Number.parseInt(process.versions.node, 10)
  if (major < NODE_MAJOR_MIN) {
    throw new Failure(
      `Latchkey needs Node ${NODE_MAJOR_MIN} or newer to start; this is ${process.versions.node}.`,
    )
  }
  await withLock(progress, async () => {
    await install(progress)
    if (wantsBuild) await build(progress)
  })
  if (!existsSync(pinnedNode)) throw new Failure(`${pinnedNode} is missing.`)
}

/** Runs the entry point of a script: a failure that was foreseen is a sentence, not a stack. */
export async function main(body) {
  try {
    await body()
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error)
    process.exitCode = 1
  }
}
