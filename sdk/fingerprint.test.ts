import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describeMachine, findVmName } from './describe-machine.ts'
import { fingerprintOf, readFingerprint } from './fingerprint.ts'
import { parseMachineGuid, parseMachineIdFile, parsePlatformUuid, readMachineId } from './machine-id.ts'
import { memoryStore } from './store.ts'

describe('the fingerprint', () => {
  it('is SHA-256 over machine id, line feed, product id in hex', () => {
    const expected = createHash('sha256').update('machine\nproduct').digest('hex')
    expect(fingerprintOf('machine', 'product')).toBe(expected)
    expect(expected).toMatch(/^[0-9a-f]{64}$/)
  })

  it('of one computer differs between products, so that vendors cannot compare', async () => {
    const store = memoryStore()
    expect(await readFingerprint('one', store)).not.toBe(await readFingerprint('two', store))
  })

  it('stays the same from start to start', async () => {
    const store = memoryStore()
    expect(await readFingerprint('one', store)).toBe(await readFingerprint('one', store))
  })

  it('rests on a random id in the store exactly when the computer has none', async () => {
    const store = memoryStore()
    await readFingerprint('one', store)
    expect((await store.read('install-id')) === null).toBe((await readMachineId()) !== '')
  })
})

describe('the machine id is read', () => {
  it('from the registry of Windows', () => {
    const output =
      '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\r\n    MachineGuid    REG_SZ    9F4D5E1A-0C2B-4E6F-8A7B-1234567890AB\r\n\r\n'
    expect(parseMachineGuid(output)).toBe('9f4d5e1a-0c2b-4e6f-8a7b-1234567890ab')
    expect(parseMachineGuid('ERROR: The system was unable to find the specified registry key')).toBe('')
  })

  it('from the I/O registry of macOS', () => {
    const output = '    | {\n    |   "IOPlatformUUID" = "564D4A3C-0001-0203-0405-060708090A0B"\n    | }\n'
    expect(parsePlatformUuid(output)).toBe('564d4a3c-0001-0203-0405-060708090a0b')
    expect(parsePlatformUuid('')).toBe('')
  })

  it.each([
    ['0123456789abcdef0123456789abcdef', '0123456789abcdef0123456789abcdef'],
    ['uninitialized', ''],
    ['', ''],
    ['00000000000000000000000000000000', ''],
  ])('from a Linux file saying "%s" as "%s"', (content, id) => {
    expect(parseMachineIdFile(content)).toBe(id)
  })
})

describe('the machine is described', () => {
  it('with what the server asks for', async () => {
    expect(await describeMachine()).toEqual({
      os: expect.stringMatching(/^(windows|linux|macos|android)$/),
      osVersion: expect.stringMatching(/./),
      hostname: expect.stringMatching(/./),
      userHash: expect.stringMatching(/^[0-9A-F]{64}$/),
      vmName: expect.any(String),
      container: expect.any(Boolean),
    })
  })

  it.each([
    ['QEMU Standard PC (Q35 + ICH9, 2009)', 'QEMU'],
    ['VMware, Inc. VMware Virtual Platform', 'VMware'],
    ['innotek GmbH VirtualBox', 'VirtualBox'],
    ['Microsoft Corporation Virtual Machine', 'Hyper-V'],
    ['Microsoft Corporation Surface Laptop 4', ''],
    ['LENOVO 20XW0026GE', ''],
    [' ', ''],
  ])('firmware "%s" as virtual machine "%s"', (firmware, name) => {
    expect(findVmName(firmware)).toBe(name)
  })
})
