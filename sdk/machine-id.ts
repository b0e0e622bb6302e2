import { readText } from './read-text.ts'
import { runTool } from './run-tool.ts'

/** The id that the operating system gave this computer, or `''` when it has none or does not tell. */
export async function readMachineId(): Promise<string> {
  if (process.platform === 'win32') return parseMachineGuid(await queryRegistry())
  if (process.platform === 'darwin') {
    return parsePlatformUuid(await runTool('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']))
  }
  return parseMachineIdFile(
    (await readText('/etc/machine-id')) || (await readText('/var/lib/dbus/machine-id')),
  )
}

// By absolute path: a bare name is looked up in the working directory first on Windows.
function queryRegistry(): Promise<string> {
  const args = ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid', '/reg:64']
  return runTool('C:\\Windows\\System32\\reg.exe', args)
}

/** The GUID in what `reg query … MachineGuid` prints. */
export function parseMachineGuid(output: string): string {
  return /MachineGuid\s+REG_SZ\s+([\da-f-]{36})/i.exec(output)?.[1]?.toLowerCase() ?? ''
}

/** The UUID in what `ioreg` prints. */
export function parsePlatformUuid(output: string): string {
  return /"IOPlatformUUID"\s*=\s*"([\da-f-]{36})"/i.exec(output)?.[1]?.toLowerCase() ?? ''
}

/** The id in `/etc/machine-id`; images ship it empty or saying `uninitialized`. */
export function parseMachineIdFile(content: string): string {
  return /^[\da-f]{32}$/i.test(content) && !/^0+$/.test(content) ? content.toLowerCase() : ''
}
