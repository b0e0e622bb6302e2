import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { outerEnvironment, pinnedNode, root, scratch } from './paths.mjs'
import { Failure, runLogged } from './run.mjs'

const stamp = join(root, 'node_modules', '.latchkey-install')

/** Installs the dependencies unless those of this very lock file, with these very patches, are there. */
export async function install(progress) {
  const wanted = fingerprint()
  if (existsSync(pinnedNode) && readStamp() === wanted) {
    progress.skip('Dependencies are installed')
    return
  }
  await progress.step('Installing dependencies', async () => {
    const { command, args } = npm()
    await runLogged(
      command,
      [...args, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=warn'],
      {
        logFile: join(scratch, 'install.log'),
        env: outerEnvironment(),
        what: 'Installing the dependencies (npm ci)',
      },
    )
    if (!existsSync(pinnedNode)) {
      throw new Failure(
        `${pinnedNode} is missing after the installation. Is npm told to skip install scripts (ignore-scripts)?`,
      )
    }
    writeFileSync(stamp, wanted)
  })
}

/** What the installed packages are made of. */
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  const patches = join(root, 'patches')
  for (const name of readdirSync(patches).sort()) hash.update(readFileSync(join(patches, name)))
  return hash.digest('hex')
}

function readStamp() {
  try {
    return readFileSync(stamp, 'utf8')
  } catch {
    return undefined
  }
}

/** The npm that runs us, on its own Node: not on the pinned one, which it is about to delete. */
function npm() {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env
  if (cli?.endsWith('.js') && node && !node.startsWith(join(root, 'node_modules'))) {
    return { command: node, args: [cli] }
  }
  return { command: 'npm', args: [] }
}
