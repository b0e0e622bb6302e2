import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Compiles the mail templates to `dist/mail.mjs`: the mail job runs on plain Node, which reads no JSX. */
export async function buildMail() {
  await build({
    absWorkingDir: root,
    entryPoints: ['lib/mail/templates/render-mail.tsx'],
    outfile: 'dist/mail.mjs',
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    jsx: 'automatic',
    packages: 'external',
    logLevel: 'warning',
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildMail()
