import { readFile } from 'node:fs/promises'

/** Content of a file, trimmed, or `''` when it cannot be read. */
export async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch {
    return ''
  }
}
