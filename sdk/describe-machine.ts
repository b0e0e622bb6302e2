import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { homedir, hostname, release, userInfo, version } from 'node:os'
import { readText } from './read-text.ts'
import { runTool } from './run-tool.ts'

/** What the server shows the customer about this device and checks the template's rules against. */
export type Machine = {
  os: 'windows' | 'linux' | 'macos' | 'android'
  osVersion: string
  hostname: string
  /** SHA-256 of the account name, upper-case hex. */
  userHash: string
  /** Name of the virtual machine's maker; empty on bare metal. */
  vmName: string
  container: boolean
}

/** Looks at the computer this runs on. Never throws: what cannot be read is empty. */
export async function describeMachine(): Promise<Machine> {
  const [osVersion, vmName, container] = await Promise.all([readOsVersion(), readVmName(), isContainer()])
  return {
    os: osName(),
    osVersion,
    hostname: hostname() || 'unknown',
    userHash: userHash(),
    vmName,
    container,
  }
}

function osName(): Machine['os'] {
  if (process.platform === 'win32') return 'windows'
  if (process.platform === 'darwin') return 'macos'
  return process.platform === 'android' ? 'android' : 'linux'
}

async function readOsVersion(): Promise<string> {
  if (process.platform === 'linux') {
    const pretty = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(await readText('/etc/os-release'))?.[1]
    return pretty ?? `Linux ${release()}`
  }
  if (process.platform === 'darwin') {
    const plist = await readText('/System/Library/CoreServices/SystemVersion.plist')
    const number = /<key>ProductVersion<\/key>\s*<string>([^<]+)</.exec(plist)?.[1]
    return number ? `macOS ${number}` : `Darwin ${release()}`
  }
  return `${version()} ${release()}`
}

function userHash(): string {
  let account: string
  try {
    account = userInfo().username
  } catch {
    // A user id without an entry in the password file, as containers have.
    account = homedir()
  }
  return createHash('sha256').update(account).digest('hex').toUpperCase()
}

const VM_MAKERS: readonly (readonly [RegExp, string])[] = [
  [/vmware/i, 'VMware'],
  [/virtualbox|innotek/i, 'VirtualBox'],
  [/parallels/i, 'Parallels'],
  [/qemu|kvm|bochs/i, 'QEMU'],
  [/\bxen\b|hvm domu/i, 'Xen'],
  [/microsoft corporation virtual machine/i, 'Hyper-V'],
  [/amazon ec2/i, 'Amazon EC2'],
  [/google compute engine/i, 'Google Compute Engine'],
  [/apple virtualization/i, 'Apple Virtualization'],
]

/** The maker's name in the firmware's vendor and product names, or `''`. */
export function findVmName(firmware: string): string {
  return VM_MAKERS.find(([pattern]) => pattern.test(firmware))?.[1] ?? ''
}

async function readVmName(): Promise<string> {
  if (process.platform === 'win32') {
    const output = await runTool('C:\\Windows\\System32\\reg.exe', [
      'query',
      'HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS',
    ])
    const value = (name: string) => new RegExp(`\\b${name}\\s+REG_SZ\\s+(.+)`).exec(output)?.[1]?.trim() ?? ''
    return findVmName(`${value('SystemManufacturer')} ${value('SystemProductName')}`)
  }
  if (process.platform === 'darwin') {
    const answer = await runTool('/usr/sbin/sysctl', ['-n', 'kern.hv_vmm_present'])
    return answer.trim() === '1' ? 'Apple Virtualization' : ''
  }
  const [vendor, product] = await Promise.all([
    readText('/sys/class/dmi/id/sys_vendor'),
    readText('/sys/class/dmi/id/product_name'),
  ])
  return findVmName(`${vendor} ${product}`)
}

async function isContainer(): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const marked = await Promise.all([exists('/.dockerenv'), exists('/run/.containerenv')])
  return marked.includes(true) || /docker|kubepods|containerd|lxc/.test(await readText('/proc/1/cgroup'))
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
