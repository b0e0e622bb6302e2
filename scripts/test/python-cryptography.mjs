import { installDebianPackage, runs } from './debian-package.mjs'

/** Makes Python with its cryptography package available to the tests that verify files and tokens with foreign software. */
export async function ensurePythonCryptography() {
  const check = ['-c', 'import cryptography']
  if (runs('python3', check) || runs('/usr/bin/python3', check)) return
  await installDebianPackage('python3-cryptography', {
    what: 'Python with cryptography',
    skipped: 'the tests that verify license files with Python',
  })
}
