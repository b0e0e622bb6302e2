import { execFile } from 'node:child_process'

/** Output of a system tool, or `''` when it is missing, fails or takes longer than three seconds. */
export function runTool(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 3000, windowsHide: true }, (error, stdout) =>
      resolve(error ? '' : stdout),
    )
  })
}
