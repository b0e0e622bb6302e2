import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDataDir, removeDataDir, startProduct } from './product.ts'
import { publishRun } from './run.ts'

/** Starts one Latchkey as a newcomer gets it, for the whole suite; stops it at the end and demands that the stop is clean. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-e2e-run-'))
  const dataDir = await makeDataDir()
  const logFile = join(folder, 'server.log')
  const secretsFile = join(folder, 'secrets.jsonl')
  await Promise.all([logFile, secretsFile].map((file) => writeFile(file, '', { mode: 0o600 })))
  const product = await startProduct({ dataDir, logFile })
  if (!product.setupUrl) throw new Error(`No setup link was printed:\n${product.output()}`)
  publishRun(join(folder, 'run.json'), {
    url: product.url,
    setupUrl: product.setupUrl,
    dataDir,
    logFile,
    secretsFile,
    operatorState: join(folder, 'operator.json'),
  })
  return async () => {
    const { code, signal } = await product.stop()
    await removeDataDir(dataDir)
    await rm(folder, { recursive: true, force: true })
    if (code !== 0) throw new Error(`The stop was not clean (${code ?? signal}):\n${product.output()}`)
  }
}
