import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint } from './fingerprint.mjs'
import { root, scratch, toolEnvironment } from './paths.mjs'
import { runLogged } from './run.mjs'

const stamp = join(root, '.next', 'latchkey-build')

/** Builds unless the build of these very sources is there. */
export async function build(progress) {
  const wanted = fingerprint()
  if (readStamp() === wanted) {
    progress.skip('The build is up to date')
    return
  }
  await progress.step('Building', async () => {
    // Interrupted halfway, it must not pass for the old one.
    rmSync(stamp, { force: true })
    const { NODE_ENV, ...env } = toolEnvironment({ NEXT_TELEMETRY_DISABLED: '1' })
    await runLogged('npm', ['run', 'build', '--loglevel=warn'], {
      logFile: join(scratch, 'build.log'),
      env,
      what: 'The build (npm run build)',
    })
    writeFileSync(stamp, wanted)
  })
}

function readStamp() {
  try {
    return readFileSync(stamp, 'utf8')
  } catch {
    return undefined
  }
}
