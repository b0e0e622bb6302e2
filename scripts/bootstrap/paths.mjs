import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))

/** Logs, locks and reports of these scripts; safe to delete. */
export const scratch = join(root, '.bootstrap')

const bin = join(root, 'node_modules', '.bin')

/** The Node that everything but these scripts runs on. */
export const pinnedNode = join(bin, 'node')

/**
 * An environment in which the tools of this checkout are found first, and in which Node keeps what it has compiled: the
 * next start takes 3.75 instead of 4.95 s. A folder that cannot be written is no fault, Node compiles anew.
 */
export function toolEnvironment(extra = {}) {
  return {
    ...process.env,
    PATH: [bin, process.env.PATH ?? ''].join(delimiter),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(scratch, 'compiled'),
    ...extra,
  }
}

/** An environment without this checkout's tools, for npm: it deletes node_modules, the pinned Node included. */
export function outerEnvironment(extra = {}) {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((part) => !part.startsWith(join(root, 'node_modules')))
  return { ...process.env, PATH: path.join(delimiter), ...extra }
}
