import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mallocSettings, v8Flags } from '../../server/tuning/start-flags.mjs'
import { pinnedNode, root, toolEnvironment } from './paths.mjs'

/** A failure whose message says all there is to say. */
export class Failure extends Error {}

const LOG_LINES_SHOWN = 60

/** Runs a program with its output in a log file, which is shown if it fails. */
export async function runLogged(command, args, { logFile, env, what }) {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = createWriteStream(logFile)
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const code = await ended(child)
  await new Promise((resolve) => log.end(resolve))
  if (code === 0) return
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_LINES_SHOWN)
  throw new Failure(
    `${lines.join('\n')}\n\n${what} failed (exit code ${code}). The whole output is in ${logFile}`,
  )
}

/** Runs a program with our own input and output; resolves with its exit code. */
export async function runShown(command, args, { env = toolEnvironment() } = {}) {
  return ended(spawn(command, args, { cwd: root, env, stdio: 'inherit' }))
}

/**
 * Becomes the given TypeScript program on the pinned Node, as far as one process can become another: same input, output,
 * signals and exit.
 */
export async function become(program, args) {
  // Commands end before any of it would pay.
  const flags = program.startsWith('server/') ? v8Flags(process.env) : []
  const node = [...flags, '--disable-warning=ExperimentalWarning']
  const child = spawn(pinnedNode, [...node, join(root, program), ...args], {
    cwd: root,
    env: toolEnvironment(mallocSettings(process.env)),
    stdio: 'inherit',
  })
  const forward = (signal) => child.kill(signal)
  // Ctrl-C on a terminal reaches the whole group; passing it on would count as a second one.
  const forwardInterrupt = () => process.stdin.isTTY || child.kill('SIGINT')
  process.on('SIGTERM', forward).on('SIGHUP', forward).on('SIGINT', forwardInterrupt)
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  process.off('SIGTERM', forward).off('SIGHUP', forward).off('SIGINT', forwardInterrupt)
  if (signal) process.kill(process.pid, signal)
  else process.exitCode = code
}

/** Resolves with the exit code (1 for a signal or a program that is not there). Interrupting us ends the program. */
async function ended(child) {
  const stop = (signal) => {
    child.kill(signal)
    process.exitCode = 130
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    return await new Promise((resolve) => {
      child.once('error', (error) => {
        console.error(error.message)
        resolve(1)
      })
      child.once('close', (code) => resolve(code ?? 1))
    })
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}
