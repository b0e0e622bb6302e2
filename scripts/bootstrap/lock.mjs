import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { scratch } from './paths.mjs'

const path = join(scratch, 'lock')

/** Runs `work` while no other process of this checkout installs or builds. No package is installed yet, hence no kernel lock. */
export async function withLock(progress, work) {
  mkdirSync(scratch, { recursive: true })
  const mine = JSON.stringify({ pid: process.pid, start: startOf(process.pid) })
  for (let waited = false; !create(mine); waited = true) {
    const holder = read()
    if (holder === undefined) continue
    if (!isAlive(holder)) {
      takeAway(holder)
      continue
    }
    if (!waited)
      progress.note(`Waiting for another start of Latchkey (process ${holder.pid}) to install and build …`)
    await delay(200)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

function create(text) {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function read() {
  try {
    const text = readFileSync(path, 'utf8')
    // Between creating and writing the file it is empty.
    return text === '' ? undefined : { ...JSON.parse(text), text }
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function takeAway(holder) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  // Somebody else may have taken it over since we looked.
  if (readFileSync(aside, 'utf8') === holder.text) rmSync(aside)
  else renameSync(aside, path)
}

function isAlive({ pid, start }) {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code === 'ESRCH') return false
  }
  return startOf(pid) === start
}

/** When the process began, where the system tells: ids come back, in containers on every restart. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return ''
  }
}
