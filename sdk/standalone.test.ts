import { build } from 'esbuild'
import { expect, it } from 'vitest'

it('the SDK needs nothing but Node 20 itself', async () => {
  const result = await build({
    entryPoints: ['sdk/client.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    metafile: true,
    write: false,
  })
  const [output] = Object.values(result.metafile.outputs)
  const foreign = output?.imports.filter(({ path }) => !path.startsWith('node:')) ?? ['no output']
  expect(foreign).toEqual([])
  expect(Object.keys(result.metafile.inputs).filter((path) => !path.startsWith('sdk/'))).toEqual([])
})
